// tensacode/nn/losses.hpp -- negative log-likelihoods, summed over a batch.
// Layer 3. Each multiplies the loss of every instance by `weight`, and skips instances whose target
// is absent. Losses are in nats.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/nn/layers.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace tc {
namespace detail {

/// A scalar loss whose derivative by `x` was computed with it: d is (x.rows, x.columns).
template <class Scalar>
struct precomputed_gradient_node {
  tensor_operand<Scalar> x;
  const Scalar* derivative;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    x.adjoint(tape) +=
        tape.adjoint(first) * const_matrix_map<Scalar>(derivative, x.rows(), x.cols());
  }
};

/// `f(column, derivative column)` returns the loss of one instance and writes its derivative.
template <class Scalar, class F>
basic_var<Scalar> columnwise_loss(const basic_tensor_var<Scalar>& x, Scalar weight, const F& f) {
  auto derivative = basic_tensor_var<Scalar>::uninitialised(x.rows(), x.cols());
  auto d = derivative.mutable_value();
  d.setZero();
  double total = 0;
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    total += static_cast<double>(f(i, x.value().col(i), d.col(i)));
  d *= weight;
  return scalar_result(
      static_cast<Scalar>(total * static_cast<double>(weight)), x.active(),
      precomputed_gradient_node<Scalar>{x.operand(), derivative.operand().values()});
}

}  // namespace detail

/// weight * sum of -log softmax(logits)[target]; instances with a negative target are skipped.
/// Shapes  logits (classes, n), targets (n)
template <class Scalar>
basic_var<Scalar> cross_entropy(const basic_tensor_var<Scalar>& logits,
                                std::span<const std::int32_t> targets, Scalar weight) {
  TC_CHECK(static_cast<std::size_t>(logits.cols()) == targets.size(), shape_error,
           "cross_entropy: {} columns, {} targets", logits.cols(), targets.size());
  return detail::columnwise_loss(
      logits, weight, [&](Eigen::Index i, const auto& z, auto&& derivative) {
        const auto target = targets[static_cast<std::size_t>(i)];
        if (target < 0) return Scalar(0);
        TC_CHECK(target < z.size(), shape_error, "cross_entropy: target {} of {} classes", target,
                 z.size());
        const Scalar greatest = z.maxCoeff();
        derivative = (z.array() - greatest).exp().matrix();
        const Scalar sum = derivative.sum();
        derivative /= sum;
        derivative(target) -= Scalar(1);
        return greatest + std::log(sum) - z(target);
      });
}

/// The loss of a number predicted with its uncertainty. Row 0 is the mean m, row 1 the logarithm
/// of the deviation s: 1/2 (y - m)^2 fits the mean as least squares does, and
/// log s + (y - m)^2 / (2 s^2), with m held fixed, fits the deviation without pulling at the mean
/// (Seitzer et al. 2022 describe why the plain Gaussian likelihood does not).
/// Instances whose target is not finite are skipped. log s is taken within [-7, 7].
template <class Scalar>
basic_var<Scalar> gaussian_loss(const basic_tensor_var<Scalar>& mean_and_log_deviation,
                                std::span<const Scalar> targets, Scalar weight) {
  TC_CHECK(mean_and_log_deviation.rows() == 2 &&
               static_cast<std::size_t>(mean_and_log_deviation.cols()) == targets.size(),
           shape_error, "gaussian_loss: {} x {} predictions, {} targets",
           mean_and_log_deviation.rows(), mean_and_log_deviation.cols(), targets.size());
  return detail::columnwise_loss(
      mean_and_log_deviation, weight, [&](Eigen::Index i, const auto& p, auto&& derivative) {
        const Scalar y = targets[static_cast<std::size_t>(i)];
        if (!std::isfinite(y)) return Scalar(0);
        const Scalar residual = y - p(0);
        const Scalar log_deviation = std::min(std::max(p(1), Scalar(-7)), Scalar(7));
        const Scalar ratio = residual * residual * std::exp(-2 * log_deviation);
        derivative(0) = -residual;
        derivative(1) = log_deviation == p(1) ? Scalar(1) - ratio : Scalar(0);
        return residual * residual / 2 + log_deviation + ratio / 2;
      });
}

}  // namespace tc
