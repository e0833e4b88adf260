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
std::vector<std::uint32_t> code_points(std::string_view text);

/// Appends a code point to UTF-8 text.
void append_code_point(std::string& text, std::uint32_t point);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/tokens.hpp>
#endif
