// tensacode/engine/compiled/store.hpp -- the functions that engine/store.hpp declares.
// Layer 6. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/engine/store.hpp>

namespace tc {

TC_INLINE std::int64_t memory_store::add(const experience& item) {
  items_.push_back(item);
  items_.back().handle = static_cast<std::int64_t>(items_.size());
  return items_.back().handle;
}

TC_INLINE void memory_store::set_reward(std::int64_t handle, double reward) {
  TC_CHECK(handle >= 1 && static_cast<std::size_t>(handle) <= items_.size(), argument_error,
           "feedback: no decision has the handle {}", handle);
  items_[static_cast<std::size_t>(handle - 1)].reward = reward;
}

TC_INLINE std::vector<experience> memory_store::of_site(const std::string& site,
                                                        std::uint64_t schema) {
  std::vector<experience> found;
  for (const auto& item : items_)
    if (item.site == site && item.schema == schema) found.push_back(item);
  return found;
}

}  // namespace tc

namespace tc::detail {

TC_INLINE std::unique_ptr<experience_store> open_store(const std::string& path) {
  if (path.empty()) return std::make_unique<memory_store>();
  if (!open_file_store)
    throw tc::error(
        format("engine: to keep experience in '{}', include <tensacode/engine/engine.hpp> "
               "and link with SQLite",
               path));
  const store_opener open = open_file_store;
  return open(path);
}

}  // namespace tc::detail
