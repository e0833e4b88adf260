// benchmarks/workloads/lotka_volterra.hpp -- predators and prey by the classical Runge-Kutta
// method, with a branch in each step, and the gradient by hand. Sources: Lotka 1925; Kutta 1901.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace workloads {

struct run_of_populations {
  int steps = 1000;
  double step = 0.01;
  double harvest_above = 1.5, harvested = 0.2;  ///< of the prey, in each step in which it is more
};

/// `p` are the four rates and the two populations at the beginning; the result is the sum of the
/// squares of the populations at the end.
template <class Real>
Real populations(const std::array<Real, 6>& p, const run_of_populations& run) {
  Real x = p[4], y = p[5];
  const double h = run.step;
  for (int step = 0; step < run.steps; ++step) {
    const auto dx = [&](const Real& u, const Real& v) { return Real(p[0] * u - p[1] * u * v); };
    const auto dy = [&](const Real& u, const Real& v) { return Real(p[2] * u * v - p[3] * v); };
    const Real kx1 = dx(x, y), ky1 = dy(x, y);
    const Real x2 = x + h / 2 * kx1, y2 = y + h / 2 * ky1;
    const Real kx2 = dx(x2, y2), ky2 = dy(x2, y2);
    const Real x3 = x + h / 2 * kx2, y3 = y + h / 2 * ky2;
    const Real kx3 = dx(x3, y3), ky3 = dy(x3, y3);
    const Real x4 = x + h * kx3, y4 = y + h * ky3;
    const Real kx4 = dx(x4, y4), ky4 = dy(x4, y4);
    x = x + h / 6 * (kx1 + 2 * kx2 + 2 * kx3 + kx4);
    y = y + h / 6 * (ky1 + 2 * ky2 + 2 * ky3 + ky4);
    if (x > run.harvest_above) x = x - run.harvested * h * x * x;
  }
  return x * x + y * y;
}

inline std::pair<double, std::array<double, 6>> populations_by_hand(const std::array<double, 6>& p,
                                                                    const run_of_populations& run) {
  const double h = run.step, a = p[0], b = p[1], c = p[2], d = p[3];
  struct state {
    double x, y, x_before_harvest;
    bool harvested;
  };
  std::vector<state> states(static_cast<std::size_t>(run.steps));
  double x = p[4], y = p[5];
  const auto dx = [&](double u, double v) { return a * u - b * u * v; };
  const auto dy = [&](double u, double v) { return c * u * v - d * v; };
  for (auto& s : states) {
    s = {x, y, 0, false};
    const double kx1 = dx(x, y), ky1 = dy(x, y);
    const double x2 = x + h / 2 * kx1, y2 = y + h / 2 * ky1;
    const double kx2 = dx(x2, y2), ky2 = dy(x2, y2);
    const double x3 = x + h / 2 * kx2, y3 = y + h / 2 * ky2;
    const double kx3 = dx(x3, y3), ky3 = dy(x3, y3);
    const double x4 = x + h * kx3, y4 = y + h * ky3;
    const double kx4 = dx(x4, y4), ky4 = dy(x4, y4);
    x += h / 6 * (kx1 + 2 * kx2 + 2 * kx3 + kx4);
    y += h / 6 * (ky1 + 2 * ky2 + 2 * ky3 + ky4);
    s.x_before_harvest = x;
    s.harvested = x > run.harvest_above;
    if (s.harvested) x -= run.harvested * h * x * x;
  }
  const double value = x * x + y * y;
  std::array<double, 6> g{};
  double ax = 2 * x, ay = 2 * y;
  for (std::size_t i = states.size(); i-- > 0;) {
    const state& s = states[i];
    if (s.harvested) ax *= 1 - 2 * run.harvested * h * s.x_before_harvest;
    const double kx1 = dx(s.x, s.y), ky1 = dy(s.x, s.y);
    const double x2 = s.x + h / 2 * kx1, y2 = s.y + h / 2 * ky1;
    const double kx2 = dx(x2, y2), ky2 = dy(x2, y2);
    const double x3 = s.x + h / 2 * kx2, y3 = s.y + h / 2 * ky2;
    const double kx3 = dx(x3, y3), ky3 = dy(x3, y3);
    const double x4 = s.x + h * kx3, y4 = s.y + h * ky3;
    // Adjoints of k_i through the derivative of (dx, dy) at (u, v); returns those of u and v.
    const auto pull = [&](double u, double v, double akx, double aky) {
      g[0] += akx * u;
      g[1] -= akx * u * v;
      g[2] += aky * u * v;
      g[3] -= aky * v;
      return std::pair{akx * (a - b * v) + aky * c * v, -akx * b * u + aky * (c * u - d)};
    };
    const auto [u4, v4] = pull(x4, y4, h / 6 * ax, h / 6 * ay);
    const auto [u3, v3] = pull(x3, y3, h / 3 * ax + h * u4, h / 3 * ay + h * v4);
    const auto [u2, v2] = pull(x2, y2, h / 3 * ax + h / 2 * u3, h / 3 * ay + h / 2 * v3);
    const auto [u1, v1] = pull(s.x, s.y, h / 6 * ax + h / 2 * u2, h / 6 * ay + h / 2 * v2);
    ax += u1 + u2 + u3 + u4;
    ay += v1 + v2 + v3 + v4;
  }
  g[4] = ax;
  g[5] = ay;
  return {value, g};
}

}  // namespace workloads
