// benchmarks/workloads/air_conditioning.hpp -- a network decides whether, and how much, to cool.
// The air conditioning benchmark of Kreikemeyer & Andelfinger 2023, "Smoothing methods for
// automatic differentiation across conditional branches", IEEE Access 11, written anew from its
// description: a network of 82 parameters (5 inputs, 10 logistic units, 2 logistic outputs) sees
// the room's temperature, the wanted one, the one before and what it said last; its outputs are
// whether to cool, and by how much of 3 degrees. In each of 10 steps the room then goes towards the
// outside temperature, by an insulation that drops where a window opens. The loss is the mean
// distance to the wanted temperature, and what cooling uses: its degree and 0.5. Temperatures are
// fed in degrees. Chosen here: the comparison is that of the output's logit with 0, not of the
// output with 1/2, which decides the same and changes what a temperature of the gate means.
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
#include <type_traits>
#include <utility>

namespace workloads {

/// A room in summer, as a seed says.
struct hot_day {
  static constexpr std::size_t steps = 10;
  double target, outside, room;
  std::array<double, steps + 1> insulation{};  // the first is that of the room before

  explicit hot_day(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}};
    const auto between = [&](double a, double b) { return a + (b - a) * random.uniform(); };
    target = between(18, 22);
    outside = between(target, 35);
    room = between(target, outside);
    double now = between(0.75, 0.99);
    for (std::size_t i = 0; i <= steps; ++i) {
      if (i > 0 && random.uniform() < 0.05) now = 0.75;  // a window is open from now on
      insulation[i] = now;
    }
  }
};

struct air_conditioning {
  static constexpr Eigen::Index inputs = 5, hidden = 10, outputs = 2;
  static constexpr Eigen::Index parameters = (inputs + 1) * hidden + outputs * (hidden + 1);

  /// The loss of a day. `Parameters` is a vector of numbers or a tensor variable.
  template <class Parameters>
  static auto cost(const Parameters& p, const hot_day& day) {
    constexpr bool relaxed = tc::is_tensor_var<Parameters>;
    using Number = std::conditional_t<relaxed, tc::var, double>;
    using Units = std::conditional_t<relaxed, Parameters, Eigen::Matrix<double, hidden, 1>>;
    auto take = [&p, next = Eigen::Index{0}](Eigen::Index size) mutable {
      return p.segment(std::exchange(next, next + size), size);
    };
    const Units by_room = take(hidden), by_target = take(hidden), by_previous = take(hidden);
    const Units by_score = take(hidden), by_degree = take(hidden), bias = take(hidden);
    const Units to_score = take(hidden), to_degree = take(hidden);
    const Number score_bias = p(parameters - 2, 0), degree_bias = p(parameters - 1, 0);
    const Units constant = bias + by_target * day.target;

    const auto drift = [&](const Number& room, std::size_t i) {
      return Number(room * day.insulation[i] + day.outside * (1 - day.insulation[i]));
    };
    Number previous = day.room, room = drift(day.room, 0), score = 0, said = 0, degree = 0, sum = 0;
    const auto ask = [&] {
      const Units units =
          logistic<Units>(by_room.array() * room + by_previous.array() * previous +
                          by_score.array() * said + by_degree.array() * degree + constant.array());
      score = to_score.dot(units) + score_bias;
      said = tc::sigmoid(score);
      degree = tc::sigmoid(Number(to_degree.dot(units) + degree_bias));
    };
    ask();  // so that there is something that it said last
    for (std::size_t i = 1; i <= hot_day::steps; ++i) {
      const Number now = room;
      ask();
      previous = now;
      const Number on =
          tc::if_(score > 0, [] { return Number(1); }, [] { return Number(0); }, "cooling unit");
      room = drift(room - 3 * (on * degree), i);
      using std::abs, tc::abs;
      sum += abs(room - day.target) + on * (degree + 0.5);
    }
    return Number(sum / static_cast<double>(hot_day::steps));
  }

  /// By the same vector instructions for numbers as for variables, so that their times compare.
  template <class Units, class Expression>
  static Units logistic(const Expression& x) {
    if constexpr (tc::is_tensor_var<Units>) {
      return tc::sigmoid(x).matrix();
    } else {
      Units y = x.matrix();
      tc::detail::map_lanes<tc::detail::sigmoid_lanes>(y.data(), y.data(), std::size_t{hidden});
      return y;
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
