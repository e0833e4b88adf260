// benchmarks/workloads/control_training.hpp -- Adam, and gradients of programs with branches: by
// the estimators of control/, and by smoothing the parameters as peers do.
// Sources: Kingma & Ba 2015, arXiv:1412.6980; Nesterov & Spokoiny 2017, "Random gradient-free
// minimization of convex functions" (differences to the centre); Kool, van Hoof & Welling 2019
// (the mean of the other samples as a baseline).
// SPDX-License-Identifier: MIT
#pragma once

#include "air_conditioning.hpp"

#include <tensacode/control/smooth.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace workloads {

template <class Scalar = double>
class adam {
 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  adam(Eigen::Index parameters, double rate)
      : rate_(rate), first_(Vector::Zero(parameters)), second_(Vector::Zero(parameters)) {}

  void step(Vector& p, const Vector& gradient, double rate_factor = 1) {
    ++steps_;
    first_ = Scalar(0.9) * first_ + Scalar(0.1) * gradient;
    second_ = Scalar(0.999) * second_ + Scalar(0.001) * gradient.cwiseAbs2();
    const auto rate = static_cast<Scalar>(rate_factor * rate_ / (1 - std::pow(0.9, steps_)));
    const auto unbias = static_cast<Scalar>(1 / (1 - std::pow(0.999, steps_)));
    p.array() -= rate * first_.array() / ((second_.array() * unbias).sqrt() + Scalar(1e-8));
  }

 private:
  double rate_;
  int steps_ = 0;
  Vector first_, second_;
};

/// Which evaluations of the program a gradient is made of.
struct evaluations {
  std::uint64_t seed = 1, done = 0, count = 100;

  /// The seed of the i-th.
  std::uint64_t at(std::uint64_t i) const { return (seed << 32) + done + i; }
};
using gradient_function = std::function<Eigen::VectorXd(const Eigen::VectorXd&, evaluations)>;

/// Mean of the gradients of `evaluations` days under an estimator that needs no draws.
inline gradient_function air_conditioning_gradient(tc::estimator e) {
  return [e](const Eigen::VectorXd& p, evaluations which) {
    const tc::control_scope scope{e};
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(p.size());
    for (std::uint64_t i = 0; i < which.count; ++i) {
      const hot_day day(which.at(i));
      sum += tc::grad([&](const auto& q) { return air_conditioning::cost(q, day); })(p);
    }
    return Eigen::VectorXd(sum / static_cast<double>(which.count));
  };
}

/// The score function's, whose decisions are drawn; each sample has a day of its own.
inline gradient_function air_conditioning_score(tc::estimator e) {
  return [e](const Eigen::VectorXd& p, evaluations which) {
    const auto program = [e, &which](const auto& q) {
      const tc::control_scope scope{e};
      const double day = std::floor(tc::uniform(0.0, 4294967296.0));
      return air_conditioning::cost(q, hot_day((which.seed << 32) + std::uint64_t(day)));
    };
    return Eigen::VectorXd(
        tc::estimate(program, {.samples = which.count, .seed = which.at(0)})(p).gradient);
  };
}

/// Mean of the gradients of `evaluations` runs under an estimator that needs no draws. `f(p, seed)`
/// takes numbers one by one, as a span of variables.
template <class F>
gradient_function relaxed_gradient(F f, tc::estimator e) {
  return [f, e](const Eigen::VectorXd& p, evaluations which) {
    const tc::control_scope scope{e};
    const std::vector<double> point(p.begin(), p.end());
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(p.size());
    for (std::uint64_t i = 0; i < which.count; ++i) {
      const std::vector<double> gradient = tc::grad([&](const std::vector<tc::var>& q) {
        return f(std::span<const tc::var>(q), which.at(i));
      })(point);
      sum += Eigen::Map<const Eigen::VectorXd>(gradient.data(), p.size());
    }
    return Eigen::VectorXd(sum / static_cast<double>(which.count));
  };
}

/// The gradient of a program that draws, by the scores of its draws; each sample has a seed of its
/// own. `f(p, seed)` takes a span, of variables or of numbers.
template <class F>
gradient_function drawn_gradient(F f) {
  return [f](const Eigen::VectorXd& p, evaluations which) {
    const auto program = [&](const auto& q) {
      const auto seed = static_cast<std::uint64_t>(std::floor(tc::uniform(0.0, 4294967296.0)));
      return f(std::span(q.data(), q.size()), (which.seed << 32) + seed);
    };
    const std::vector<double> gradient =
        tc::estimate(program, {.samples = which.count, .seed = which.at(0)})(
            std::vector<double>(p.begin(), p.end()))
            .gradient;
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(gradient.data(), p.size()));
  };
}

/// The gradient of E f(p + sigma e), of the library, from pairs of values on the same seed.
template <class F>
gradient_function paired_smoothing_gradient(F f, double sigma) {
  return [f, sigma](const Eigen::VectorXd& p, evaluations which) {
    return Eigen::VectorXd(
        tc::smooth([&](const Eigen::VectorXd& q) { return f(q, which.at(0)); },
                   {.deviation = sigma, .samples = which.count, .seed = which.at(0)})(p)
            .gradient);
  };
}

/// The gradient of E f(p + sigma e), e standard normal, from values of f alone. `f(p, seed)`.
template <class F>
gradient_function smoothing_gradient(F f, double sigma, bool leave_one_out) {
  return [f, sigma, leave_one_out](const Eigen::VectorXd& p, evaluations which) {
    // Without the mean of the others the value at the centre is the baseline, on the same seed,
    // which costs an evaluation for each.
    const std::uint64_t samples = leave_one_out ? which.count : which.count / 2;
    Eigen::MatrixXd noise(p.size(), static_cast<Eigen::Index>(samples));
    Eigen::VectorXd values(static_cast<Eigen::Index>(samples));
    for (std::uint64_t i = 0; i < samples; ++i) {
      tc::random_stream random{tc::random_key{which.at(i)}.split(2)};
      const auto column = static_cast<Eigen::Index>(i);
      for (Eigen::Index j = 0; j < p.size(); ++j) noise(j, column) = random.normal();
      values(column) = f(p + sigma * noise.col(column), which.at(i));
      if (!leave_one_out) values(column) -= f(p, which.at(i));
    }
    const auto n = static_cast<double>(samples);
    if (leave_one_out) values = (values.array() - values.mean()) * (n / (n - 1));
    return Eigen::VectorXd(noise * values / (sigma * n));
  };
}

}  // namespace workloads
