// benchmarks/workloads/perceptron.hpp -- mean squared error of a perceptron of two hidden layers
// (tanh) on a batch, written in scalars, and its gradient by hand with matrix products.
// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace workloads {

/// Weights column by column: outputs x inputs.
template <class Real>
struct perceptron {
  std::vector<Real> w1, b1, w2, b2, w3;
  Real b3;
};

struct batch {
  Eigen::MatrixXd inputs;  ///< features x examples
  Eigen::VectorXd targets;
};

template <class Real, class In>
void dense(const std::vector<Real>& w, const Real* bias, const In* x, std::size_t inputs,
           std::vector<Real>& y) {
  for (std::size_t o = 0; o < y.size(); ++o) y[o] = bias[o] + w[o] * x[0];
  for (std::size_t i = 1; i < inputs; ++i)
    for (std::size_t o = 0; o < y.size(); ++o) y[o] += w[i * y.size() + o] * x[i];
}

template <class Real>
Real squared_error(const perceptron<Real>& net, const batch& data) {
  using std::tanh;
  const auto inputs = static_cast<std::size_t>(data.inputs.rows());
  std::vector<Real> h1(net.b1.size()), h2(net.b2.size()), y(1);
  Real loss = 0;
  for (Eigen::Index e = 0; e < data.inputs.cols(); ++e) {
    dense(net.w1, net.b1.data(), data.inputs.col(e).data(), inputs, h1);
    for (Real& h : h1) h = tanh(h);
    dense(net.w2, net.b2.data(), h1.data(), h1.size(), h2);
    for (Real& h : h2) h = tanh(h);
    dense(net.w3, &net.b3, h2.data(), h2.size(), y);
    loss += (y[0] - data.targets[e]) * (y[0] - data.targets[e]);
  }
  return loss / static_cast<double>(data.inputs.cols());
}

/// tanh by exp, which Eigen vectorises.
inline Eigen::ArrayXXd fast_tanh(const Eigen::ArrayXXd& x) {
  const Eigen::ArrayXXd e = (-2 * x.abs()).exp();
  return x.sign() * (1 - e) / (1 + e);
}

inline std::pair<double, perceptron<double>> squared_error_by_hand(const perceptron<double>& net,
                                                                   const batch& data) {
  using Map = Eigen::Map<const Eigen::MatrixXd>;
  using Vector = Eigen::Map<const Eigen::VectorXd>;
  const Eigen::Index n = data.inputs.rows(), batch_size = data.inputs.cols(),
                     h = static_cast<Eigen::Index>(net.b1.size()),
                     o = static_cast<Eigen::Index>(net.b2.size());
  const Map w1(net.w1.data(), h, n), w2(net.w2.data(), o, h), w3(net.w3.data(), 1, o);
  Eigen::MatrixXd a1 = w1 * data.inputs;
  a1.colwise() += Vector(net.b1.data(), h);
  a1 = fast_tanh(a1.array()).matrix();
  Eigen::MatrixXd a2 = w2 * a1;
  a2.colwise() += Vector(net.b2.data(), o);
  a2 = fast_tanh(a2.array()).matrix();
  const Eigen::RowVectorXd off = ((w3 * a2).array() + net.b3).matrix() - data.targets.transpose();
  const auto count = static_cast<double>(batch_size);

  perceptron<double> g{std::vector<double>(net.w1.size()), std::vector<double>(net.b1.size()),
                       std::vector<double>(net.w2.size()), std::vector<double>(net.b2.size()),
                       std::vector<double>(net.w3.size()), 0};
  const Eigen::RowVectorXd d3 = 2 / count * off;
  Eigen::Map<Eigen::MatrixXd>(g.w3.data(), 1, o).noalias() = d3 * a2.transpose();
  g.b3 = d3.sum();
  const Eigen::MatrixXd d2 = ((w3.transpose() * d3).array() * (1 - a2.array().square())).matrix();
  Eigen::Map<Eigen::MatrixXd>(g.w2.data(), o, h).noalias() = d2 * a1.transpose();
  Eigen::Map<Eigen::VectorXd>(g.b2.data(), o) = d2.rowwise().sum();
  const Eigen::MatrixXd d1 = ((w2.transpose() * d2).array() * (1 - a1.array().square())).matrix();
  Eigen::Map<Eigen::MatrixXd>(g.w1.data(), h, n).noalias() = d1 * data.inputs.transpose();
  Eigen::Map<Eigen::VectorXd>(g.b1.data(), h) = d1.rowwise().sum();
  return {off.squaredNorm() / count, std::move(g)};
}

}  // namespace workloads
