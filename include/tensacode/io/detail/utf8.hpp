// tensacode/io/detail/utf8.hpp -- validates UTF-8, eight bytes at a time where the text is ASCII.
// Layer 3. Source: The Unicode Standard 15, table 3-7, "Well-formed UTF-8 byte sequences".
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tc::detail {

inline std::uint64_t load_word(const char* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

inline constexpr std::uint64_t each_byte = 0x0101010101010101ULL;
inline constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

/// Nonzero if a byte of `word` is '"', '\\', below 0x20, or above 0x7f.
inline std::uint64_t special_bytes(std::uint64_t word) {
  const std::uint64_t quote = word ^ (each_byte * '"');
  const std::uint64_t slash = word ^ (each_byte * '\\');
  return ((word - each_byte * 0x20) | (quote - each_byte) | (slash - each_byte) | word) & high_bits;
}

/// A lower bound of the number of bytes before the first special one. `special` is the result of
/// `special_bytes`.
inline std::size_t plain_bytes(std::uint64_t special) {
  if constexpr (std::endian::native == std::endian::little)
    return static_cast<std::size_t>(std::countr_zero(special)) / 8;  // 8 if no byte is special
  else
    return special == 0 ? 8 : 0;  // a borrow may have marked bytes in front of the special one
}

/// The length of the well-formed multi-byte sequence at `p`, of which `left` bytes may be read. 0
/// if there is none.
inline std::size_t multibyte_length(const char* p, std::size_t left) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return left >= 2 && follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (left < 3 || !follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong encoding
    if (first == 0xED && byte(1) > 0x9F) return 0;  // a surrogate
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (left < 4 || !follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

/// The position of the first byte that is not well-formed UTF-8, or npos.
std::size_t invalid_utf8(std::string_view text);

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/detail/compiled/utf8.hpp>
#endif
