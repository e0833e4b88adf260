// benchmarks/workloads/product.hpp -- the product of n numbers and Rosenbrock's function, and their
// adjoints by hand. Sources: Speelpenning 1980; Rosenbrock 1960.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace workloads {

using numbers = std::vector<double>;

inline constexpr auto product = [](const auto& x) {
  auto y = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) y = y * x[i];
  return y;
};

inline std::pair<double, numbers> product_by_hand(const numbers& x) {
  numbers before(x.size()), d(x.size());
  before[0] = 1;
  for (std::size_t i = 1; i < x.size(); ++i) before[i] = before[i - 1] * x[i - 1];
  const double y = before.back() * x.back();
  double behind = 1;
  for (std::size_t i = x.size(); i-- > 0;) {
    d[i] = behind * before[i];
    behind *= x[i];
  }
  return {y, std::move(d)};
}

/// One statement a term.
inline constexpr auto rosenbrock = [](const auto& x) {
  std::decay_t<decltype(x[0])> y = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    y += 100 * (x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i]) + (1 - x[i]) * (1 - x[i]);
  return y;
};

/// One statement an operation.
inline constexpr auto rosenbrock_by_operation = [](const auto& x) {
  using Real = std::decay_t<decltype(x[0])>;
  Real y = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const Real square = x[i] * x[i];
    const Real t = x[i + 1] - square;
    const Real t_square = t * t;
    const Real weighted = 100 * t_square;
    const Real u = 1 - x[i];
    const Real u_square = u * u;
    const Real term = weighted + u_square;
    y = y + term;
  }
  return y;
};

inline std::pair<double, numbers> rosenbrock_by_hand(const numbers& x) {
  numbers d(x.size());
  double y = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double t = x[i + 1] - x[i] * x[i], u = 1 - x[i];
    y += 100 * t * t + u * u;
    d[i + 1] += 200 * t;
    d[i] -= 400 * t * x[i] + 2 * u;
  }
  return {y, std::move(d)};
}

}  // namespace workloads
