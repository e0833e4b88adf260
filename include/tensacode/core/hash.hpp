// tensacode/core/hash.hpp -- 64-bit hashing of bytes: FNV-1a and the murmur3 finaliser.
// Layer 0. Source: Fowler, Noll, Vo (FNV-1a, 64 bit); Appleby, MurmurHash3 fmix64.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace tc {

/// The initial state of FNV-1a.
inline constexpr std::uint64_t fnv1a_basis = 0xcbf29ce484222325ULL;

/// FNV-1a over `bytes`, continuing from `state`.
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t state = fnv1a_basis) {
  for (const char byte : bytes) {
    state ^= static_cast<unsigned char>(byte);
    state *= 0x100000001b3ULL;
  }
  return state;
}

/// The murmur3 finaliser: a bijection of 64-bit words in which every input bit affects every
/// output bit.
constexpr std::uint64_t mix64(std::uint64_t word) {
  word ^= word >> 33;
  word *= 0xff51afd7ed558ccdULL;
  word ^= word >> 33;
  word *= 0xc4ceb9fe1a85ec53ULL;
  word ^= word >> 33;
  return word;
}

}  // namespace tc
