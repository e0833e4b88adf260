// tensacode/autodiff/variable.hpp -- differentiable scalars and the operations on them.
// Layer 2. An expression holds its operands by value, so `auto e = x * y;` is safe. It is recorded
// as one statement when it is assigned to a variable. Math functions are found by
// argument-dependent lookup: write `using std::sin; sin(x)`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/expression.hpp>
#include <tensacode/autodiff/tape.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace tc {

// With TC_CHECK_VARIABLES, using a variable throws `variable_error` if the recording is on another
// tape than the variable's, or if its slot has been given up. Either all source files of a program
// define the macro, or none does. The inline namespace turns a mixture into a linker error for
// functions that take variables.
#if defined(TC_CHECK_VARIABLES)
/// A variable is used in a recording that does not have its adjoint.
struct variable_error : error {
  using error::error;
};
inline namespace checked_variables {
#endif
template <class Scalar>
class basic_var;
#if defined(TC_CHECK_VARIABLES)
}
#endif

namespace detail {

/// Returns the form in which an expression stores an operand: the value and slot of a variable, or
/// the expression itself.
template <class E>
decltype(auto) operand_of(const E& e) {
#if defined(TC_CHECK_VARIABLES)
  if constexpr (std::derived_from<E, basic_var<typename E::scalar_type>>) e.check_recorded();
#endif
  if constexpr (std::derived_from<E, basic_var<typename E::scalar_type>>)
    return variable_expression<typename E::scalar_type>(e.value(), e.slot());
  else
    return (e);
}
template <class E>
using operand_type = std::remove_cvref_t<decltype(operand_of(std::declval<const E&>()))>;

}  // namespace detail

#if defined(TC_CHECK_VARIABLES)
inline namespace checked_variables {
#endif
/// A differentiable scalar. It holds its value and the slot of its adjoint on the tape of the
/// recording in which it was assigned. Copying a variable records nothing. Outside of a recording,
/// a variable behaves like a plain number.
///
/// `y += e` keeps the slot of `y`, and so records one operand less, if nothing has read that slot
/// since `y` was assigned. In a loop that adds up terms, the sum is read only once, after the loop.
/// Reading the slot therefore sets a flag in the variable: two threads must not read the same
/// variable at once, so copy it first.
template <class Scalar>
class basic_var : public detail::expression_base<Scalar> {
 public:
  static constexpr std::size_t operands = 1;

  basic_var() = default;
  // There are no move operations: a moved-from variable keeps its value, so the slot of both counts
  // as read, as after a copy.
  basic_var(const basic_var& other) noexcept : value_(other.value_), slot_(other.slot()) {
    take_birth(other);
  }
  basic_var& operator=(const basic_var& other) noexcept {
    value_ = other.value_;
    slot_ = other.slot();
    unseen_ = false;
    take_birth(other);
    return *this;
  }
  ~basic_var() = default;
  template <detail::expression E>
    requires(!std::derived_from<E, basic_var> && std::same_as<typename E::scalar_type, Scalar>)
  [[gnu::always_inline]] basic_var& operator=(const E& e) {
    const basic_var result(e);
    value_ = result.value_;
    slot_ = result.slot_;
    unseen_ = result.unseen_;
    take_birth(result);
    return *this;
  }

  /// Makes a constant: no gradient flows into it.
  template <detail::constant T>
  basic_var(T value) : value_(static_cast<Scalar>(value)) {}
  template <detail::expression E>
    requires(!std::derived_from<E, basic_var> && std::same_as<typename E::scalar_type, Scalar>)
  [[gnu::always_inline]] basic_var(const E& e) : value_(e.value()) {
    if constexpr (E::operands != 0)
      if (auto* tape = detail::current_tape<Scalar>) {
        Scalar partials[E::operands];
        adjoint_slot slots[E::operands];
        e.template gather<0>(Scalar(1), partials, slots);
        slot_ = tape->record(partials, slots);
        unseen_ = slot_ != 0;
        note_birth();
        if constexpr (detail::statement_observer<Scalar>::enabled)
          detail::statement_observer<Scalar>::statement(e, value_, slot_);
      }
  }

  /// Returns a variable with this value whose adjoint is at `slot`. For code that puts values on
  /// the tape itself.
  static basic_var at_slot(Scalar value, adjoint_slot slot) {
    basic_var v;
    v.value_ = value;
    v.slot_ = slot;
    v.note_birth();
    if constexpr (detail::statement_observer<Scalar>::enabled)
      detail::statement_observer<Scalar>::value(slot, value);
    return v;
  }
  /// Creates an independent variable of the recording in progress; outside of a recording, a
  /// constant.
  static basic_var input(Scalar value) {
    auto* tape = detail::current_tape<Scalar>;
    return at_slot(value, tape ? tape->input() : 0);
  }

  /// The value, without derivatives.
  Scalar value() const { return value_; }
  /// The slot of the adjoint; 0 for a constant. Reading it ends the reuse of the slot by `+=`.
  adjoint_slot slot() const {
    if (unseen_) unseen_ = false;
    return slot_;
  }

  template <class E>
  [[gnu::always_inline]] basic_var& operator+=(const E& e) {
    return add(e, Scalar(1));
  }
  template <class E>
  [[gnu::always_inline]] basic_var& operator-=(const E& e) {
    return add(e, Scalar(-1));
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

#if defined(TC_CHECK_VARIABLES)
  /// Throws `variable_error` if the variable cannot be an operand in the recording in progress.
  void check_recorded() const {
    const auto* tape = detail::current_tape<Scalar>;
    if (slot_ == 0 || !tape || !tape_) return;
    TC_CHECK(tape == tape_, variable_error,
             "variable of value {}: used in a recording on another tape than its own, which is of "
             "another thread or of a vjp. Fix: make it an argument of the function that is "
             "differentiated, or pass its value (tc::value)",
             primal_text());
    TC_CHECK(tape->history().keeps(slot_, born_), variable_error,
             "variable of value {}: used after its recording ended. Fix: keep its value "
             "(tc::value), or use it inside of the function that is differentiated",
             primal_text());
  }
#endif

 private:
#if defined(TC_CHECK_VARIABLES)
  void note_birth() {
    tape_ = slot_ ? detail::current_tape<Scalar> : nullptr;
    born_ = tape_ ? tape_->history().now() : 0;
  }
  void take_birth(const basic_var& other) {
    tape_ = other.tape_;
    born_ = other.born_;
  }
  std::string primal_text() const {
    if constexpr (std::is_arithmetic_v<Scalar>)
      return format("{}", value_);
    else
      return "(not plain)";
  }

  const basic_tape<Scalar>* tape_ = nullptr;
  std::uint64_t born_ = 0;
#else
  void note_birth() {}
  void take_birth(const basic_var&) {}
#endif

  /// Whether `+=` may keep the slot: nothing has read it, and it belongs to the recording in
  /// progress.
  [[gnu::always_inline]] bool grows_in_place() const {
    if (!unseen_) return false;
    const auto* tape = detail::current_tape<Scalar>;
    return !tape || slot_ >= tape->first_of_recording();
  }
  /// Adds sign * e to this variable.
  template <class E>
  [[gnu::always_inline]] basic_var& add(const E& e, Scalar sign) {
    if constexpr (detail::constant<E> && !detail::statement_observer<Scalar>::enabled) {
      value_ += sign * static_cast<Scalar>(e);
    } else if constexpr (detail::constant<E>) {
      return *this = *this +
                     sign * static_cast<Scalar>(e);  // a statement, so that the observer sees it
    } else if (!grows_in_place()) {
      if (sign < Scalar(0)) return *this = *this - e;
      return *this = *this + e;
    } else {
#if defined(TC_CHECK_VARIABLES)
      check_recorded();
#endif
      auto&& operand = detail::operand_of(e);
      constexpr std::size_t count = std::remove_cvref_t<decltype(operand)>::operands;
      const Scalar grown = value_ + sign * operand.value();
      if constexpr (count != 0) {
        Scalar partials[count];
        adjoint_slot slots[count];
        operand.template gather<0>(sign, partials, slots);
        if (auto* tape = detail::current_tape<Scalar>)
          tape->record_in_place(slot_, partials, slots);
      }
      value_ = grown;
      if constexpr (count != 0) {
        if constexpr (detail::statement_observer<Scalar>::enabled)
          detail::statement_observer<Scalar>::grown(operand, sign, value_, slot_);
      }
    }
    return *this;
  }

  Scalar value_ = Scalar(0);
  adjoint_slot slot_ = 0;
  mutable bool unseen_ = false;
};
#if defined(TC_CHECK_VARIABLES)
}  // namespace checked_variables
#endif

using var = basic_var<double>;

/// Whether `T` is a `basic_var`.
template <class T>
inline constexpr bool is_var = false;
template <class Scalar>
inline constexpr bool is_var<basic_var<Scalar>> = true;

namespace detail {

template <class Op, expression A>
auto make_unary(const A& a) {
  return unary_expression<Op, operand_type<A>>(operand_of(a));
}
template <bool meet>
consteval bool check_numbers_meet() {
  static_assert(
      meet,
      "tensacode[A02] a variable of one derivative meets a dual number, or a variable "
      "over another type, of another derivative: something was captured. Fix: make it an "
      "argument of the function that is differentiated, or capture its value (tc::value).");
  return meet;
}

template <class Op, expression A, expression B>
auto make_binary(const A& a, const B& b) {
  if constexpr (check_numbers_meet<
                    std::is_same_v<typename A::scalar_type, typename B::scalar_type>>())
    return binary_expression<Op, operand_type<A>, operand_type<B>>(operand_of(a), operand_of(b));
  else
    return basic_var<typename A::scalar_type>();
}
template <class Op, expression A, constant C>
auto make_binary(const A& a, C c) {
  using S = typename A::scalar_type;
  if constexpr (check_numbers_meet<std::is_constructible_v<S, C>>())
    return binary_expression<Op, operand_type<A>, constant_expression<S>>(
        operand_of(a), constant_expression<S>(S(c)));
  else
    return c;
}
template <class Op, constant C, expression B>
auto make_binary(C c, const B& b) {
  using S = typename B::scalar_type;
  if constexpr (check_numbers_meet<std::is_constructible_v<S, C>>())
    return binary_expression<Op, constant_expression<S>, operand_type<B>>(
        constant_expression<S>(S(c)), operand_of(b));
  else
    return c;
}

/// An operand that may be combined with an array of variables: a scalar, or a matrix of any
/// library.
template <class T>
concept beside_elements = differentiable<T> || constant<T> || requires(const T& t) { t.rows(); };
/// Whether an operator accepts these two operands. At least one must be an expression or an array
/// of variables.
template <class A, class B>
concept operand_pair = (expression<A> && expression<B>) || (expression<A> && constant<B>) ||
                       (constant<A> && expression<B>) || (elementwise<A> && beside_elements<B>) ||
                       (beside_elements<A> && elementwise<B>);

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
  template <differentiable A>        \
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

template <differentiable A>
auto fabs(const A& a) {
  return make_unary<abs_op>(a);
}
template <differentiable A>
auto operator-(const A& a) {
  return make_unary<negate_op>(a);
}
template <differentiable A>
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

// Argument-dependent lookup finds all of these. The names are declared here for qualified calls
// such as `tc::exp(x)`.
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

/// sigmoid(x) = 1 / (1 + exp(-x)) of a plain number, computed without overflow.
template <std::floating_point S>
S sigmoid(S x) {
  return detail::sigmoid_op::value(x);
}
/// x^2 of a plain number.
template <std::floating_point S>
S square(S x) {
  return x * x;
}

/// The plain number inside a variable, an expression, a dual number or a plain number. Works
/// through all levels where the types are nested, as in second derivatives.
template <class T>
auto value(const T& x) {
  if constexpr (detail::expression<T> || requires { typename T::tangent_type; })
    return tc::value(x.value());
  else
    return x;
}

}  // namespace tc

template <class Scalar>
class std::numeric_limits<tc::basic_var<Scalar>> : public std::numeric_limits<Scalar> {};
