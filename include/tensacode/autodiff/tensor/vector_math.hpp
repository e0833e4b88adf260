// tensacode/autodiff/tensor/vector_math.hpp -- exp, expm1, tanh and sigmoid of many scalars.
// Layer 2. Eigen 3.4 has no vectorised tanh of doubles, which takes half the time of a network. All
// four functions use one reduction, x = n log 2 + r with |r| <= log(2) / 2 (Cody & Waite 1980), and
// a minimax polynomial for exp(r) - 1. Sums are arranged so that nothing cancels. An element's
// result does not depend on its position in the vector. Errors against the true value, in units of
// the last place (measured by tests/autodiff/tensor_vector_math.cpp): exp 1.2, expm1 1.9, tanh 2.5,
// sigmoid 2.3.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tc::detail {

/// The number of bytes in the widest vector register that the program is compiled for.
#if defined(__AVX512F__)
inline constexpr std::size_t lane_bytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t lane_bytes = 32;
#else
inline constexpr std::size_t lane_bytes = 16;
#endif

// NOLINTBEGIN(modernize-use-std-numbers, modernize-use-using): the constants are rounded so that
// products with them are exact, and clang-tidy's rewrite of the attribute does not compile.
/// The vector types for a scalar type, and the constants of exp. `values` is a vector of scalars;
/// `bits` is a vector of unsigned integers of the same width, which wrap around. `rest` holds the
/// coefficients of (exp(r) - 1 - r) / r^2.
template <class Scalar>
struct lanes_of {
  static constexpr bool exist = false;
};
template <>
struct lanes_of<double> {
  static constexpr bool exist = true;
  typedef double values __attribute__((vector_size(lane_bytes)));
  typedef std::uint64_t bits __attribute__((vector_size(lane_bytes)));
  static constexpr int mantissa = 52;
  static constexpr std::uint64_t bias = 1023, even = 4096;
  static constexpr double log2_e = 0x1.71547652b82fep+0, round = 0x1.8p52,
                          ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33,
                          greatest = 710, least = -746, least_expm1 = -40, greatest_tanh = 20;
  static constexpr double rest[] = {0.5,
                                    0x1.5555555555556p-3,
                                    0x1.5555555553d37p-5,
                                    0x1.11111111109a6p-7,
                                    0x1.6c16c1789d1d7p-10,
                                    0x1.a01a01a7cebcdp-13,
                                    0x1.a019b8ca26fcfp-16,
                                    0x1.71de0d85293b8p-19,
                                    0x1.2891d4ffbb0f9p-22,
                                    0x1.af390ba7e6f47p-26};
};
template <>
struct lanes_of<float> {
  static constexpr bool exist = true;
  typedef float values __attribute__((vector_size(lane_bytes)));
  typedef std::uint32_t bits __attribute__((vector_size(lane_bytes)));
  static constexpr int mantissa = 23;
  static constexpr std::uint32_t bias = 127, even = 1024;
  static constexpr float log2_e = 0x1.715476p+0F, round = 0x1.8p23F, ln2_high = 0x1.62e000p-1F,
                         ln2_low = 0x1.0bfbe8p-15F, greatest = 89, least = -104, least_expm1 = -20,
                         greatest_tanh = 10;
  static constexpr float rest[] = {0.5F,           0x1.555556p-3F,  0x1.5554e8p-5F,
                                   0x1.1110e0p-7F, 0x1.6d43b0p-10F, 0x1.a1256cp-13F};
};
// NOLINTEND(modernize-use-std-numbers, modernize-use-using)

/// Computes n and p = exp(r) - 1, where x = n log 2 + r.
template <class Scalar>
[[gnu::always_inline]] inline void split_exp(const typename lanes_of<Scalar>::values& x,
                                             typename lanes_of<Scalar>::bits& n,
                                             typename lanes_of<Scalar>::values& p) {
  using L = lanes_of<Scalar>;
  using Bits = typename L::bits;
  // Adding 1.5 * 2^mantissa rounds to an integer and leaves it in the low bits.
  const typename L::values shift = L::round - typename L::values{};
  const typename L::values t = x * L::log2_e + shift;
  const typename L::values k = t - shift;
  n = reinterpret_cast<Bits>(t) - reinterpret_cast<Bits>(shift);
  const typename L::values r = (x - k * L::ln2_high) - k * L::ln2_low;
  constexpr std::size_t terms = sizeof(L::rest) / sizeof(Scalar);
  p = L::rest[terms - 1] * r + L::rest[terms - 2];
  for (std::size_t i = terms - 2; i-- > 0;) p = p * r + L::rest[i];
  p = p * r * r + r;
}
/// y = 2^n, for n from 1 - bias to bias.
template <class Scalar>
[[gnu::always_inline]] inline void power_of_two(const typename lanes_of<Scalar>::bits& n,
                                                typename lanes_of<Scalar>::values& y) {
  using L = lanes_of<Scalar>;
  y = reinterpret_cast<typename L::values>((n + L::bias) << L::mantissa);
}

// Each `run` replaces the elements of x by the function of them. Comparisons are written so that
// not-a-number takes the branch that keeps it.
struct exp_lanes {
  template <class Scalar, class Values>
  [[gnu::always_inline]] static void run(Values& x) {
    using L = lanes_of<Scalar>;
    x = x > L::greatest ? L::greatest - Values{} : x;
    x = x < L::least ? L::least - Values{} : x;
    typename L::bits n;
    Values p, first, second;
    split_exp<Scalar>(x, n, p);
    // Multiplies in two steps, since 2^n may itself overflow or underflow.
    const typename L::bits half = ((n + L::even) >> 1) - L::even / 2;
    power_of_two<Scalar>(half, first);
    power_of_two<Scalar>(n - half, second);
    x = (p + Scalar(1)) * first * second;
  }
};
struct expm1_lanes {
  template <class Scalar, class Values>
  [[gnu::always_inline]] static void run(Values& x) {
    using L = lanes_of<Scalar>;
    x = x > L::greatest ? L::greatest - Values{} : x;
    x = x < L::least_expm1 ? L::least_expm1 - Values{} : x;
    typename L::bits n;
    Values p, half;
    split_exp<Scalar>(x, n, p);
    power_of_two<Scalar>(n - 1, half);
    const Values y = (half * p + (half - Scalar(0.5))) * Scalar(2);
    x = x == Scalar(0) ? x : y;
  }
};
struct tanh_lanes {
  // tanh |x| = e / (e + 2) with e = exp(2 |x|) - 1.
  template <class Scalar, class Values>
  [[gnu::always_inline]] static void run(Values& x) {
    using L = lanes_of<Scalar>;
    using Bits = typename L::bits;
    const Bits sign = reinterpret_cast<Bits>(x) & reinterpret_cast<Bits>(Scalar(-0.0) - Values{});
    Values a = reinterpret_cast<Values>(reinterpret_cast<Bits>(x) ^ sign);
    a = a > L::greatest_tanh ? L::greatest_tanh - Values{} : a;
    Bits n;
    Values p, power;
    split_exp<Scalar>(a + a, n, p);
    power_of_two<Scalar>(n, power);
    const Values e = power * p + (power - Scalar(1));
    x = reinterpret_cast<Values>(reinterpret_cast<Bits>(e / (e + Scalar(2))) | sign);
  }
};
struct sigmoid_lanes {
  template <class Scalar, class Values>
  [[gnu::always_inline]] static void run(Values& x) {
    x = -x;
    exp_lanes::run<Scalar>(x);
    x = Scalar(1) / (x + Scalar(1));
  }
};

/// y[i] = the function of x[i] for `count` scalars. x and y may be the same array.
template <class Function, class Scalar>
void map_lanes(const Scalar* x, Scalar* y, std::size_t count) {
  using Values = typename lanes_of<Scalar>::values;
  constexpr std::size_t lanes = lane_bytes / sizeof(Scalar);
  Values v;
  for (; count >= lanes; count -= lanes, x += lanes, y += lanes) {
    std::memcpy(&v, x, lane_bytes);
    Function::template run<Scalar>(v);
    std::memcpy(y, &v, lane_bytes);
  }
  if (count == 0) return;
  v = Values{};
  std::memcpy(&v, x, count * sizeof(Scalar));
  Function::template run<Scalar>(v);
  std::memcpy(y, &v, count * sizeof(Scalar));
}

}  // namespace tc::detail
