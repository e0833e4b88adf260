// tensacode/autodiff/tensor/elementwise.hpp -- operators and functions of tensors, by element.
// Layer 2. Arrays answer with expressions, recorded as one node each where they become a matrix or
// a sum (statement.hpp); sums, differences and multiples of matrices are nodes at once. An
// operand is a tensor, an Eigen expression (copied, a constant), a scalar variable or a number.
// Where shapes disagree `shape_error` is thrown. Shapes  (r, c), (r, c) -> (r, c)
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/statement.hpp>

#include <concepts>
#include <type_traits>

namespace tc {
namespace detail {

template <class T>
concept tensor_handle = is_tensor_var<T>;
/// A number, or a scalar expression, beside a tensor.
template <class T>
concept scalar_operand = constant<T> || expression<T>;
/// Matrices on both sides, at least one of them a variable.
template <class A, class B>
concept matrix_pair = (tensor_handle<A> && (tensor_handle<B> || eigen_expression<B>)) ||
                      (eigen_expression<A> && tensor_handle<B>);

template <class A, class B>
using scalar_of_pair =
    typename std::conditional_t<elementwise<A> || tensor_handle<A>, A, B>::scalar_type;

/// Any operand beside a tensor as a tensor: itself, or a constant made of an Eigen expression.
template <class Scalar, class T>
decltype(auto) as_tensor(const T& operand) {
  if constexpr (tensor_handle<T>)
    return (operand);
  else if constexpr (elementwise<T>)
    return operand.matrix();
  else
    return basic_tensor_var<Scalar>(operand);
}

/// Any operand as an expression of elements.
template <class Scalar, class T>
auto as_elements(const T& operand) {
  if constexpr (elementwise<T>) {
    return operand;
  } else if constexpr (constant<T>) {
    return constant_elements<Scalar>{Scalar(operand)};
  } else if constexpr (expression<T>) {
    const basic_var<Scalar> v(operand);
    return scalar_elements<Scalar>{v.value(), v.slot()};
  } else {
    return basic_array_var<Scalar>(as_tensor<Scalar>(operand));
  }
}

template <class Op, class Scalar, class A, class B>
auto pair_up(const A& a, const B& b) {
  const auto x = as_elements<Scalar>(a);
  const auto y = as_elements<Scalar>(b);
  return statement<Op, std::remove_const_t<decltype(x)>, std::remove_const_t<decltype(y)>>(x, y);
}
template <class Op, class Scalar, class A, class B>
basic_tensor_var<Scalar> pair_matrices(const A& a, const B& b) {
  return record_statement(pair_up<Op, Scalar>(a, b));
}
template <class Op, class Scalar>
basic_tensor_var<Scalar> map_matrix(const basic_tensor_var<Scalar>& x) {
  return record_statement(mapped<Op, basic_array_var<Scalar>>(basic_array_var<Scalar>(x)));
}

// What the operators and functions of variable.hpp make of arrays.
template <class Op, elementwise A>
auto make_unary(const A& a) {
  return mapped<Op, A>(a);
}
template <class Op, class A, class B>
  requires elementwise<A> || elementwise<B>
auto make_binary(const A& a, const B& b) {
  return pair_up<Op, scalar_of_pair<A, B>>(a, b);
}

template <class E>
template <class B>
auto array_expression<E>::pow(const B& b) const {
  return pair_up<pow_op, typename E::scalar_type>(self(), b);
}
template <class E>
template <class B>
auto array_expression<E>::max(const B& b) const {
  return pair_up<max_op, typename E::scalar_type>(self(), b);
}
template <class E>
template <class B>
auto array_expression<E>::min(const B& b) const {
  return pair_up<min_op, typename E::scalar_type>(self(), b);
}

}  // namespace detail

// --- operators ----------------------------------------------------------------------------------
#define TC_DETAIL_MATRICES(symbol, op)                                    \
  template <class A, class B>                                             \
    requires detail::matrix_pair<A, B>                                    \
  auto operator symbol(const A& a, const B& b) {                          \
    return detail::pair_matrices<op, detail::scalar_of_pair<A, B>>(a, b); \
  }
TC_DETAIL_MATRICES(+, detail::add_op)
TC_DETAIL_MATRICES(-, detail::subtract_op)
#undef TC_DETAIL_MATRICES

template <detail::tensor_handle A>
A operator-(const A& a) {
  return detail::map_matrix<detail::negate_op>(a);
}
template <detail::tensor_handle A, detail::scalar_operand C>
A operator*(const A& a, const C& c) {
  return detail::pair_matrices<detail::multiply_op, typename A::scalar_type>(a, c);
}
template <detail::scalar_operand C, detail::tensor_handle A>
A operator*(const C& c, const A& a) {
  return a * c;
}
template <detail::tensor_handle A, detail::scalar_operand C>
A operator/(const A& a, const C& c) {
  return detail::pair_matrices<detail::divide_op, typename A::scalar_type>(a, c);
}

namespace detail {

template <class T>
concept summand = tensor_handle<T> || elementwise<T> || eigen_expression<T>;

/// The node of `a += e` where nothing else refers to `a`: its adjoint stays where it is.
template <class Scalar, class E>
struct add_in_place_node {
  tensor_operand<Scalar> a;
  E e;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    typename E::workspace work;
    for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
      e.template prepare<false>(s, work);
      e.spread(tape, s, work, e.values(s, work), stored_seed<Scalar>{a.adjoints(tape) + s.offset});
    });
  }
};

/// a += e, in the memory of `a` if nothing has used its values yet.
template <class Scalar, class E>
void add_in_place(basic_tensor_var<Scalar>& a, const E& e) {
  if (!a.overwritable() || (e.active() && !a.active())) {
    a = record_statement(
        statement<add_op, basic_array_var<Scalar>, E>(basic_array_var<Scalar>(a), e));
    return;
  }
  check_shape<Scalar>(a.rows() == e.rows() && a.cols() == e.cols(),
                      "tensor_var sum: shapes {} x {} and {} x {} differ", a.rows(), a.cols(),
                      e.rows(), e.cols());
  typename E::workspace work;
  for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
    e.template prepare<true>(s, work);
    const auto values = e.values(s, work);
    add_each(a.mutable_value().data() + s.offset, s.size,
             [=](Eigen::Index i) { return values[i]; });
  });
  if (e.active())
    recording_tape<Scalar>().push_node(add_in_place_node<Scalar, E>{a.result(), e}, 0);
}

}  // namespace detail

template <class Scalar, class B>
  requires detail::summand<B>
basic_tensor_var<Scalar>& operator+=(basic_tensor_var<Scalar>& a, const B& b) {
  detail::add_in_place(a, detail::as_elements<Scalar>(b));
  return a;
}
template <class Scalar, class B>
  requires detail::summand<B>
basic_tensor_var<Scalar>& operator-=(basic_tensor_var<Scalar>& a, const B& b) {
  detail::add_in_place(a, -detail::as_elements<Scalar>(b));
  return a;
}
template <detail::tensor_handle A, class B>
A& operator*=(A& a, const B& b) {
  return a = a * b;
}
template <detail::tensor_handle A, class B>
A& operator/=(A& a, const B& b) {
  return a = a / b;
}
#define TC_DETAIL_ASSIGN(symbol)                                                         \
  template <class Scalar, class B>                                                       \
  basic_array_var<Scalar>& operator symbol##=(basic_array_var<Scalar>& a, const B & b) { \
    return a = a symbol b;                                                               \
  }
TC_DETAIL_ASSIGN(+)
TC_DETAIL_ASSIGN(-)
TC_DETAIL_ASSIGN(*)
TC_DETAIL_ASSIGN(/)
#undef TC_DETAIL_ASSIGN

// --- functions ----------------------------------------------------------------------------------
namespace detail {

/// max(x, 0), of numbers and arrays; the derivative at 0 is 0.
template <differentiable A>
auto relu(const A& a) {
  return make_unary<relu_op>(a);
}

}  // namespace detail

// Of matrices, by element: what networks are made of.
template <detail::tensor_handle T>
T relu(const T& x) {
  return detail::map_matrix<detail::relu_op>(x);
}
template <detail::tensor_handle T>
T sigmoid(const T& x) {
  return detail::map_matrix<detail::sigmoid_op>(x);
}
template <detail::tensor_handle T>
T tanh(const T& x) {
  return detail::map_matrix<detail::tanh_op>(x);
}

// --- members declared in tensor_var.hpp ---------------------------------------------------------
template <class Scalar>
basic_array_var<Scalar> basic_tensor_var<Scalar>::array() const {
  return basic_array_var<Scalar>(*this);
}
#define TC_DETAIL_CWISE(name, op)                                                     \
  template <class Scalar>                                                             \
  template <class Other>                                                              \
  basic_tensor_var<Scalar> basic_tensor_var<Scalar>::name(const Other& other) const { \
    return detail::pair_matrices<op, Scalar>(*this, other);                           \
  }
TC_DETAIL_CWISE(cwiseProduct, detail::multiply_op)
TC_DETAIL_CWISE(cwiseQuotient, detail::divide_op)
TC_DETAIL_CWISE(cwiseMax, detail::max_op)
TC_DETAIL_CWISE(cwiseMin, detail::min_op)
#undef TC_DETAIL_CWISE
template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::cwiseAbs() const {
  return detail::map_matrix<detail::abs_op>(*this);
}

}  // namespace tc
