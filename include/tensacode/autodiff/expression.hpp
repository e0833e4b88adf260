// tensacode/autodiff/expression.hpp -- the types that scalar expressions over variables have.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/tape.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace tc::detail {

/// Base of variables and of every expression over them.
template <class Scalar>
struct expression_base {
  using scalar_type = Scalar;
};

template <class T>
concept expression = std::is_class_v<T> && requires { typename T::scalar_type; } &&
                     std::derived_from<T, expression_base<typename T::scalar_type>>;

/// Arrays of variables (tensor/statement.hpp), for which the same functions are found; they make
/// `make_unary` and `make_binary` of their own. Not by a common base: an operand of the type of
/// a base could not lie at the beginning of a statement, which is copied often.
template <class T>
concept elementwise = requires { typename T::array_expression_type; };
template <class T>
concept differentiable = expression<T> || elementwise<T>;

// Expressions are trees of types: a leaf for each variable. `gather<At>` writes the partial
// derivative by each leaf, and its slot, to the positions from `At` on.
template <class Op, expression A>
struct unary_expression : expression_base<typename A::scalar_type> {
  using Scalar = typename A::scalar_type;
  static constexpr std::size_t operands = A::operands;

  using operation = Op;

  explicit unary_expression(const A& a) : a_(a), value_(Op::value(a.value())) {}

  Scalar value() const { return value_; }
  template <std::size_t At>
  [[gnu::always_inline]] void gather(Scalar seed, Scalar* partials, adjoint_slot* slots) const {
    a_.template gather<At>(seed * Op::partial(a_.value(), value_), partials, slots);
  }
  const A& operand() const { return a_; }

 private:
  A a_;
  Scalar value_;
};

template <class Op, expression A, expression B>
struct binary_expression : expression_base<typename A::scalar_type> {
  using Scalar = typename A::scalar_type;
  static constexpr std::size_t operands = A::operands + B::operands;

  using operation = Op;

  binary_expression(const A& a, const B& b)
      : a_(a), b_(b), value_(Op::value(a.value(), b.value())) {}

  Scalar value() const { return value_; }
  template <std::size_t At>
  [[gnu::always_inline]] void gather(Scalar seed, Scalar* partials, adjoint_slot* slots) const {
    a_.template gather<At>(seed * Op::partial_a(a_.value(), b_.value(), value_), partials, slots);
    b_.template gather<At + A::operands>(seed * Op::partial_b(a_.value(), b_.value(), value_),
                                         partials, slots);
  }
  const A& first() const { return a_; }
  const B& second() const { return b_; }

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
  template <std::size_t>
  [[gnu::always_inline]] void gather(S, S*, adjoint_slot*) const {}

 private:
  S value_;
};

/// A variable as it was when the expression was formed.
template <class S>
struct variable_expression : expression_base<S> {
  static constexpr std::size_t operands = 1;
  variable_expression(S value, adjoint_slot slot) : value_(value), slot_(slot) {}
  S value() const { return value_; }
  template <std::size_t At>
  [[gnu::always_inline]] void gather(S seed, S* partials, adjoint_slot* slots) const {
    partials[At] = seed;
    slots[At] = slot_;
  }
  adjoint_slot slot() const { return slot_; }

 private:
  S value_;
  adjoint_slot slot_;
};

}  // namespace tc::detail
