// benchmarks/workloads/network.hpp -- a network of two hidden tanh layers and one output under the
// mean squared error: its loss and gradient by hand and by tensor statements.
// Source of the derivatives: Giles 2008, Collected matrix derivative results.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/transform.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(TC_USE_BLAS)
#include <cblas.h>
#endif

namespace workloads {

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

template <class Scalar>
Matrix<Scalar> random_matrix(Eigen::Index rows, Eigen::Index columns, double deviation) {
  static std::mt19937_64 generator(7);
  std::normal_distribution<double> normal(0, deviation);
  return Matrix<Scalar>::NullaryExpr(rows, columns,
                                     [&] { return static_cast<Scalar>(normal(generator)); });
}

/// The tanh of tensor statements, in place.
template <class Scalar>
void tanh_in_place(Matrix<Scalar>& x) {
  tc::detail::map_lanes<tc::detail::tanh_lanes>(x.data(), x.data(),
                                                static_cast<std::size_t>(x.size()));
}

/// Weights and biases.
template <class Scalar>
struct Network {
  Matrix<Scalar> w1, b1, w2, b2, w3, b3;

  static Network random(Eigen::Index inputs, Eigen::Index hidden, double scale = 1) {
    const auto layer = [&](Eigen::Index o, Eigen::Index i) {
      return random_matrix<Scalar>(o, i, scale / std::sqrt(static_cast<double>(i)));
    };
    return {layer(hidden, inputs), layer(hidden, 1), layer(hidden, hidden),
            layer(hidden, 1),      layer(1, hidden), layer(1, 1)};
  }
  template <class F>
  void each(const F& f) {
    f(w1), f(b1), f(w2), f(b2), f(w3), f(b3);
  }
};

/// Products of matrices by Eigen.
struct eigen_products {
  template <class Out, class A, class B>
  static void multiply(Out& out, const A& a, const B& b) {
    out.noalias() = a * b;
  }
};
#if defined(TC_USE_BLAS)
/// All products by BLAS.
struct blas_products {
  template <class Scalar, class A, class B>
  static void multiply(Matrix<Scalar>& out, const A& a, const B& b) {
    out.resize(a.rows(), b.cols());
    const auto call = [&](auto gemm) {
      const auto number = [](Eigen::Index n) { return static_cast<int>(n); };
      gemm(CblasColMajor, A::IsRowMajor ? CblasTrans : CblasNoTrans,
           B::IsRowMajor ? CblasTrans : CblasNoTrans, number(a.rows()), number(b.cols()),
           number(a.cols()), Scalar(1), a.data(), number(a.outerStride()), b.data(),
           number(b.outerStride()), Scalar(0), out.data(), number(out.outerStride()));
    };
    if constexpr (std::is_same_v<Scalar, float>)
      call(cblas_sgemm);
    else
      call(cblas_dgemm);
  }
};
#endif

/// Loss and gradient by hand; `d` keeps its memory from call to call, as do the temporaries.
template <class Scalar, class Products = eigen_products>
struct HandNetwork {
  Matrix<Scalar> h1, h2, y, dh1, dh2;
  Network<Scalar> d;

  Scalar operator()(const Network<Scalar>& p, const Matrix<Scalar>& x,
                    const Matrix<Scalar>& target) {
    Products::multiply(h1, p.w1, x);
    h1.colwise() += p.b1.col(0);
    tanh_in_place(h1);
    Products::multiply(h2, p.w2, h1);
    h2.colwise() += p.b2.col(0);
    tanh_in_place(h2);
    Products::multiply(y, p.w3, h2);
    y.array() += p.b3(0);
    y -= target;
    const Scalar scale = Scalar(1) / static_cast<Scalar>(x.cols());
    const Scalar loss = y.squaredNorm() * scale;
    y *= 2 * scale;
    Products::multiply(d.w3, y, h2.transpose());
    d.b3 = y.rowwise().sum();
    Products::multiply(dh2, p.w3.transpose(), y);
    dh2.array() *= Scalar(1) - h2.array().square();
    Products::multiply(d.w2, dh2, h1.transpose());
    d.b2 = dh2.rowwise().sum();
    Products::multiply(dh1, p.w2.transpose(), dh2);
    dh1.array() *= Scalar(1) - h1.array().square();
    Products::multiply(d.w1, dh1, x.transpose());
    d.b1 = dh1.rowwise().sum();
    return loss;
  }
  /// The same, and a step of gradient descent.
  Scalar step(Network<Scalar>& p, const Matrix<Scalar>& x, const Matrix<Scalar>& target,
              Scalar rate) {
    const Scalar loss = (*this)(p, x, target);
    p.w1 -= rate * d.w1, p.b1 -= rate * d.b1, p.w2 -= rate * d.w2, p.b2 -= rate * d.b2;
    p.w3 -= rate * d.w3, p.b3 -= rate * d.b3;
    return loss;
  }
};

/// The same by tensor statements; the gradients are read where the tape has them.
template <class Scalar, class Visit>
Scalar network_statements(Network<Scalar>& p, const Matrix<Scalar>& x, const Matrix<Scalar>& target,
                          const Visit& visit) {
  using Tensor = tc::basic_tensor_var<Scalar>;
  tc::recording<Scalar> recorded;
  const auto w1 = Tensor::input_reference(p.w1), b1 = Tensor::input_reference(p.b1);
  const auto w2 = Tensor::input_reference(p.w2), b2 = Tensor::input_reference(p.b2);
  const auto w3 = Tensor::input_reference(p.w3), b3 = Tensor::input_reference(p.b3);
  const auto h1 = tc::linear_tanh(w1, b1, Tensor::reference(x));
  const auto h2 = tc::linear_tanh(w2, b2, h1);
  const auto y = tc::linear(w3, b3, h2);
  const tc::basic_var<Scalar> loss =
      (y - Tensor::reference(target)).squaredNorm() / static_cast<Scalar>(x.cols());
  recorded.differentiate(loss.slot());
  auto& tape = recorded.tape();
  const auto give = [&](Matrix<Scalar>& block, const Tensor& variable) {
    visit(block, variable.operand().adjoint(tape));
  };
  give(p.w1, w1), give(p.b1, b1), give(p.w2, w2), give(p.b2, b2), give(p.w3, w3), give(p.b3, b3);
  return loss.value();
}

/// The largest relative difference of the two gradients, block by block.
template <class Scalar>
double gradient_difference(Network<Scalar>& p, const Matrix<Scalar>& x,
                           const Matrix<Scalar>& target) {
  HandNetwork<Scalar> by_hand;
  by_hand(p, x, target);
  std::vector<Matrix<Scalar>> expected;
  by_hand.d.each([&](const auto& block) { expected.push_back(block); });
  std::size_t i = 0;
  double difference = 0;
  network_statements(p, x, target, [&](const auto&, const auto& gradient) {
    difference = std::max(
        difference, static_cast<double>((gradient - expected[i]).norm() / expected[i].norm()));
    ++i;
  });
  return difference;
}

}  // namespace workloads
