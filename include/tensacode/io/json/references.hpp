// tensacode/io/json/references.hpp -- shared pointers that stay shared, and cycles.
// Layer 3. With `references` in the options a shared object is written once, with a number, and
// then named by it, as System.Text.Json's ReferenceHandler.Preserve does: {"$id":"1", ...fields},
// {"$id":"1","$value":[...]} for what is no record, {"$ref":"1"}. The number comes first, so that a
// reader knows the object before it reads what is inside, which may refer to it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/lookup.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>
#include <utility>

namespace tc::detail {

inline constexpr std::string_view id_key = "$id";
inline constexpr std::string_view value_key = "$value";
inline constexpr std::string_view reference_key = "$ref";

template <class T>
inline constexpr bool is_shared_pointer = false;
template <class T>
inline constexpr bool is_shared_pointer<std::shared_ptr<T>> = true;

/// The objects of one text, by address when writing, by number when reading. An object and its
/// first member have one address, so the type is part of the key.
class shared_objects {
 public:
  /// The number of the object, and whether it is new.
  template <class T>
  std::pair<std::size_t, bool> number_of(const std::shared_ptr<T>& pointer) {
    const address_key key{pointer.get(), nullptr, typeid(T).hash_code()};
    const auto [entry, is_new] = written_.emplace(key, written_.size() + 1);
    return {entry->second, is_new};
  }

  /// False if another object has that number.
  template <class T>
  bool add(std::string_view number, std::shared_ptr<T> pointer) {
    const auto empty = [](void* object) {
      if constexpr (std::is_move_assignable_v<T>) *static_cast<T*>(object) = T{};
    };
    return read_.emplace(std::string(number), known{std::move(pointer), &typeid(T), empty}).second;
  }
  /// Objects behind each other that a text makes by references, which no nesting bounds: to free
  /// them takes stack for each.
  static constexpr std::size_t most_in_chain = 10'000;
  /// Of the object that is being read: its level in the text, or that of what it refers to, and so
  /// on, whichever is deepest.
  std::size_t deepest = 0;
  /// A reference at `level` to the object of that number; false if that makes the chain too long.
  bool refer(std::string_view number, std::size_t level);
  void set_height(std::string_view number, std::size_t height) {
    read_.find(std::string(number))->second.height = height;
  }
  /// The object of that number, null if there is none or it is of another type.
  template <class T>
  std::shared_ptr<T> find(std::string_view number) const {
    const auto found = read_.find(std::string(number));
    if (found == read_.end() || *found->second.type != typeid(T)) return nullptr;
    return std::static_pointer_cast<T>(found->second.object);
  }
  /// Empties all objects that were read, so that those of a text with problems are freed although
  /// they are in a cycle.
  void empty_all() {
    for (auto& [number, each] : read_) each.empty(each.object.get());
  }

 private:
  struct known {
    std::shared_ptr<void> object;
    const std::type_info* type;
    void (*empty)(void* object);
    std::size_t height = 0;  ///< levels that hang on it by references, 0 while it is being read
  };
  std::unordered_map<address_key, std::size_t, address_hash> written_;
  std::unordered_map<std::string, known, text_hash> read_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/references.hpp>
#endif
