// benchmarks/workloads/traffic_signals.hpp -- when do the lights of a city grid turn green?
// The task is that of the traffic benchmark of Kreikemeyer & Andelfinger 2023, "Smoothing methods
// for automatic differentiation across conditional branches", IEEE Access 11: a grid of signals,
// one parameter for each, roads that hold populations of vehicles, and a count of vehicles to be
// made large. Written anew from that description; chosen here are: one-way streets that run east
// and south, the offset of a fixed cycle as the parameter (in half cycles, so that starts in
// (0, 2) cover all), the travel time and capacity of a road, the rates of arrivals and turns, the
// horizon, and that every passing of a light counts one. So losses compare with those of other
// estimators on this program, and only loosely with published ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace workloads {

struct traffic_signals {
  std::size_t side = 10, steps = 100;

  static constexpr std::size_t directions = 2;    // eastward and southward
  static constexpr std::size_t travel_steps = 3;  // from one light to the queue at the next
  static constexpr double cycle = 16;             // steps; half of it green for either direction
  static constexpr double capacity = 6;           // vehicles on a road, driving or queued
  static constexpr double arrival_rate = 0.35;    // vehicles a step at each street's beginning
  static constexpr double turn_rate = 0.2;

  Eigen::Index parameters() const { return static_cast<Eigen::Index>(side * side); }

  /// What the drivers of a seed do: where they come from, and which of them turn.
  struct drivers {
    std::vector<char> arrives;  // step, direction, street
    std::vector<char> turns;    // step, crossing

    drivers(const traffic_signals& city, std::uint64_t seed)
        : arrives(city.steps * directions * city.side), turns(city.steps * city.side * city.side) {
      tc::random_stream random{tc::random_key{seed}};
      for (char& each : arrives) each = random.uniform() < arrival_rate ? 1 : 0;
      for (char& each : turns) each = random.uniform() < turn_rate ? 1 : 0;
    }
  };

  /// Minus the number of times that a vehicle passes a light.
  template <class Number>
  Number cost(std::span<const Number> offset, const drivers& who) const {
    using std::cos, std::min, tc::min;
    const std::size_t crossings = side * side, roads = directions * crossings;
    // Of the road that leads to a crossing: vehicles in its queue, those on it, and those that
    // reach the queue so many steps from now.
    std::vector<Number> queue(roads, Number(0)), load(roads, Number(0));
    std::vector<std::vector<Number>> driving(travel_steps, queue);
    Number passed = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      auto& now = driving[step % travel_steps];
      for (std::size_t road = 0; road < roads; ++road) {
        queue[road] += now[road];
        now[road] = 0;
      }
      // From the far corner on, so that those who leave a road make room for those who follow.
      for (std::size_t crossing = crossings; crossing-- > 0;) {
        const std::size_t row = crossing / side, column = crossing % side;
        const Number swing =
            cos(std::numbers::pi * (2 * static_cast<double>(step) / cycle - offset[crossing]));
        const bool turns = who.turns[step * crossings + crossing];
        for (std::size_t direction = 0; direction < directions; ++direction) {
          const std::size_t road = direction * crossings + crossing;
          const bool eastward = (direction == 0) != turns;
          const bool leaves = (eastward ? column : row) + 1 == side;
          const std::size_t ahead = (eastward ? 0 : crossings) + crossing + (eastward ? 1 : side);
          const auto go = [&] {
            const Number vehicles = min(queue[road], Number(1));
            return leaves ? vehicles : Number(min(vehicles, Number(capacity - load[ahead])));
          };
          const auto stop = [] { return Number(0); };
          const Number moved = direction == 0 ? tc::if_(swing > 0, go, stop, "eastward light")
                                              : tc::if_(swing > 0, stop, go, "southward light");
          queue[road] -= moved;
          load[road] -= moved;
          passed += moved;
          if (leaves) continue;
          load[ahead] += moved;
          now[ahead] += moved;
        }
      }
      for (std::size_t street = 0; street < directions * side; ++street) {
        if (!who.arrives[step * directions * side + street]) continue;
        const std::size_t road =
            street < side ? street * side : crossings + street - side;  // its first
        const Number enters = min(Number(1), Number(capacity - load[road]));
        load[road] += enters;
        now[road] += enters;
      }
    }
    return Number(-passed);
  }

  /// The crisp program.
  double operator()(const Eigen::VectorXd& offset, std::uint64_t seed) const {
    return cost<double>({offset.data(), side * side}, drivers(*this, seed));
  }

  /// The same start for every estimator: uniform in (0, 2).
  Eigen::VectorXd start(std::uint64_t seed) const {
    tc::random_stream random{tc::random_key{seed}.split(1)};
    return Eigen::VectorXd::NullaryExpr(parameters(), [&] { return 2 * random.uniform(); });
  }

  /// Lights that turn green as a vehicle from the one before arrives, in both directions at once:
  /// what an engineer would set, to know what losses are good.
  Eigen::VectorXd green_wave() const {
    return Eigen::VectorXd::NullaryExpr(parameters(), [&](Eigen::Index crossing) {
      const auto at = static_cast<std::size_t>(crossing);
      const std::size_t roads_before = at / side + at % side;
      return 2 * travel_steps * static_cast<double>(roads_before) / cycle;
    });
  }
};

}  // namespace workloads
