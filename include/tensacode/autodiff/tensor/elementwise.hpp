// tensacode/autodiff/tensor/elementwise.hpp -- elementwise operators and functions of tensors.
// Layer 2. Operations on arrays yield expressions. Each expression is recorded as one node when it
// becomes a matrix or a sum (statement.hpp). Sums, differences and multiples of matrices are
// recorded at once; if an operand is a temporary, they reuse its memory. An operand is a tensor, an
// Eigen expression (copied as a constant), a scalar variable or a number. Throws `shape_error` if
// shapes disagree.
//
// Shapes  (r, c), (r, c) -> (r, c)
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/statement.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

template <class T>
concept tensor_handle = is_tensor_var<T>;
/// A scalar operand of an operation on tensors.
template <class T>
concept scalar_operand = constant<T> || expression<T>;
/// Two matrices, at least one of which is a tensor variable.
template <class A, class B>
concept matrix_pair = (tensor_handle<A> && (tensor_handle<B> || eigen_expression<B>)) ||
                      (eigen_expression<A> && tensor_handle<B>);

template <class A, class B>
using scalar_of_pair =
    typename std::conditional_t<elementwise<A> || tensor_handle<A>, A, B>::scalar_type;

/// Converts an operand to a tensor; an Eigen expression becomes a constant.
template <class Scalar, class T>
decltype(auto) as_tensor(const T& operand) {
  if constexpr (tensor_handle<T>)
    return (operand);
  else if constexpr (elementwise<T>)
    return operand.matrix();
  else
    return basic_tensor_var<Scalar>(operand);
}

/// Converts an operand to an array expression.
template <class Scalar, class T>
decltype(auto) as_elements(const T& operand) {
  if constexpr (elementwise<T>) {
    return (operand);
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
  const auto& x = as_elements<Scalar>(a);
  const auto& y = as_elements<Scalar>(b);
  return statement<Op, std::remove_cvref_t<decltype(x)>, std::remove_cvref_t<decltype(y)>>(x, y);
}
template <class Op, class Scalar, class A, class B>
basic_tensor_var<Scalar> pair_matrices(const A& a, const B& b) {
  return record_statement(pair_up<Op, Scalar>(a, b));
}
template <class Op, class Scalar>
basic_tensor_var<Scalar> map_matrix(const basic_tensor_var<Scalar>& x) {
  return record_statement(mapped<Op, basic_array_var<Scalar>>(basic_array_var<Scalar>(x)));
}

// The operators and functions of variable.hpp call these if an operand is an array.
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

namespace detail {

template <class T>
concept summand = tensor_handle<T> || elementwise<T> || eigen_expression<T>;

/// The node of `a += e` if nothing else refers to `a`, which keeps its slots. With `from`, the node
/// of `a = e - a`, which also negates the adjoint.
template <class Scalar, class E, bool from = false>
struct add_in_place_node {
  tensor_operand<Scalar> a;
  E e;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    typename E::workspace work;
    for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
      Scalar* const adjoint = a.adjoints(tape) + s.offset;
      if (e.active()) {
        e.template prepare<false>(s, work);
        e.spread(tape, s, work, e.values(s, work), stored_seed<Scalar>{adjoint});
      }
      if constexpr (from) store_each(adjoint, s.size, [=](Eigen::Index i) { return -adjoint[i]; });
    });
  }
};
/// The node of `a *= factor` if nothing else refers to `a`.
template <class Scalar>
struct scale_in_place_node {
  tensor_operand<Scalar> a;
  Scalar factor;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    Scalar* const adjoint = a.adjoints(tape);
    store_each(adjoint, a.size(), [=, *this](Eigen::Index i) { return factor * adjoint[i]; });
  }
};

/// Computes a += e, or a = e - a with `from`. Overwrites the memory of `a` if nothing has used its
/// values yet. Throws shape_error if the shapes differ.
template <bool from = false, class Scalar, class E>
void add_in_place(basic_tensor_var<Scalar>& a, const E& e) {
  if (!a.overwritable() || (e.active() && !a.active())) {
    const basic_array_var<Scalar> old(a);
    if constexpr (from)
      a = record_statement(statement<subtract_op, E, basic_array_var<Scalar>>(e, old));
    else
      a = record_statement(statement<add_op, basic_array_var<Scalar>, E>(old, e));
    return;
  }
  check_shape(a.rows() == e.rows() && a.cols() == e.cols(),
              "tensor_var {}: shapes {} x {} and {} x {} differ",
              operation_name<std::conditional_t<from, subtract_op, add_op>>,
              from ? e.rows() : a.rows(), from ? e.cols() : a.cols(), from ? a.rows() : e.rows(),
              from ? a.cols() : e.cols());
  typename E::workspace work;
  for_each_strip<E::by_column>(e.rows(), e.cols(), [&](const strip& s) {
    e.template prepare<true>(s, work);
    const auto values = e.values(s, work);
    Scalar* const to = a.mutable_value().data() + s.offset;
    if constexpr (from)
      store_each(to, s.size, [=](Eigen::Index i) { return values[i] - to[i]; });
    else
      add_each(to, s.size, [=](Eigen::Index i) { return values[i]; });
  });
  if (a.active() && (from || e.active()))
    recording_tape<Scalar>().push_node(add_in_place_node<Scalar, E, from>{a.result(), e}, 0);
}

// A sum of arrays is recorded only when it is needed; a sum of matrices must be recorded at once.
// The reason is that functions take `basic_tensor_var<Scalar>` and deduce the scalar, so `a + b`
// must have that type. But the result of `a + b` is often used as an operand right away, and
// nothing else refers to it. Then the next sum is added into its memory, and its adjoint is reused.
// This takes one node, and saves a matrix and a pass over an adjoint that would only be copied. If
// a trace is being drawn, nothing is reused, so that it shows the intermediate matrices as well.
/// Whether a forwarding reference of type `T&&` is bound to a temporary tensor that may be reused.
template <class T>
inline constexpr bool is_temporary_tensor = false;
template <class Scalar>
inline constexpr bool is_temporary_tensor<basic_tensor_var<Scalar>> =
    !statement_observer<Scalar>::enabled;

template <class Scalar, class B>
basic_tensor_var<Scalar> add_to_temporary(basic_tensor_var<Scalar>& a, const B& b) {
  const auto e = as_elements<Scalar>(b);  // marks its operand as referenced, also if that is `a`
  add_in_place(a, e);
  return std::move(a);
}
template <class Scalar, class A>
basic_tensor_var<Scalar> subtract_temporary(const A& a, basic_tensor_var<Scalar>& b) {
  const auto e = as_elements<Scalar>(a);
  add_in_place<true>(b, e);
  return std::move(b);
}
template <class Scalar>
basic_tensor_var<Scalar> scale_temporary(basic_tensor_var<Scalar>& a, const Scalar& factor) {
  Scalar* const values = a.mutable_value().data();
  store_each(values, a.size(), [=](Eigen::Index i) { return values[i] * factor; });
  if (a.active())
    recording_tape<Scalar>().push_node(scale_in_place_node<Scalar>{a.result(), factor}, 0);
  return std::move(a);
}

}  // namespace detail

// --- operators ----------------------------------------------------------------------------------
/// The sum of two matrices, by element. At least one is a tensor variable.
template <class A, class B>
  requires detail::matrix_pair<std::remove_cvref_t<A>, std::remove_cvref_t<B>>
auto operator+(A&& a, B&& b) {
  using Scalar = detail::scalar_of_pair<std::remove_cvref_t<A>, std::remove_cvref_t<B>>;
  if constexpr (detail::is_temporary_tensor<A>)
    return detail::add_to_temporary(a, b);
  else if constexpr (detail::is_temporary_tensor<B>)
    return detail::add_to_temporary(b, a);
  else
    return detail::pair_matrices<detail::add_op, Scalar>(a, b);
}
/// The difference of two matrices, by element.
template <class A, class B>
  requires detail::matrix_pair<std::remove_cvref_t<A>, std::remove_cvref_t<B>>
auto operator-(A&& a, B&& b) {
  using Scalar = detail::scalar_of_pair<std::remove_cvref_t<A>, std::remove_cvref_t<B>>;
  if constexpr (detail::is_temporary_tensor<A>)
    return detail::add_to_temporary(a, -detail::as_elements<Scalar>(b));
  else if constexpr (detail::is_temporary_tensor<B>)
    return detail::subtract_temporary(a, b);
  else
    return detail::pair_matrices<detail::subtract_op, Scalar>(a, b);
}

template <detail::tensor_handle A>
A operator-(const A& a) {
  return detail::map_matrix<detail::negate_op>(a);
}
/// A matrix times a scalar, which is a number or a scalar variable.
template <class A, detail::scalar_operand C>
  requires detail::tensor_handle<std::remove_cvref_t<A>>
auto operator*(A&& a, const C& c) {
  using Scalar = typename std::remove_cvref_t<A>::scalar_type;
  if constexpr (detail::is_temporary_tensor<A> && detail::constant<C>)
    if (a.overwritable()) return detail::scale_temporary(a, static_cast<Scalar>(c));
  return detail::pair_matrices<detail::multiply_op, Scalar>(a, c);
}
template <detail::scalar_operand C, class A>
  requires detail::tensor_handle<std::remove_cvref_t<A>>
auto operator*(const C& c, A&& a) {
  return std::forward<A>(a) * c;
}
/// A matrix divided by a scalar.
template <detail::tensor_handle A, detail::scalar_operand C>
A operator/(const A& a, const C& c) {
  return detail::pair_matrices<detail::divide_op, typename A::scalar_type>(a, c);
}

/// Adds `b` to `a`. Reuses the memory of `a` if nothing has used its values yet. Earlier uses of
/// `a` keep the old values.
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

/// max(x, 0) of scalars and arrays. The derivative at 0 is 0.
template <differentiable A>
auto relu(const A& a) {
  return make_unary<relu_op>(a);
}

}  // namespace detail

// The elementwise functions of matrices that networks use.
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
