// benchmarks/workloads/epidemic.hpp -- which rates of infection explain an epidemic?
// The task is that of the epidemics benchmark of Andelfinger 2021, "Differentiable agent-based
// simulation for gradient-guided simulation-based optimization", SIGSIM-PADS, and of Kreikemeyer &
// Andelfinger 2023, IEEE Access 11: agents walk on a graph of locations, infect others where they
// meet, and recover; 102 parameters, the rates of infection of 100 locations, that of recovery and
// how many are infected at the start, are fitted to a given course. Written anew from that
// description; chosen here are: the graph (a ring with a chord from each location), the number of
// agents and steps, the rates behind the given course, which is the mean of 100 runs, and as the
// loss how many agents are susceptible, infected or recovered too many, as a mean over steps. So
// losses compare with those of other estimators on this program, and only loosely with published
// ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace workloads {

class epidemic {
 public:
  static constexpr double lowest = 0.001, highest = 0.999;  // of a probability

  explicit epidemic(std::size_t locations = 100, std::size_t agents = 200, std::size_t steps = 40)
      : locations_(locations), agents_(agents), steps_(steps), given_(steps) {
    tc::random_stream random{tc::random_key{0}};
    for (std::size_t at = 0; at < locations; ++at) chords_.push_back(random.below(locations));
    constexpr std::uint64_t runs = 100;
    const Eigen::VectorXd truth = true_parameters();
    for (std::uint64_t run = 0; run < runs; ++run) {
      const auto course =
          run_of<double>({truth.data(), parameters()}, walk(*this, (1ULL << 42) + run), by_noise{});
      for (std::size_t step = 0; step < steps; ++step)
        for (std::size_t i = 0; i < 2; ++i) given_[step][i] += course[step][i] / runs;
    }
  }

  /// Rates of infection by location, of recovery, and the part that is infected at the start.
  std::size_t parameters() const { return locations_ + 2; }

  /// What of a run no parameter moves: where the agents are, and the noise of what happens there.
  struct walk {
    std::vector<std::size_t> location;               // step, agent
    std::vector<double> start, infection, recovery;  // uniform; step, agent

    walk(const epidemic& region, std::uint64_t seed) {
      tc::random_stream random{tc::random_key{seed}};
      std::vector<std::size_t> at(region.agents_);
      for (std::size_t& each : at) {
        each = random.below(region.locations_);
        start.push_back(random.uniform());
      }
      for (std::size_t step = 0; step < region.steps_; ++step)
        for (std::size_t& each : at) {
          const std::array next{each, (each + 1) % region.locations_,
                                (each + region.locations_ - 1) % region.locations_,
                                region.chords_[each]};
          each = next[random.below(next.size())];
          location.push_back(each);
          infection.push_back(random.uniform());
          recovery.push_back(random.uniform());
        }
    }
  };

  /// How it is decided whether to `may`, which is 0 or 1, something happens. By given noise: the
  /// margin of the comparison is relative, since probabilities are of all sizes and one temperature
  /// is to fit them. Or by a draw.
  struct by_noise {
    template <class Number>
    Number operator()(const Number& may, const Number& probability, double noise) const {
      return may *
             tc::if_(probability / noise > 1, [] { return Number(1); }, [] { return Number(0); });
    }
  };
  struct by_draw {
    template <class Number>
    Number operator()(const Number& may, const Number& probability, double) const {
      return may > 0.5 && tc::flip(probability) ? Number(1) : Number(0);
    }
  };

  /// Susceptible and infected agents after each step.
  template <class Number, class Decide>
  std::vector<std::array<Number, 2>> run_of(std::span<const Number> parameter, const walk& who,
                                            const Decide& decide) const {
    using std::exp, std::log1p, std::min, std::max, tc::min, tc::max;
    const auto probability = [&](std::size_t i) {
      return Number(min(max(parameter[i], Number(lowest)), Number(highest)));
    };
    const Number recovery = probability(locations_), at_start = probability(locations_ + 1);
    std::vector<Number> log_escape, infected, susceptible;
    for (std::size_t at = 0; at < locations_; ++at)
      log_escape.push_back(log1p(-probability(at)));  // from one infected agent
    for (std::size_t agent = 0; agent < agents_; ++agent) {
      infected.push_back(decide(Number(1), at_start, who.start[agent]));
      susceptible.push_back(1 - infected.back());
    }
    std::vector<std::array<Number, 2>> course;
    std::vector<Number> risk(locations_);
    for (std::size_t step = 0; step < steps_; ++step) {
      const std::size_t first = step * agents_;
      for (Number& each : risk) each = 0;
      for (std::size_t agent = 0; agent < agents_; ++agent)
        risk[who.location[first + agent]] += infected[agent];
      for (std::size_t at = 0; at < locations_; ++at) risk[at] = 1 - exp(risk[at] * log_escape[at]);
      std::array<Number, 2> count{Number(0), Number(0)};
      for (std::size_t agent = 0; agent < agents_; ++agent) {
        const Number caught = decide(susceptible[agent], risk[who.location[first + agent]],
                                     who.infection[first + agent]);
        const Number healed = decide(infected[agent], recovery, who.recovery[first + agent]);
        susceptible[agent] -= caught;
        infected[agent] += caught - healed;
        count[0] += susceptible[agent];
        count[1] += infected[agent];
      }
      course.push_back(count);
    }
    return course;
  }

  /// How many agents are in another state than they were, net, as a mean over steps.
  template <class Number, class Decide = by_noise>
  Number cost(std::span<const Number> parameter, const walk& who, const Decide& decide = {}) const {
    using std::abs;
    const auto course = run_of(parameter, who, decide);
    Number sum = 0;
    for (std::size_t step = 0; step < steps_; ++step) {
      const Number susceptible = course[step][0] - given_[step][0];
      const Number infected = course[step][1] - given_[step][1];
      sum += abs(susceptible) + abs(infected) + abs(susceptible + infected);
    }
    return Number(sum / static_cast<double>(2 * steps_));
  }

  /// The crisp program.
  double operator()(const Eigen::VectorXd& parameter, std::uint64_t seed) const {
    return cost<double>({parameter.data(), parameters()}, walk(*this, seed));
  }

  /// The same start for every estimator: uniform in (0, 1).
  Eigen::VectorXd start(std::uint64_t seed) const {
    tc::random_stream random{tc::random_key{seed}.split(1)};
    return Eigen::VectorXd::NullaryExpr(static_cast<Eigen::Index>(parameters()),
                                        [&] { return random.uniform(); });
  }

  /// Those that the given course comes from: what their loss is, chance alone makes.
  Eigen::VectorXd true_parameters() const {
    tc::random_stream random{tc::random_key{0}.split(2)};
    Eigen::VectorXd p(static_cast<Eigen::Index>(parameters()));
    for (double& each : p) each = 0.4 * random.uniform();
    p(p.size() - 2) = 0.1;
    p(p.size() - 1) = 0.03;
    return p;
  }

 private:
  std::size_t locations_, agents_, steps_;
  std::vector<std::size_t> chords_;           // the far neighbour of each location
  std::vector<std::array<double, 2>> given_;  // susceptible and infected, by step
};

}  // namespace workloads
