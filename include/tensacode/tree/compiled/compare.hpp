// tensacode/tree/compiled/compare.hpp -- the functions that tree/compare.hpp declares.
// Layer 2. Compiled once into the library, or in each file of a header-only program.
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
