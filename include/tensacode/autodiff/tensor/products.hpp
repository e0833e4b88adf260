// tensacode/autodiff/tensor/products.hpp -- matrix products, and network layers that are one node.
// Layer 2. The sweep adds its products directly to the adjoints of the operands, so nothing is
// copied. Source of the derivatives: Giles 2008, Collected matrix derivative results for forward
// and reverse mode algorithmic differentiation.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/elementwise.hpp>
#include <tensacode/autodiff/tensor/matrix_product.hpp>

namespace tc {
namespace detail {

template <class Scalar>
struct matrix_product_node {
  tensor_operand<Scalar> a, b, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (a.active()) add_product(a.adjoint(tape), y.adjoint(tape), b.value().transpose());
    if (b.active()) add_product(b.adjoint(tape), a.value().transpose(), y.adjoint(tape));
  }
};
template <class Scalar>
basic_tensor_var<Scalar> multiply_matrices(const basic_tensor_var<Scalar>& a,
                                           const basic_tensor_var<Scalar>& b) {
  detail::check_shape(a.cols() == b.rows(),
                      "tensor_var product: {} x {} times {} x {}; the inner dimensions must agree",
                      a.rows(), a.cols(), b.rows(), b.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(a.rows(), b.cols());
  assign_product(y.mutable_value(), a.value(), b.value());
  if (a.active() || b.active())
    y.computed_by(matrix_product_node<Scalar>{a.operand(), b.operand(), y.result()});
  return y;
}

template <class Activation, class Scalar>
struct linear_node {
  tensor_operand<Scalar> weight, bias, x, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    auto dy = y.adjoint(tape);
    // The adjoint of the result is not needed after it has been propagated, so it is changed in
    // place.
    if constexpr (reads_result<Activation>) {
      Scalar* const adjoint = dy.data();
      const Scalar* const value = y.values();
      // The partial derivative is the first factor: in the other order g++ compiles relu to a
      // branch and does not vectorise the loop.
      store_each(adjoint, dy.size(), [=](Eigen::Index i) {
        return Activation::partial(Scalar(0), value[i]) * adjoint[i];
      });
    }
    if (weight.active()) add_product(weight.adjoint(tape), dy, x.value().transpose());
    if (bias.active()) bias.adjoint(tape) += dy.rowwise().sum();
    if (x.active()) add_product(x.adjoint(tape), weight.value().transpose(), dy);
  }
};
struct no_activation {};
template <>
inline constexpr bool reads_result<no_activation> = false;

template <class Activation, class Scalar>
basic_tensor_var<Scalar> linear_statement(const basic_tensor_var<Scalar>& weight,
                                          const basic_tensor_var<Scalar>& bias,
                                          const basic_tensor_var<Scalar>& x) {
  detail::check_shape(weight.cols() == x.rows() && bias.rows() == weight.rows() && bias.cols() == 1,
                      "linear: weight {} x {}, bias {} x {}, input {} x {} do not fit",
                      weight.rows(), weight.cols(), bias.rows(), bias.cols(), x.rows(), x.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(weight.rows(), x.cols());
  auto out = y.mutable_value();
  assign_product(out, weight.value(), x.value());
  out.colwise() += bias.value().col(0);
  if constexpr (reads_result<Activation>)
    evaluate<Activation>(static_cast<const Scalar*>(out.data()), out.data(), out.size());
  if (weight.active() || bias.active() || x.active())
    y.computed_by(
        linear_node<Activation, Scalar>{weight.operand(), bias.operand(), x.operand(),
                                        reads_result<Activation> ? y.operand() : y.result()});
  return y;
}

}  // namespace detail

/// The matrix product, recorded as one node. Throws shape_error if the inner dimensions differ.
///
/// Shapes  (m, k), (k, n) -> (m, n)
/// Grad    a, b
template <class A, class B>
  requires detail::matrix_pair<A, B>
auto operator*(const A& a, const B& b) {
  using S = detail::scalar_of_pair<A, B>;
  return detail::multiply_matrices<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b));
}

/// weight * x + bias, recorded as one node. Throws shape_error if the shapes do not fit.
///
/// Shapes  weight (o, i), bias (o, 1), x (i, n) -> (o, n)
template <class Scalar>
basic_tensor_var<Scalar> linear(const basic_tensor_var<Scalar>& weight,
                                const basic_tensor_var<Scalar>& bias,
                                const basic_tensor_var<Scalar>& x) {
  return detail::linear_statement<detail::no_activation>(weight, bias, x);
}
/// max(weight * x + bias, 0); the derivative at 0 is 0.
template <class Scalar>
basic_tensor_var<Scalar> linear_relu(const basic_tensor_var<Scalar>& weight,
                                     const basic_tensor_var<Scalar>& bias,
                                     const basic_tensor_var<Scalar>& x) {
  return detail::linear_statement<detail::relu_op>(weight, bias, x);
}
/// tanh(weight * x + bias).
template <class Scalar>
basic_tensor_var<Scalar> linear_tanh(const basic_tensor_var<Scalar>& weight,
                                     const basic_tensor_var<Scalar>& bias,
                                     const basic_tensor_var<Scalar>& x) {
  return detail::linear_statement<detail::tanh_op>(weight, bias, x);
}
/// 1 / (1 + exp(-(weight * x + bias))).
template <class Scalar>
basic_tensor_var<Scalar> linear_sigmoid(const basic_tensor_var<Scalar>& weight,
                                        const basic_tensor_var<Scalar>& bias,
                                        const basic_tensor_var<Scalar>& x) {
  return detail::linear_statement<detail::sigmoid_op>(weight, bias, x);
}

}  // namespace tc
