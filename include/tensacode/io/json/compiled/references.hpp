// tensacode/io/json/compiled/references.hpp -- the functions that io/json/references.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/core/lookup.hpp>
#include <tensacode/io/json/references.hpp>

#include <string>
#include <unordered_map>
#include <utility>

namespace tc::detail {

struct shared_objects::tables {
  struct known {
    std::shared_ptr<void> object;
    const std::type_info* type;
    void (*empty)(void* object);
    std::size_t height = 0;  ///< 0 while the object is being read
  };
  std::unordered_map<address_key, std::size_t, address_hash> written;
  std::unordered_map<std::string, known, text_hash> read;
};

TC_INLINE shared_objects::shared_objects() = default;
TC_INLINE shared_objects::~shared_objects() = default;

TC_INLINE std::pair<std::size_t, bool> shared_objects::number_of(const void* object,
                                                                 const std::type_info& type) {
  if (!tables_) tables_ = std::make_unique<tables>();
  auto& written = tables_->written;
  const auto [entry, is_new] =
      written.emplace(address_key{object, nullptr, type.hash_code()}, written.size() + 1);
  return {entry->second, is_new};
}

TC_INLINE bool shared_objects::add(std::string_view number, std::shared_ptr<void> object,
                                   const std::type_info& type, void (*empty)(void* object)) {
  if (!tables_) tables_ = std::make_unique<tables>();
  return tables_->read.emplace(std::string(number), tables::known{std::move(object), &type, empty})
      .second;
}

TC_INLINE bool shared_objects::refer(std::string_view number, std::size_t level) {
  level += tables_->read.find(std::string(number))->second.height;
  deepest = level > deepest ? level : deepest;
  return level <= most_in_chain;
}

TC_INLINE void shared_objects::set_height(std::string_view number, std::size_t height) {
  tables_->read.find(std::string(number))->second.height = height;
}

TC_INLINE std::shared_ptr<void> shared_objects::find(std::string_view number,
                                                     const std::type_info& type) const {
  if (!tables_) return nullptr;
  const auto found = tables_->read.find(std::string(number));
  if (found == tables_->read.end() || *found->second.type != type) return nullptr;
  return found->second.object;
}

TC_INLINE void shared_objects::empty_all() {
  if (!tables_) return;
  for (auto& [number, each] : tables_->read) each.empty(each.object.get());
}

}  // namespace tc::detail
