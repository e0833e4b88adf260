// benchmarks/workloads/chain.hpp -- statements each of which needs the one before it, and their
// slopes by hand.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

namespace workloads {

using value_and_slope = std::pair<double, double>;

/// One statement of two operands a step.
template <class Real>
Real chain(const Real& x, std::size_t steps) {
  Real y = x;
  for (std::size_t i = 0; i < steps; ++i) y = y * (1 - 1e-6) + x;
  return y;
}
inline value_and_slope chain_by_hand(double x, std::size_t steps) {
  double y = x, slope = 1;
  for (std::size_t i = 0; i < steps; ++i) {
    y = y * (1 - 1e-6) + x;
    slope = slope * (1 - 1e-6) + 1;
  }
  return {y, slope};
}

/// Two statements a step; two paths lead from each step's y to the next one's, 2^steps in all. The
/// slope of every step is -1 + 2, so that no adjoint grows or vanishes.
template <class Real>
Real shared(const Real& x, std::size_t steps) {
  Real y = x;
  for (std::size_t i = 0; i < steps; ++i) {
    const Real inverse = 1 / y;
    y = inverse * y * y;
  }
  return y;
}
inline value_and_slope shared_by_hand(double x, std::size_t steps) {
  double y = x, slope = 1;
  for (std::size_t i = 0; i < steps; ++i) {
    const double inverse = 1 / y, d_inverse = -inverse * inverse * slope;
    slope = d_inverse * y * y + 2 * inverse * y * slope;
    y = inverse * y * y;
  }
  return {y, slope};
}

}  // namespace workloads
