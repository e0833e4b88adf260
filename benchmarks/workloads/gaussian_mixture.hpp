// benchmarks/workloads/gaussian_mixture.hpp -- the log posterior of a Gaussian mixture with a
// Wishart prior, and its gradient by hand. Source: the objective GMM of ADBench (Srajer, Kukelova
// and Fitzgibbon 2018).
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace workloads {

/// Of `k` components in `d` dimensions: log weights, means, and for each component the logarithms
/// of the diagonal of Q, then its strictly lower columns; precision = Q^T Q.
template <class Real>
struct gaussian_mixture {
  std::vector<Real> alphas;
  std::vector<Real> means;
  std::vector<Real> factors;
};

struct mixture_problem {
  std::size_t dimensions = 0, components = 0;
  std::vector<double> points;  ///< one after the other
  double wishart_gamma = 1;
  int wishart_m = 0;

  std::size_t point_count() const { return points.size() / dimensions; }
  std::size_t factor_size() const { return dimensions * (dimensions + 1) / 2; }
  /// Of the parts that depend on no parameter.
  double constant() const {
    const auto d = static_cast<double>(dimensions), n = static_cast<double>(point_count());
    const double freedom = d + wishart_m + 1;
    double log_gamma = 0.25 * d * (d - 1) * std::log(std::numbers::pi);
    for (std::size_t j = 1; j <= dimensions; ++j)
      log_gamma += std::lgamma(0.5 * freedom + 0.5 * (1 - static_cast<double>(j)));
    const double wishart = freedom * d * (std::log(wishart_gamma) - 0.5 * std::log(2)) - log_gamma;
    return -n * d * 0.5 * std::log(2 * std::numbers::pi) -
           static_cast<double>(components) * wishart;
  }
};

template <class Real>
Real log_sum_exp(const std::vector<Real>& x) {
  using std::exp, std::log;
  double greatest = static_cast<double>(-HUGE_VAL);
  for (const Real& v : x) {
    if constexpr (requires { v.value(); })
      greatest = std::max(greatest, v.value());
    else
      greatest = std::max(greatest, v);
  }
  Real sum = 0;
  for (const Real& v : x) sum += exp(v - greatest);
  return log(sum) + greatest;
}

template <class Real>
Real log_posterior(const gaussian_mixture<Real>& mixture, const mixture_problem& problem) {
  using std::exp;
  const std::size_t d = problem.dimensions, k = problem.components;
  const double m = problem.wishart_m;
  const double half_gamma_square = 0.5 * problem.wishart_gamma * problem.wishart_gamma;
  std::vector<Real> diagonals(k * d), log_determinants(k);
  Real prior = 0;
  for (std::size_t c = 0; c < k; ++c) {
    const Real* const factor = &mixture.factors[c * problem.factor_size()];
    Real trace = factor[0] + 0.0;
    Real frobenius = 0;
    diagonals[c * d] = exp(factor[0]);
    frobenius += diagonals[c * d] * diagonals[c * d];
    for (std::size_t i = 1; i < d; ++i) {
      trace += factor[i];
      diagonals[c * d + i] = exp(factor[i]);
      frobenius += diagonals[c * d + i] * diagonals[c * d + i];
    }
    for (std::size_t i = d; i < problem.factor_size(); ++i) frobenius += factor[i] * factor[i];
    log_determinants[c] = trace;
    prior += half_gamma_square * frobenius - m * log_determinants[c];
  }

  Real likelihood = 0;
  std::vector<Real> centered(d), scaled(d), terms(k);
  for (std::size_t n = 0; n < problem.point_count(); ++n) {
    const double* const x = &problem.points[n * d];
    for (std::size_t c = 0; c < k; ++c) {
      const Real* lower = mixture.factors.data() + c * problem.factor_size() + d;
      for (std::size_t i = 0; i < d; ++i) centered[i] = x[i] - mixture.means[c * d + i];
      for (std::size_t i = 0; i < d; ++i) scaled[i] = diagonals[c * d + i] * centered[i];
      for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = i + 1; j < d; ++j) scaled[j] += *lower++ * centered[i];
      Real square = 0;
      for (std::size_t i = 0; i < d; ++i) square += scaled[i] * scaled[i];
      terms[c] = mixture.alphas[c] + log_determinants[c] - 0.5 * square;
    }
    likelihood += log_sum_exp(terms);
  }
  return likelihood - static_cast<double>(problem.point_count()) * log_sum_exp(mixture.alphas) +
         prior + problem.constant();
}

/// Plain loops, one pass: what a point adds to the gradient follows from its responsibilities.
inline std::pair<double, gaussian_mixture<double>> log_posterior_by_hand(
    const gaussian_mixture<double>& mixture, const mixture_problem& problem) {
  const std::size_t d = problem.dimensions, k = problem.components, size = problem.factor_size();
  const double m = problem.wishart_m, gamma_square = problem.wishart_gamma * problem.wishart_gamma;
  gaussian_mixture<double> g{std::vector<double>(k), std::vector<double>(k * d),
                             std::vector<double>(k * size)};
  std::vector<double> diagonals(k * d), log_determinants(k), centered(k * d), scaled(k * d),
      terms(k);
  double value = problem.constant();
  for (std::size_t c = 0; c < k; ++c) {
    const double* const factor = &mixture.factors[c * size];
    double frobenius = 0;
    for (std::size_t i = 0; i < d; ++i) {
      diagonals[c * d + i] = std::exp(factor[i]);
      log_determinants[c] += factor[i];
      const double square = diagonals[c * d + i] * diagonals[c * d + i];
      frobenius += square;
      g.factors[c * size + i] = gamma_square * square - m;
    }
    for (std::size_t i = d; i < size; ++i) {
      frobenius += factor[i] * factor[i];
      g.factors[c * size + i] = gamma_square * factor[i];
    }
    value += 0.5 * gamma_square * frobenius - m * log_determinants[c];
  }
  for (std::size_t n = 0; n < problem.point_count(); ++n) {
    const double* const x = &problem.points[n * d];
    for (std::size_t c = 0; c < k; ++c) {
      double* const u = &centered[c * d];
      double* const q = &scaled[c * d];
      const double* lower = mixture.factors.data() + c * size + d;
      for (std::size_t i = 0; i < d; ++i) u[i] = x[i] - mixture.means[c * d + i];
      for (std::size_t i = 0; i < d; ++i) q[i] = diagonals[c * d + i] * u[i];
      for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = i + 1; j < d; ++j) q[j] += lower[j - i - 1] * u[i];
        lower += d - i - 1;
      }
      double square = 0;
      for (std::size_t i = 0; i < d; ++i) square += q[i] * q[i];
      terms[c] = mixture.alphas[c] + log_determinants[c] - 0.5 * square;
    }
    const double greatest = *std::max_element(terms.begin(), terms.end());
    double sum = 0;
    for (double& term : terms) sum += term = std::exp(term - greatest);
    value += std::log(sum) + greatest;
    for (std::size_t c = 0; c < k; ++c) {
      const double weight = terms[c] / sum;
      const double* const u = &centered[c * d];
      const double* const q = &scaled[c * d];
      const double* lower = mixture.factors.data() + c * size + d;
      double* const d_factor = &g.factors[c * size];
      double* d_lower = d_factor + d;
      g.alphas[c] += weight;
      for (std::size_t i = 0; i < d; ++i) {
        double pull = diagonals[c * d + i] * q[i];
        for (std::size_t j = i + 1; j < d; ++j) {
          pull += lower[j - i - 1] * q[j];
          d_lower[j - i - 1] -= weight * u[i] * q[j];
        }
        lower += d - i - 1;
        d_lower += d - i - 1;
        g.means[c * d + i] += weight * pull;
        d_factor[i] += weight * (1 - diagonals[c * d + i] * u[i] * q[i]);
      }
    }
  }
  const double n = static_cast<double>(problem.point_count());
  const double greatest = *std::max_element(mixture.alphas.begin(), mixture.alphas.end());
  double sum = 0;
  for (const double alpha : mixture.alphas) sum += std::exp(alpha - greatest);
  value -= n * (std::log(sum) + greatest);
  for (std::size_t c = 0; c < k; ++c)
    g.alphas[c] -= n * std::exp(mixture.alphas[c] - greatest) / sum;
  return {value, std::move(g)};
}

}  // namespace workloads
