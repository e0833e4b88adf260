// tensacode/tree/compiled/compare.hpp -- comparing the pairs that pointers hold.
// Layer 2. Defines the function that tree/compare.hpp declares.
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

}  // namespace tc::detail
