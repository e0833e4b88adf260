// tensacode/io/arrays/compiled/number_bytes.hpp -- the functions that io/arrays/number_bytes.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>

namespace tc::detail {

TC_INLINE std::vector<std::size_t> strides_of(const std::vector<std::size_t>& shape,
                                              bool column_major) {
  std::vector<std::size_t> strides(shape.size());
  std::size_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = column_major ? i : shape.size() - 1 - i;
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

TC_INLINE bool count_elements(const std::vector<std::size_t>& shape, std::size_t size,
                              std::size_t& count) {
  std::size_t most = static_cast<std::size_t>(PTRDIFF_MAX) / size;
  count = 1;
  for (const std::size_t extent : shape) {
    if (extent > most) return false;
    if (extent > 0) most /= extent;
    count *= extent;
  }
  return true;
}

}  // namespace tc::detail
