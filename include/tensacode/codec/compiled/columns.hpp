// tensacode/codec/compiled/columns.hpp -- the functions that codec/columns.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/core/config.hpp>

namespace tc {

TC_INLINE void columns::clear() {
  instances = taken = 0;
  numbers.clear();
  indices.clear();
  offsets.assign(1, 0);
  texts.clear();
  for (auto& child : children) child.clear();
}

}  // namespace tc
