// benchmarks/workloads/air_conditioning.hpp -- a network decides whether a cooling unit is on.
// The task is that of the air conditioning benchmark of Kreikemeyer & Andelfinger 2023, "Smoothing
// methods for automatic differentiation across conditional branches", IEEE Access 11: a network of
// 82 parameters, and no derivative through its decision. Written anew from that description; chosen
// here are: the shape of the network (2 inputs, 16 tanh units, a score each for on and off: 82),
// the day of 96 steps, the weather, the room's constants and the cost. So losses compare with those
// of other estimators on this program, not with published ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/transform/transform.hpp>

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <type_traits>

namespace workloads {

/// The weather of a day and what its sensor gets wrong, as a seed says.
struct hot_day {
  static constexpr std::size_t steps = 96;  // of a quarter of an hour
  double room = 0;                          // at midnight
  std::array<double, steps> outside{}, sensor_error{};

  explicit hot_day(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}};
    room = 20 + 6 * random.uniform();
    const double mean = 25 + random.normal();
    double deviation = 0;  // from the sine: what it was a quarter of an hour ago, and some more
    for (std::size_t i = 0; i < steps; ++i) {
      deviation = 0.9 * deviation + 0.3 * random.normal();
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / steps;
      outside[i] = mean - 4 * std::cos(angle) + deviation;
      sensor_error[i] = 0.1 * random.normal();
    }
  }
};

struct air_conditioning {
  static constexpr Eigen::Index hidden = 16, parameters = 5 * hidden + 2;
  static constexpr double target = 22, leak = 0.1, cooling = 1.2, price = 1;

  /// Mean over a day of the squared distance to the target, and what the unit uses. `Parameters`
  /// is a vector of numbers or a tensor variable.
  template <class Parameters>
  static auto cost(const Parameters& p, const hot_day& day) {
    using Number = std::conditional_t<tc::is_tensor_var<Parameters>, tc::var, double>;
    const Parameters by_room = p.segment(0, hidden), by_outside = p.segment(hidden, hidden);
    const Parameters bias = p.segment(2 * hidden, hidden);
    // The unit is on if its score is the larger: the difference of both is all that counts.
    const Parameters by_hidden = p.segment(3 * hidden, hidden) - p.segment(4 * hidden, hidden);
    const Number on_bias = p(5 * hidden, 0) - p(5 * hidden + 1, 0);
    Number room = day.room, sum = 0;
    for (std::size_t i = 0; i < hot_day::steps; ++i) {
      const Number sensed = 0.25 * (room + (day.sensor_error[i] - target));
      const auto input = by_room.array() * sensed +
                         (by_outside.array() * (0.25 * (day.outside[i] - target)) + bias.array());
      const Number score = weighted_tanh<Parameters>(by_hidden, input) + on_bias;
      const Number on =
          tc::if_(score > 0, [] { return Number(1); }, [] { return Number(0); }, "cooling unit");
      room += leak * (day.outside[i] - room) - cooling * on;
      sum += (room - target) * (room - target) + price * on;
    }
    return Number(sum / static_cast<double>(hot_day::steps));
  }

  /// By the same vector instructions for numbers as for variables, so that their times compare.
  template <class Parameters, class Expression>
  static auto weighted_tanh(const Parameters& weights, const Expression& x) {
    if constexpr (tc::is_tensor_var<Parameters>) {
      const Parameters y = x.tanh();  // kept, so that the sweep need not take it again
      return tc::var(weights.dot(y));
    } else {
      Eigen::Matrix<double, hidden, 1> y = x;
      tc::detail::map_lanes<tc::detail::tanh_lanes>(y.data(), y.data(), std::size_t{hidden});
      return weights.dot(y);
    }
  }

  /// The same start for every estimator: uniform in (-0.5, 0.5).
  static Eigen::VectorXd start(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}.split(1)};
    return Eigen::VectorXd::NullaryExpr(parameters, [&] { return random.uniform() - 0.5; });
  }

  /// Mean cost of the program as it is, over days that no estimator trains on.
  static double crisp_loss(const Eigen::VectorXd& p, std::uint64_t days = 2000,
                           std::uint64_t first = 1ULL << 40) {
    double sum = 0;
    for (std::uint64_t i = 0; i < days; ++i) sum += cost(p, hot_day(first + i));
    return sum / static_cast<double>(days);
  }
};

}  // namespace workloads
