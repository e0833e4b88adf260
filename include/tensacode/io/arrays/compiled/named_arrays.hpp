// tensacode/io/arrays/compiled/named_arrays.hpp -- the functions that io/arrays/named_arrays.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/named_arrays.hpp>

namespace tc::detail {

TC_INLINE void sorted_names::sort() { std::sort(list.begin(), list.end()); }

TC_INLINE bool sorted_names::contains(const std::string& name) const {
  return std::binary_search(list.begin(), list.end(), name);
}

}  // namespace tc::detail
