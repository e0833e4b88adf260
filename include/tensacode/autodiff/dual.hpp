// tensacode/autodiff/dual.hpp -- numbers that carry their derivative along: forward mode.
// Layer 2. Source: Griewank & Walther 2008, Evaluating Derivatives, chapter 3. A dual number is a
// pair of a value and a tangent. Every function maps it by the chain rule. The tangent is one
// number, several numbers (vector mode), or any other type whose objects can be added and scaled.
// The scalar of a variable may be dual: `basic_var<dual<double>>` is forward over reverse mode.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

namespace tc {

/// `Lanes` tangents side by side.
template <class Scalar, std::size_t Lanes>
struct tangent_lanes {
  Scalar lane[Lanes] = {};

  constexpr Scalar& operator[](std::size_t i) { return lane[i]; }
  constexpr const Scalar& operator[](std::size_t i) const { return lane[i]; }

  [[gnu::always_inline]] friend constexpr tangent_lanes operator+(const tangent_lanes& a,
                                                                  const tangent_lanes& b) {
    return each([&](auto i) __attribute__((always_inline)) { return a.lane[i] + b.lane[i]; });
  }
  [[gnu::always_inline]] friend constexpr tangent_lanes operator-(const tangent_lanes& a,
                                                                  const tangent_lanes& b) {
    return each([&](auto i) __attribute__((always_inline)) { return a.lane[i] - b.lane[i]; });
  }
  [[gnu::always_inline]] friend constexpr tangent_lanes operator-(const tangent_lanes& a) {
    return each([&](auto i) __attribute__((always_inline)) { return -a.lane[i]; });
  }
  [[gnu::always_inline]] friend constexpr tangent_lanes operator*(const Scalar& factor,
                                                                  const tangent_lanes& a) {
    return each([&](auto i) __attribute__((always_inline)) { return factor * a.lane[i]; });
  }
  [[gnu::always_inline]] friend constexpr bool is_zero(const tangent_lanes& a) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      using detail::is_zero;
      return (is_zero(a.lane[I]) && ...);
    }(std::make_index_sequence<Lanes>{});
  }

 private:
  // A fold instead of a loop: the compiler unrolls loops too late to keep the lanes in registers.
  template <class F>
  [[gnu::always_inline]] static constexpr tangent_lanes each(const F& f) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      return tangent_lanes{{Scalar(f(std::integral_constant<std::size_t, I>{}))...}};
    }(std::make_index_sequence<Lanes>{});
  }
};

/// A value and its tangent. Comparisons compare the values, so a branch goes the same way as with
/// plain numbers. In functions such as sqrt and pow, an operand whose tangent is exactly 0 adds
/// nothing to the result's tangent, even if the derivative is infinite. The operators `*` and `/`
/// do not check for this, so there infinity times 0 gives NaN.
///
/// `Tangent` is the scalar itself, `tangent_lanes` or an index set. It must have `a + b`, `a - b`,
/// `-a`, `scalar * a`, `is_zero(a)` and a default value that is zero.
template <class Scalar, class Tangent = Scalar>
class basic_dual {
 public:
  using value_type = Scalar;
  using tangent_type = Tangent;

  [[gnu::always_inline]] constexpr basic_dual() = default;
  /// Makes a constant: its tangent is zero.
  template <class T>
    requires std::is_arithmetic_v<T>
  [[gnu::always_inline]] constexpr basic_dual(T value) : value_(static_cast<Scalar>(value)) {}
  [[gnu::always_inline]] constexpr basic_dual(const Scalar& value)
    requires(!std::is_arithmetic_v<Scalar>)
      : value_(value) {}
  [[gnu::always_inline]] constexpr basic_dual(const Scalar& value, const Tangent& tangent)
      : value_(value), tangent_(tangent) {}

  constexpr const Scalar& value() const { return value_; }
  constexpr const Tangent& tangent() const { return tangent_; }

  [[gnu::always_inline]] friend constexpr basic_dual operator+(const basic_dual& a) { return a; }
  [[gnu::always_inline]] friend constexpr basic_dual operator-(const basic_dual& a) {
    return {-a.value_, -a.tangent_};
  }

  [[gnu::always_inline]] friend constexpr basic_dual operator+(const basic_dual& a,
                                                               const basic_dual& b) {
    return {a.value_ + b.value_, a.tangent_ + b.tangent_};
  }
  [[gnu::always_inline]] friend constexpr basic_dual operator-(const basic_dual& a,
                                                               const basic_dual& b) {
    return {a.value_ - b.value_, a.tangent_ - b.tangent_};
  }
  [[gnu::always_inline]] friend constexpr basic_dual operator*(const basic_dual& a,
                                                               const basic_dual& b) {
    return {a.value_ * b.value_, b.value_ * a.tangent_ + a.value_ * b.tangent_};
  }
  [[gnu::always_inline]] friend constexpr basic_dual operator/(const basic_dual& a,
                                                               const basic_dual& b) {
    const Scalar quotient = a.value_ / b.value_;
    return {quotient, (Scalar(1) / b.value_) * (a.tangent_ - quotient * b.tangent_)};
  }

  // A plain number beside a dual number: `C` is arithmetic, or the scalar type itself.
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator+(const basic_dual& a, const C& c) {
    return {a.value_ + static_cast<Scalar>(c), a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator+(const C& c, const basic_dual& a) {
    return {static_cast<Scalar>(c) + a.value_, a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator-(const basic_dual& a, const C& c) {
    return {a.value_ - static_cast<Scalar>(c), a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator-(const C& c, const basic_dual& a) {
    return {static_cast<Scalar>(c) - a.value_, -a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator*(const basic_dual& a, const C& c) {
    return {a.value_ * static_cast<Scalar>(c), static_cast<Scalar>(c) * a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator*(const C& c, const basic_dual& a) {
    return {static_cast<Scalar>(c) * a.value_, static_cast<Scalar>(c) * a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator/(const basic_dual& a, const C& c) {
    return {a.value_ / static_cast<Scalar>(c), (Scalar(1) / static_cast<Scalar>(c)) * a.tangent_};
  }
  template <class C>
    requires(std::is_arithmetic_v<C> || std::same_as<C, Scalar>)
  [[gnu::always_inline]] friend constexpr basic_dual operator/(const C& c, const basic_dual& a) {
    const Scalar quotient = static_cast<Scalar>(c) / a.value_;
    return {quotient, (-quotient / a.value_) * a.tangent_};
  }

  template <class T>
  [[gnu::always_inline]] constexpr basic_dual& operator+=(const T& b) {
    return *this = *this + b;
  }
  template <class T>
  [[gnu::always_inline]] constexpr basic_dual& operator-=(const T& b) {
    return *this = *this - b;
  }
  template <class T>
  [[gnu::always_inline]] constexpr basic_dual& operator*=(const T& b) {
    return *this = *this * b;
  }
  template <class T>
  [[gnu::always_inline]] constexpr basic_dual& operator/=(const T& b) {
    return *this = *this / b;
  }
  [[gnu::always_inline]] constexpr basic_dual& operator++() { return *this += 1; }
  [[gnu::always_inline]] constexpr basic_dual& operator--() { return *this -= 1; }

  [[gnu::always_inline]] friend constexpr bool operator==(const basic_dual& a,
                                                          const basic_dual& b) {
    return a.value_ == b.value_;
  }
  [[gnu::always_inline]] friend constexpr bool operator<(const basic_dual& a, const basic_dual& b) {
    return a.value_ < b.value_;
  }
  [[gnu::always_inline]] friend constexpr bool operator<=(const basic_dual& a,
                                                          const basic_dual& b) {
    return a.value_ <= b.value_;
  }
  [[gnu::always_inline]] friend constexpr bool operator>(const basic_dual& a, const basic_dual& b) {
    return a.value_ > b.value_;
  }
  [[gnu::always_inline]] friend constexpr bool operator>=(const basic_dual& a,
                                                          const basic_dual& b) {
    return a.value_ >= b.value_;
  }

  /// Whether the value and the tangent are both zero. (`a == 0` compares the value only.)
  [[gnu::always_inline]] friend constexpr bool is_zero(const basic_dual& a) {
    using detail::is_zero;
    return is_zero(a.value_) && is_zero(a.tangent_);
  }

 private:
  Scalar value_{};
  Tangent tangent_{};
};

/// A dual number with one tangent, or with `Lanes` of them (`tangent()[i]`).
template <class Scalar, std::size_t Lanes = 1>
using dual =
    basic_dual<Scalar, std::conditional_t<Lanes == 1, Scalar, tangent_lanes<Scalar, Lanes>>>;

template <class Scalar, class Tangent>
inline constexpr bool is_dual<basic_dual<Scalar, Tangent>> = true;

namespace detail {

template <class Op, class Scalar, class Tangent>
basic_dual<Scalar, Tangent> apply_to_dual(const basic_dual<Scalar, Tangent>& a) {
  const Scalar y = Op::value(a.value());
  if (is_zero(a.tangent())) return {y, Tangent{}};
  return {y, Scalar(Op::partial(a.value(), y)) * a.tangent()};
}

template <class Op, class Scalar, class Tangent>
basic_dual<Scalar, Tangent> apply_to_duals(const basic_dual<Scalar, Tangent>& a,
                                           const basic_dual<Scalar, Tangent>& b) {
  const Scalar y = Op::value(a.value(), b.value());
  Tangent tangent{};
  if (!is_zero(a.tangent())) tangent = Scalar(Op::partial_a(a.value(), b.value(), y)) * a.tangent();
  if (!is_zero(b.tangent()))
    tangent = tangent + Scalar(Op::partial_b(a.value(), b.value(), y)) * b.tangent();
  return {y, tangent};
}

template <class T, class Scalar>
concept beside_dual = std::is_arithmetic_v<T> || std::same_as<T, Scalar>;

}  // namespace detail

#define TC_DETAIL_UNARY(name)                                              \
  template <class Scalar, class Tangent>                                   \
  basic_dual<Scalar, Tangent> name(const basic_dual<Scalar, Tangent>& a) { \
    return detail::apply_to_dual<detail::name##_op>(a);                    \
  }
#define TC_DETAIL_BINARY(name, op)                                                                 \
  template <class Scalar, class Tangent>                                                           \
  basic_dual<Scalar, Tangent> name(const basic_dual<Scalar, Tangent>& a,                           \
                                   const basic_dual<Scalar, Tangent>& b) {                         \
    return detail::apply_to_duals<detail::op>(a, b);                                               \
  }                                                                                                \
  template <class Scalar, class Tangent, detail::beside_dual<Scalar> C>                            \
  basic_dual<Scalar, Tangent> name(const basic_dual<Scalar, Tangent>& a, const C& b) {             \
    return detail::apply_to_duals<detail::op>(                                                     \
        a, basic_dual<Scalar, Tangent>(static_cast<Scalar>(b)));                                   \
  }                                                                                                \
  template <class Scalar, class Tangent, detail::beside_dual<Scalar> C>                            \
  basic_dual<Scalar, Tangent> name(const C& a, const basic_dual<Scalar, Tangent>& b) {             \
    return detail::apply_to_duals<detail::op>(basic_dual<Scalar, Tangent>(static_cast<Scalar>(a)), \
                                              b);                                                  \
  }
TC_DETAIL_UNARY(exp)
TC_DETAIL_UNARY(expm1)
TC_DETAIL_UNARY(log)
TC_DETAIL_UNARY(log1p)
TC_DETAIL_UNARY(sqrt)
TC_DETAIL_UNARY(sin)
TC_DETAIL_UNARY(cos)
TC_DETAIL_UNARY(tan)
TC_DETAIL_UNARY(asin)
TC_DETAIL_UNARY(acos)
TC_DETAIL_UNARY(atan)
TC_DETAIL_UNARY(sinh)
TC_DETAIL_UNARY(cosh)
TC_DETAIL_UNARY(tanh)
TC_DETAIL_UNARY(abs)
TC_DETAIL_UNARY(erf)
TC_DETAIL_UNARY(sigmoid)
TC_DETAIL_UNARY(square)
TC_DETAIL_BINARY(pow, pow_op)
TC_DETAIL_BINARY(atan2, atan2_op)
TC_DETAIL_BINARY(hypot, hypot_op)
TC_DETAIL_BINARY(max, max_op)
TC_DETAIL_BINARY(min, min_op)
TC_DETAIL_BINARY(fmax, max_op)
TC_DETAIL_BINARY(fmin, min_op)
#undef TC_DETAIL_UNARY
#undef TC_DETAIL_BINARY

template <class Scalar, class Tangent>
basic_dual<Scalar, Tangent> fabs(const basic_dual<Scalar, Tangent>& a) {
  return abs(a);
}
template <class Scalar, class Tangent>
bool isfinite(const basic_dual<Scalar, Tangent>& a) {
  using std::isfinite;
  return isfinite(a.value());
}
template <class Scalar, class Tangent>
bool isnan(const basic_dual<Scalar, Tangent>& a) {
  using std::isnan;
  return isnan(a.value());
}
template <class Scalar, class Tangent>
bool isinf(const basic_dual<Scalar, Tangent>& a) {
  using std::isinf;
  return isinf(a.value());
}

/// The value of a dual number, without its tangent.
template <class Scalar, class Tangent>
Scalar value(const basic_dual<Scalar, Tangent>& a) {
  return a.value();
}

}  // namespace tc

template <class Scalar, class Tangent>
class std::numeric_limits<tc::basic_dual<Scalar, Tangent>> : public std::numeric_limits<Scalar> {};
