// tensacode/core/random.hpp -- explicit, counter-based random numbers.
// Layer 0. Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"
// (the SplitMix64 output function over key + counter * golden gamma).
// A key is a value: the same key and counter give the same bits on any thread, in any order.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/hash.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>

namespace tc {

/// The key of a random stream. `split(i)` derives an independent stream, and `bits(i)` is the i-th
/// word.
struct random_key {
  std::uint64_t state = 0;

  constexpr explicit random_key(std::uint64_t seed = 0) : state(mix64(seed + golden_gamma)) {}

  constexpr random_key split(std::uint64_t index) const {
    random_key child;
    child.state = mix64(state ^ mix64(index * golden_gamma + 0x632be59bd9b4e019ULL));
    return child;
  }
  constexpr std::uint64_t bits(std::uint64_t counter) const {
    std::uint64_t word = state + (counter + 1) * golden_gamma;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
    return word ^ (word >> 31);
  }
  /// Uniform in [0, 1), a multiple of 2^-53.
  constexpr double uniform(std::uint64_t counter) const {
    return static_cast<double>(bits(counter) >> 11) * 0x1.0p-53;
  }
  /// Standard normal, by Box and Muller 1958. Uses the words 2 * counter and 2 * counter + 1.
  double normal(std::uint64_t counter) const {
    const double u = 1.0 - uniform(2 * counter);  // in (0, 1], so that the logarithm is finite
    return std::sqrt(-2.0 * std::log(u)) *
           std::cos(2.0 * std::numbers::pi * uniform(2 * counter + 1));
  }

 private:
  static constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15ULL;
};

/// A key, and the number of words already drawn from it.
struct random_stream {
  random_key key;
  std::uint64_t drawn = 0;

  double uniform() { return key.uniform(drawn++); }
  double normal() { return key.split(0x6e6f726d).normal(drawn++); }
  /// Uniform in {0, ..., n - 1}. The bias of the multiply-shift is below n / 2^53.
  std::size_t below(std::size_t n) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(n));
  }
};

/// Shuffles a random-access container by the Fisher-Yates algorithm. The order depends only on
/// `key`.
template <class Container>
void shuffle(Container& items, random_key key) {
  random_stream stream{key};
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[stream.below(i)]);
}

}  // namespace tc
