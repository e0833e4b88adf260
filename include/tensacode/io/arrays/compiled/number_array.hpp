// tensacode/io/arrays/compiled/number_array.hpp -- the functions that io/arrays/number_array.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/number_array.hpp>

namespace tc::detail {

TC_INLINE std::string extents_text(const array_shape& shape) {
  std::string text;
  for (const std::size_t extent : shape) text += (text.empty() ? "" : ", ") + format("{}", extent);
  return text;
}

TC_INLINE std::string shape_text(const array_shape& shape) {
  return shape.empty() ? "a single number" : "an array of shape (" + extents_text(shape) + ")";
}

}  // namespace tc::detail
