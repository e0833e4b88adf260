// tensacode/io/arrays/compiled/safetensors.hpp -- the functions that io/arrays/safetensors.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/safetensors.hpp>

namespace tc::detail {

TC_INLINE void read_safetensors_bytes(safetensors_file& out, std::string_view bytes,
                                      const std::string& name, const safetensors_read_options&) {
  out = safetensors_parser(bytes, name).read();
}

}  // namespace tc::detail
