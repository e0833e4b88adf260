// tensacode/autodiff/expression.hpp -- the types of scalar expressions over variables.
// Layer 2. An expression is a tree of types with a leaf for each variable. It holds its operands by
// value, and computes its own value when it is constructed.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/tape.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace tc::detail {

/// The base class of variables and of all expressions over them.
template <class Scalar>
struct expression_base {
  using scalar_type = Scalar;
};

template <class T>
concept expression = std::is_class_v<T> && requires { typename T::scalar_type; } &&
                     std::derived_from<T, expression_base<typename T::scalar_type>>;

/// An array of variables (tensor/statement.hpp). The functions of variable.hpp accept arrays too;
/// tensor/elementwise.hpp defines `make_unary` and `make_binary` for them. Arrays are recognised by
/// a member type, not by a common base class. C++ would not place an operand with that base at the
/// start of a statement with the same base. So statements would be larger, and they are copied
/// often.
template <class T>
concept elementwise = requires { typename T::array_expression_type; };
template <class T>
concept differentiable = expression<T> || elementwise<T>;

// `gather<At>` writes the derivatives with respect to the leaves to `partials[At]` and the elements
// after it, and the slots of the leaves to the same positions of `slots`.
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

/// A constant operand. It has a value but no adjoint.
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

/// The value and slot that a variable had when the expression was formed.
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
