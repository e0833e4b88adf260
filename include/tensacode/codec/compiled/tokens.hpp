// tensacode/codec/compiled/tokens.hpp -- the functions that codec/tokens.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/tokens.hpp>
#include <tensacode/core/config.hpp>

namespace tc {

TC_INLINE std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80           ? 1
                               : (lead >> 5) == 0x06 ? 2
                               : (lead >> 4) == 0x0e ? 3
                               : (lead >> 3) == 0x1e ? 4
                                                     : 0;
    std::uint32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    bool valid = length > 0 && i + length <= text.size();
    for (std::size_t j = 1; valid && j < length; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      valid = (next >> 6) == 0x02;
      point = (point << 6) | (next & 0x3fU);
    }
    // Overlong forms, surrogates, and numbers beyond Unicode.
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    valid = valid && point >= least[length] && point <= 0x10ffff && (point >> 11) != 0x1b;
    points.push_back(valid ? point : 0xfffdU);
    i += valid ? length : 1;
  }
  return points;
}

TC_INLINE void append_code_point(std::string& text, std::uint32_t point) {
  const auto byte = [&](std::uint32_t b) { text += static_cast<char>(b); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | (point >> 6));
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | (point >> 12));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | (point >> 18));
    byte(0x80 | ((point >> 12) & 0x3f));
    byte(0x80 | ((point >> 6) & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

}  // namespace tc
