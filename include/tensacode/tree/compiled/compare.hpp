// tensacode/tree/compiled/compare.hpp -- comparing the pairs that pointers hold.
// Layer 2. Defines the functions that tree/compare.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/tree/compare.hpp>

namespace tc::detail {

TC_INLINE bool comparison::finish(std::size_t first) {
  while (waiting_.size() > first) {
    const pair_of_objects next = waiting_.back();
    waiting_.pop_back();
    if (!next.compare(*this, next.a, next.b)) return false;
  }
  return true;
}

TC_INLINE void comparison::meet(const pair_of_objects& pair) {
  if (pair.a == pair.b) return;
  const address_key key{pair.a, pair.b, reinterpret_cast<std::uintptr_t>(pair.type)};
  if (!met_.insert(key)) return;
  order_.push_back(key);
  waiting_.push_back(pair);
}

TC_INLINE void comparison::forget(std::size_t waiting, std::size_t met) {
  waiting_.resize(waiting);
  for (std::size_t i = met; i < order_.size(); ++i) met_.erase(order_[i]);
  order_.resize(met);
}

}  // namespace tc::detail
