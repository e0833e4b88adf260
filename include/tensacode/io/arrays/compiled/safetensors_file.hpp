// tensacode/io/arrays/compiled/safetensors_file.hpp -- the functions that
// io/arrays/safetensors_file.hpp declares. Layer 3. Compiled once into the library, or in each file
// of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/safetensors_file.hpp>

namespace tc {

TC_INLINE const safetensor* safetensors_file::find(std::string_view name) const {
  for (const auto& tensor : tensors)
    if (tensor.name == name) return &tensor;
  return nullptr;
}

}  // namespace tc
