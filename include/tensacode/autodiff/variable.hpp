// tensacode/autodiff/variable.hpp -- differentiable scalars and the expressions they form.
// Layer 2. An expression holds its operands by value, so `auto e = x * y;` is safe; it is
// recorded as one statement where it is assigned to a variable. Math functions are found by
// argument-dependent lookup: write `using std::sin; sin(x)`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/tape.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

namespace tc {

template <class Scalar>
class basic_var;

namespace detail {

/// Base of variables and of every expression over them.
template <class Scalar>
struct expression_base {
  using scalar_type = Scalar;
};

template <class T>
concept expression = std::is_class_v<T> && requires { typename T::scalar_type; } &&
                     std::derived_from<T, expression_base<typename T::scalar_type>>;

template <class Op, expression A>
struct unary_expression : expression_base<typename A::scalar_type> {
  using Scalar = typename A::scalar_type;
  static constexpr std::size_t operands = A::operands;

  explicit unary_expression(const A& a) : a_(a), value_(Op::value(a.value())) {}

  Scalar value() const { return value_; }
  template <class Sink>
  void push(Scalar seed, const Sink& sink) const {
    a_.push(seed * Op::partial(a_.value(), value_), sink);
  }

 private:
  A a_;
  Scalar value_;
};

template <class Op, expression A, expression B>
struct binary_expression : expression_base<typename A::scalar_type> {
  using Scalar = typename A::scalar_type;
  static constexpr std::size_t operands = A::operands + B::operands;

  binary_expression(const A& a, const B& b)
      : a_(a), b_(b), value_(Op::value(a.value(), b.value())) {}

  Scalar value() const { return value_; }
  template <class Sink>
  void push(Scalar seed, const Sink& sink) const {
    a_.push(seed * Op::partial_a(a_.value(), b_.value(), value_), sink);
    b_.push(seed * Op::partial_b(a_.value(), b_.value(), value_), sink);
  }

 private:
  A a_;
  B b_;
  Scalar value_;
};

/// A constant operand: a value without an adjoint.
template <class S>
struct constant_expression : expression_base<S> {
  static constexpr std::size_t operands = 0;
  explicit constant_expression(S value) : value_(value) {}
  S value() const { return value_; }
  template <class Sink>
  void push(S, const Sink&) const {}

 private:
  S value_;
};

}  // namespace detail

/// A differentiable number: its value, and the slot of its adjoint on the tape of the recording
/// in which it was assigned. Copying records nothing. Outside of a recording it is a number.
template <class Scalar>
class basic_var : public detail::expression_base<Scalar> {
 public:
  static constexpr std::size_t operands = 1;

  basic_var() = default;
  template <detail::constant T>
  basic_var(T value) : value_(static_cast<Scalar>(value)) {}
  template <detail::expression E>
    requires(!std::derived_from<E, basic_var> && std::same_as<typename E::scalar_type, Scalar>)
  basic_var(const E& e) : value_(e.value()) {
    if (auto* tape = detail::current_tape<Scalar>)
      slot_ =
          tape->template record<E::operands>([&e](const auto& sink) { e.push(Scalar(1), sink); });
  }

  /// A number whose adjoint lives at `slot`; for rooms that put values on the tape themselves.
  static basic_var at_slot(Scalar value, adjoint_slot slot) {
    basic_var v;
    v.value_ = value;
    v.slot_ = slot;
    return v;
  }
  /// A new independent variable of the recording in progress.
  static basic_var input(Scalar value) {
    auto* tape = detail::current_tape<Scalar>;
    return at_slot(value, tape ? tape->input() : 0);
  }

  Scalar value() const { return value_; }
  adjoint_slot slot() const { return slot_; }

  template <class Sink>
  void push(Scalar seed, const Sink& sink) const {
    sink(seed, slot_);
  }

  template <class E>
  basic_var& operator+=(const E& e) {
    return *this = *this + e;
  }
  template <class E>
  basic_var& operator-=(const E& e) {
    return *this = *this - e;
  }
  template <class E>
  basic_var& operator*=(const E& e) {
    return *this = *this * e;
  }
  template <class E>
  basic_var& operator/=(const E& e) {
    return *this = *this / e;
  }
  basic_var& operator++() { return *this += 1; }
  basic_var& operator--() { return *this -= 1; }

 private:
  Scalar value_ = Scalar(0);
  adjoint_slot slot_ = 0;
};

using var = basic_var<double>;

template <class T>
inline constexpr bool is_var = false;
template <class Scalar>
inline constexpr bool is_var<basic_var<Scalar>> = true;

namespace detail {

template <class Op, expression A>
auto make_unary(const A& a) {
  return unary_expression<Op, A>(a);
}
template <class Op, expression A, expression B>
  requires std::same_as<typename A::scalar_type, typename B::scalar_type>
auto make_binary(const A& a, const B& b) {
  return binary_expression<Op, A, B>(a, b);
}
template <class Op, expression A, constant C>
auto make_binary(const A& a, C c) {
  using S = typename A::scalar_type;
  return binary_expression<Op, A, constant_expression<S>>(a, constant_expression<S>(S(c)));
}
template <class Op, constant C, expression B>
auto make_binary(C c, const B& b) {
  using S = typename B::scalar_type;
  return binary_expression<Op, constant_expression<S>, B>(constant_expression<S>(S(c)), b);
}

/// Operands of a scalar operator: two expressions, or an expression and a constant.
template <class A, class B>
concept operand_pair = (expression<A> && expression<B>) || (expression<A> && constant<B>) ||
                       (constant<A> && expression<B>);

template <class T>
auto primal(const T& t) {
  if constexpr (expression<T>)
    return t.value();
  else
    return t;
}
#define TC_DETAIL_BINARY(name, op)    \
  template <class A, class B>         \
    requires operand_pair<A, B>       \
  auto name(const A& a, const B& b) { \
    return make_binary<op>(a, b);     \
  }
#define TC_DETAIL_UNARY(name)        \
  template <expression A>            \
  auto name(const A& a) {            \
    return make_unary<name##_op>(a); \
  }

TC_DETAIL_BINARY(operator+, add_op)
TC_DETAIL_BINARY(operator-, subtract_op)
TC_DETAIL_BINARY(operator*, multiply_op)
TC_DETAIL_BINARY(operator/, divide_op)
TC_DETAIL_BINARY(pow, pow_op)
TC_DETAIL_BINARY(atan2, atan2_op)
TC_DETAIL_BINARY(hypot, hypot_op)
TC_DETAIL_BINARY(max, max_op)
TC_DETAIL_BINARY(min, min_op)
TC_DETAIL_BINARY(fmax, max_op)
TC_DETAIL_BINARY(fmin, min_op)
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
#undef TC_DETAIL_BINARY
#undef TC_DETAIL_UNARY

template <expression A>
auto fabs(const A& a) {
  return make_unary<abs_op>(a);
}
template <expression A>
auto operator-(const A& a) {
  return make_unary<negate_op>(a);
}
template <expression A>
auto operator+(const A& a) {
  return make_unary<identity_op>(a);
}

template <expression A>
bool isfinite(const A& a) {
  return std::isfinite(a.value());
}
template <expression A>
bool isnan(const A& a) {
  return std::isnan(a.value());
}

}  // namespace detail

// Argument-dependent lookup finds all of these; the names are for qualified calls, `tc::exp(x)`.
using detail::abs;
using detail::acos;
using detail::asin;
using detail::atan;
using detail::atan2;
using detail::cos;
using detail::cosh;
using detail::erf;
using detail::exp;
using detail::expm1;
using detail::fabs;
using detail::fmax;
using detail::fmin;
using detail::hypot;
using detail::isfinite;
using detail::isnan;
using detail::log;
using detail::log1p;
using detail::max;
using detail::min;
using detail::pow;
using detail::sigmoid;
using detail::sin;
using detail::sinh;
using detail::sqrt;
using detail::square;
using detail::tan;
using detail::tanh;

/// sigmoid(x) = 1 / (1 + exp(-x)) of a plain number, without overflow.
template <std::floating_point S>
S sigmoid(S x) {
  return detail::sigmoid_op::value(x);
}
template <std::floating_point S>
S square(S x) {
  return x * x;
}

/// The primal of a variable, an expression or a plain number.
template <class T>
auto value(const T& x) {
  return detail::primal(x);
}

}  // namespace tc

template <class Scalar>
class std::numeric_limits<tc::basic_var<Scalar>> : public std::numeric_limits<Scalar> {};
