// benchmarks/workloads/signal_plans.hpp -- which way is green at each crossing, in each phase?
// The later traffic benchmark of Kreikemeyer & Andelfinger (DiscoGrad, 2024; the first one is in
// "Smoothing methods for automatic differentiation across conditional branches", IEEE Access 11,
// 2023), written anew from its description: a grid of 10 x 10 crossings that closes on itself, each
// with a lane for every direction and a signal for each of 4 phases, which is green for north and
// south if its parameter is positive, else for east and west: 400 parameters. In each of 10 steps
// 10 vehicles enter at the western and northern edges, and every lane that is green and was not
// empty lets one vehicle go on, of whom 5 % turn. The loss is minus the number of times that a
// vehicle goes on. Chosen here: who turns is drawn for each lane and step in advance, starts are
// uniform in (-1, 1), and a lane with less than a vehicle, which a gate makes, lets out all of it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace workloads {

struct signal_plans {
  std::size_t side = 10;

  static constexpr std::size_t phases = 4, directions = 4;
  static constexpr double turn_rate = 0.05;
  enum direction : std::size_t { north, east, south, west };
  enum turn : char { left, none, right };

  std::size_t steps() const { return side; }
  std::size_t lanes() const { return side * side * directions; }
  Eigen::Index parameters() const { return static_cast<Eigen::Index>(side * side * phases); }

  /// Who enters where, and which way who leaves a lane turns, as a seed says.
  struct vehicles {
    std::vector<std::size_t> entering;  // step, vehicle: a lane
    std::vector<turn> turns;            // step, lane

    vehicles(const signal_plans& city, std::uint64_t seed)
        : entering(city.steps() * city.side), turns(city.steps() * city.lanes()) {
      tc::random_stream random{tc::random_key{seed}};
      for (std::size_t& lane : entering) {
        const bool southward = random.uniform() < 0.5;
        const auto street =
            static_cast<std::size_t>(random.uniform() * static_cast<double>(city.side));
        lane = southward ? city.lane(0, street, south) : city.lane(street, 0, east);
      }
      for (turn& each : turns) {
        const double u = random.uniform();
        each = u < turn_rate / 2 ? left : u < turn_rate ? right : none;
      }
    }
  };

  std::size_t lane(std::size_t row, std::size_t column, std::size_t towards) const {
    return (row * side + column) * directions + towards;
  }
  /// The lane that a vehicle goes to. A crossing's lanes lie north and west of it, so that only
  /// some turns lead to those of another crossing.
  std::size_t next_lane(std::size_t from, turn how) const {
    struct displacement {
      std::size_t rows, columns;
    };
    const std::size_t back = side - 1;  // one, the other way round
    // By direction: turning left, straight on, turning right.
    const std::array<std::array<displacement, 3>, directions> moves{
        {{{{back, 0}, {back, 0}, {back, 1}}},
         {{{0, 0}, {0, 1}, {1, 0}}},
         {{{0, 1}, {1, 0}, {0, 0}}},
         {{{1, back}, {0, back}, {0, back}}}}};
    const std::size_t towards = from % directions, crossing = from / directions;
    const displacement by = moves[towards][static_cast<std::size_t>(how)];
    return lane((crossing / side + by.rows) % side, (crossing % side + by.columns) % side,
                (towards + static_cast<std::size_t>(how) + directions - 1) % directions);
  }

  /// Minus the number of times that a vehicle goes on.
  template <class Number>
  Number cost(std::span<const Number> signal, const vehicles& who) const {
    using std::min, tc::min;
    std::vector<Number> waiting(lanes(), Number(0)), after = waiting;
    std::vector<char> may_hold(lanes(), 0), may_hold_after = may_hold;  // any vehicle
    Number passed = 0;
    for (std::size_t step = 0; step < steps(); ++step) {
      for (std::size_t i = 0; i < side; ++i) {
        after[who.entering[step * side + i]] += 1.0;
        may_hold_after[who.entering[step * side + i]] = 1;
      }
      for (std::size_t from = 0; from < lanes(); ++from) {
        if (!may_hold[from]) continue;
        const std::size_t towards = from % directions;
        const std::size_t to = next_lane(from, who.turns[step * lanes() + from]);
        // The signal of a lane is at its end.
        const std::size_t crossing = (towards == east || towards == south ? from : to) / directions;
        const auto go = [&] { return Number(min(waiting[from], Number(1))); };
        const auto stop = [] { return Number(0); };
        const Number& green = signal[crossing * phases + step % phases];
        const Number moved = towards == north || towards == south
                                 ? tc::if_(green > 0, go, stop, "north and south")
                                 : tc::if_(green > 0, stop, go, "east and west");
        after[from] -= moved;
        after[to] += moved;
        may_hold_after[to] = 1;
        passed += moved;
      }
      waiting = after;
      may_hold = may_hold_after;
    }
    return Number(-passed);
  }

  /// The crisp program.
  double operator()(const Eigen::VectorXd& signal, std::uint64_t seed) const {
    return cost<double>({signal.data(), static_cast<std::size_t>(signal.size())},
                        vehicles(*this, seed));
  }

  /// The same start for every estimator.
  Eigen::VectorXd start(std::uint64_t seed) const {
    tc::random_stream random{tc::random_key{seed}.split(1)};
    return Eigen::VectorXd::NullaryExpr(parameters(), [&] { return 2 * random.uniform() - 1; });
  }

  /// Waves that run east and south, one crossing a step: half of those who enter meet green only.
  Eigen::VectorXd green_wave() const {
    return Eigen::VectorXd::NullaryExpr(parameters(), [&](Eigen::Index i) {
      const auto at = static_cast<std::size_t>(i);
      const std::size_t crossing = at / phases, phase = at % phases;
      const std::size_t roads_before = crossing / side + crossing % side;
      return (roads_before + phases * side - phase) % phases < phases / 2 ? 1.0 : -1.0;
    });
  }
};

}  // namespace workloads
