// tensacode/io/detail/compiled/utf8.hpp -- the functions that io/detail/utf8.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/detail/utf8.hpp>

namespace tc::detail {

TC_INLINE std::size_t invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= 8 && (load_word(text.data() + i) & high_bits) == 0) {
      i += 8;
    } else if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
    } else {
      const std::size_t length = multibyte_length(text.data() + i, text.size() - i);
      if (length == 0) return i;
      i += length;
    }
  }
  return std::string_view::npos;
}

}  // namespace tc::detail
