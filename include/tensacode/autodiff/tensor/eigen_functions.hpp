// tensacode/autodiff/tensor/eigen_functions.hpp -- the tensor functions for Eigen matrices.
// Layer 2. With these, a generic lambda that calls functions which Eigen lacks runs on tensor
// variables, on plain matrices and, in forward mode, on matrices of dual numbers. The results are
// plain matrices. The functions of tensor variables say what each function computes.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/dual.hpp>
#include <tensacode/autodiff/eigen.hpp>
#include <tensacode/autodiff/tensor/statement.hpp>

#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <type_traits>

namespace tc {
namespace detail {

template <class Derived>
void take_matrix(const Eigen::MatrixBase<Derived>&);
template <class Derived>
void take_array(const Eigen::ArrayBase<Derived>&);
/// Eigen matrices and arrays, and references to their base classes, as returned by `x.matrix()`.
template <class T>
concept matrix_of_eigen = requires(const T& x) { take_matrix(x); };
template <class T>
concept array_of_eigen = requires(const T& x) { take_array(x); };
template <class T>
concept dense_of_eigen = matrix_of_eigen<T> || array_of_eigen<T>;

/// The scalar type to which the scalars of all parts convert, for instance a dual number if one
/// part has dual numbers and the others plain ones.
template <class... Parts>
using common_number = std::common_type_t<typename Parts::Scalar...>;
template <class Number, class T>
dynamic_matrix<Number> to_matrix_of(const T& x) {
  if constexpr (array_of_eigen<T>)
    return x.matrix().template cast<Number>();
  else
    return x.template cast<Number>();
}

/// Applies a function of elementary.hpp to a scalar of any type.
template <class Op, class Number>
Number apply_to_number(const Number& x) {
  if constexpr (is_dual<Number>)
    return apply_to_dual<Op>(x);
  else if constexpr (expression<Number>)
    return Number(make_unary<Op>(x));
  else
    return Op::value(x);
}
template <class Op, class Number>
Number apply_to_numbers(const Number& x, const Number& y) {
  if constexpr (is_dual<Number>)
    return apply_to_duals<Op>(x, y);
  else if constexpr (expression<Number>)
    return Number(make_binary<Op>(x, y));
  else
    return Op::value(x, y);
}
template <class Op, class T>
typename T::PlainObject map_elements(const T& x) {
  return x.unaryExpr([](const auto& number) { return apply_to_number<Op>(number); });
}
template <class Op, class A, class B>
typename A::PlainObject map_pairs(const A& a, const B& b) {
  using Number = typename A::Scalar;
  if constexpr (dense_of_eigen<B>)
    return a.binaryExpr(b.template cast<Number>(), [](const Number& x, const Number& y) {
      return apply_to_numbers<Op>(x, y);
    });
  else
    return a.unaryExpr([y = Number(b)](const Number& x) { return apply_to_numbers<Op>(x, y); });
}

/// The value of the largest element, without its derivative; 0 if it is not finite.
template <class T>
auto shift_of(const T& x) {
  using std::isfinite;
  using Number = typename T::Scalar;
  const auto greatest = value(Number(x.maxCoeff()));
  return isfinite(greatest) ? greatest : decltype(greatest)(0);
}
template <class T>
typename T::Scalar log_sum_exp_of(const T& x) {
  using std::log;
  using Number = typename T::Scalar;
  const auto shift = Number(shift_of(x));
  return log(Number((x.array() - shift).exp().sum())) + shift;
}
/// softmax(x) = exp(x - log_sum_exp(x)), or its logarithm x - log_sum_exp(x).
template <bool logarithm, class T>
typename T::PlainObject softmax_of_numbers(const T& x) {
  if (x.size() == 0) return x;
  const typename T::Scalar log_sum = log_sum_exp_of(x);
  if constexpr (logarithm)
    return (x.array() - log_sum).matrix();
  else
    return (x.array() - log_sum).exp().matrix();
}
/// A matrix of the same shape in which each row or column is `f` of that of `x`.
template <class Matrix, int direction, class F>
auto map_vectors(const Eigen::VectorwiseOp<Matrix, direction>& x, const F& f) {
  typename std::remove_cvref_t<Matrix>::PlainObject y = x._expression();
  if constexpr (direction == Eigen::Horizontal)
    for (Eigen::Index i = 0; i < y.rows(); ++i) y.row(i) = f(y.row(i).eval());
  else
    for (Eigen::Index j = 0; j < y.cols(); ++j) y.col(j) = f(y.col(j).eval());
  return y;
}

template <class Activation, class W, class B, class X>
auto linear_of_matrices(const W& weight, const B& bias, const X& x) {
  using Number = common_number<W, B, X>;
  check_shape(weight.cols() == x.rows() && bias.rows() == weight.rows() && bias.cols() == 1,
              "linear: weight {} x {}, bias {} x {}, input {} x {} do not fit", weight.rows(),
              weight.cols(), bias.rows(), bias.cols(), x.rows(), x.cols());
  dynamic_matrix<Number> y = to_matrix_of<Number>(weight) * to_matrix_of<Number>(x);
  y.colwise() += to_matrix_of<Number>(bias).col(0);
  if constexpr (std::is_void_v<Activation>)
    return y;
  else
    return map_elements<Activation>(y);
}

}  // namespace detail

// Elementwise functions that Eigen's matrices and arrays do not have.
template <detail::dense_of_eigen T>
auto relu(const T& x) {
  return detail::map_elements<detail::relu_op>(x);
}
template <detail::dense_of_eigen T>
auto sigmoid(const T& x) {
  return detail::map_elements<detail::sigmoid_op>(x);
}
template <detail::matrix_of_eigen T>
auto tanh(const T& x) {
  return detail::map_elements<detail::tanh_op>(x);
}

#define TC_DETAIL_ARRAY_FUNCTION(name)                 \
  template <detail::array_of_eigen A, class B>         \
    requires(!detail::differentiable<B>)               \
  auto name(const A& a, const B& b) {                  \
    return detail::map_pairs<detail::name##_op>(a, b); \
  }
TC_DETAIL_ARRAY_FUNCTION(max)
TC_DETAIL_ARRAY_FUNCTION(min)
TC_DETAIL_ARRAY_FUNCTION(atan2)
TC_DETAIL_ARRAY_FUNCTION(hypot)
#undef TC_DETAIL_ARRAY_FUNCTION

template <detail::matrix_of_eigen X>
auto log_sum_exp(const X& x) {
  detail::check_shape(x.size() > 0, "log_sum_exp: the matrix has no elements");
  return detail::log_sum_exp_of(x.eval());
}
template <class Matrix, int direction>
auto log_sum_exp(const Eigen::VectorwiseOp<Matrix, direction>& vectors) {
  using Number = typename std::remove_cvref_t<Matrix>::Scalar;
  constexpr bool by_row = direction == Eigen::Horizontal;
  const detail::dynamic_matrix<Number> x = vectors._expression();
  const Eigen::Index count = by_row ? x.rows() : x.cols();
  detail::check_shape(x.size() > 0 || count == 0,
                      "log_sum_exp: the {} of a {} x {} matrix have no elements",
                      by_row ? "rows" : "columns", x.rows(), x.cols());
  detail::dynamic_matrix<Number> y(by_row ? count : 1, by_row ? 1 : count);
  for (Eigen::Index i = 0; i < count; ++i)
    if constexpr (by_row)
      y(i) = detail::log_sum_exp_of(x.row(i));
    else
      y(i) = detail::log_sum_exp_of(x.col(i));
  return y;
}
template <detail::matrix_of_eigen X>
auto softmax(const X& x) {
  return detail::softmax_of_numbers<false>(x.eval());
}
template <class Matrix, int direction>
auto softmax(const Eigen::VectorwiseOp<Matrix, direction>& x) {
  return detail::map_vectors(
      x, [](const auto& vector) { return detail::softmax_of_numbers<false>(vector); });
}
template <detail::matrix_of_eigen X>
auto log_softmax(const X& x) {
  return detail::softmax_of_numbers<true>(x.eval());
}
template <class Matrix, int direction>
auto log_softmax(const Eigen::VectorwiseOp<Matrix, direction>& x) {
  return detail::map_vectors(
      x, [](const auto& vector) { return detail::softmax_of_numbers<true>(vector); });
}

#define TC_DETAIL_LINEAR(name, activation)                                                   \
  template <detail::matrix_of_eigen W, detail::matrix_of_eigen B, detail::matrix_of_eigen X> \
  auto name(const W& weight, const B& bias, const X& x) {                                    \
    return detail::linear_of_matrices<activation>(weight, bias, x);                          \
  }
TC_DETAIL_LINEAR(linear, void)
TC_DETAIL_LINEAR(linear_relu, detail::relu_op)
TC_DETAIL_LINEAR(linear_tanh, detail::tanh_op)
TC_DETAIL_LINEAR(linear_sigmoid, detail::sigmoid_op)
#undef TC_DETAIL_LINEAR

}  // namespace tc
