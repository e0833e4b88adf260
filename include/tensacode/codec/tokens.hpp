// tensacode/codec/tokens.hpp -- what a network sees of a text, and how it spells one.
// Layer 4.
// Reading: a bag of hashed tokens (words, pairs of neighbouring words, the whole text).
// Writing: code points of an alphabet seen in training.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/hash.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tc {

// Salts that keep tokens of different sorts apart.
inline constexpr std::uint64_t pair_salt = 0x9e3779b97f4a7c15ULL;
inline constexpr std::uint64_t whole_salt = 0xc2b2ae3d27d4eb4fULL;

/// Calls `f(hash)` for each token of `text`. A word is a run of ASCII letters (case ignored),
/// digits and non-ASCII bytes. The hash of a word is its FNV-1a; of a pair, mix64 of the first
/// word's hash times 3 plus the second's, with `pair_salt`; of the whole text, its FNV-1a with
/// `whole_salt`.
template <class F>
void for_each_token(std::string_view text, const F& f) {
  std::uint64_t word = fnv1a_basis, previous = 0;
  bool inside = false, has_previous = false;
  const auto finish = [&] {
    f(word);
    if (has_previous) f(mix64(previous * 3 + word) ^ pair_salt);
    previous = word;
    has_previous = true;
    word = fnv1a_basis;
    inside = false;
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = byte >= 'A' && byte <= 'Z';
    const bool part =
        upper || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
    if (part) {
      word = (word ^ static_cast<std::uint64_t>(upper ? byte + 32 : byte)) * 0x100000001b3ULL;
      inside = true;
    } else if (inside) {
      finish();
    }
  }
  if (inside) finish();
  if (!text.empty()) f(fnv1a(text) ^ whole_salt);
}

/// The code points of UTF-8 text; a byte that is no part of valid UTF-8 becomes U+FFFD.
inline std::vector<std::uint32_t> code_points(std::string_view text) {
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

/// Appends a code point to UTF-8 text.
inline void append_code_point(std::string& text, std::uint32_t point) {
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
