// tensacode/control/enumerate_states.hpp -- exact expectations of random loops over discrete
// states. Layer 3. A loop of n rounds has exponentially many paths, but often few different states.
// So equal states are merged and their probabilities added, and each state is run once a round.
// This is dynamic programming over the distribution of the state. control.hpp does not include it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/tree/compare.hpp>
#include <tensacode/tree/hash.hpp>

#include <cstddef>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tc {

struct enumerate_states_options {
  std::size_t max_rounds = 1'000'000;
  std::size_t max_states = 1'000'000;  ///< different states in one round
  /// The loop is cut when it still runs with at most this probability. The states in which it still
  /// runs then count as final states.
  double remainder = 1e-20;
};

namespace detail {

/// The states that the loop may be in, each with its probability, in the order of their first
/// occurrence.
template <class State>
class state_distribution {
 public:
  void add(State state, const var& probability) {
    const auto [at, is_new] = places_.try_emplace(state, entries_.size());
    if (is_new)
      entries_.emplace_back(std::move(state), probability);
    else
      entries_[at->second].second = entries_[at->second].second + probability;
  }
  const std::vector<std::pair<State, var>>& entries() const { return entries_; }
  double sum() const {
    double total = 0;
    for (const auto& [state, probability] : entries_) total += probability.value();
    return total;
  }

 private:
  struct hasher {
    std::size_t operator()(const State& s) const { return static_cast<std::size_t>(hash(s)); }
  };
  struct same {
    bool operator()(const State& a, const State& b) const { return equal(a, b); }
  };
  std::unordered_map<State, std::size_t, hasher, same> places_;
  std::vector<std::pair<State, var>> entries_;
};

template <class State, class Step, class Finish, class... Arguments>
auto run_states(const State& initial, const Step& step, const Finish& finish,
                const enumerate_states_options& options, const std::tuple<Arguments...>& point) {
  std::size_t runs = 0;
  recording<double> recorded;
  std::tuple<lifted<Arguments>...> variables;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (lift_into(std::get<I>(point), std::get<I>(variables), as_it_is{}), ...);
  }(std::index_sequence_for<Arguments...>{});
  const auto call = [&](const auto& f, auto& state) -> decltype(auto) {
    return std::apply(
        [&](const auto&... arguments) -> decltype(auto) { return f(state, arguments...); },
        std::as_const(variables));
  };
  var expected = 0;
  const auto end = [&](const State& state, const var& probability) {
    try {
      expected = expected + probability * var(call(finish, state));
    } catch (...) {
      if (probability.value() != 0) throw;
    }
  };

  sampler chosen;
  const sampler_scope choosing(chosen);
  state_distribution<State> alive;
  alive.add(initial, 1);
  bool was_small = false;
  for (std::size_t round = 0; !alive.entries().empty(); ++round) {
    // A probability of 0 may still have a derivative, so one more round is run before the cut.
    const bool is_small = alive.sum() <= options.remainder;
    if (is_small && was_small) {
      for (const auto& [state, probability] : alive.entries()) end(state, probability);
      break;
    }
    was_small = is_small;
    if (round == options.max_rounds)
      throw loop_bound_reached(
          format("enumerate_states: after {} rounds the loop still runs with probability {}", round,
                 alive.sum()));
    if (alive.entries().size() > options.max_states)
      throw tc::error(format("enumerate_states: {} states in round {} are more than max_states",
                             alive.entries().size(), round));
    state_distribution<State> next;
    for (const auto& [start, probability] : alive.entries()) {
      path_walk paths(options.max_states);
      chosen.paths = &paths;
      do {
        paths.begin_path(probability);
        State state = start;
        ++runs;
        bool runs_on = false;
        try {
          runs_on = call(step, state);
        } catch (const paths_end&) {
          if (paths.drew)
            throw tc::error(
                format("enumerate_states: {} draws from more than can be counted", paths.drew));
          throw tc::error("enumerate_states: a step has more paths than max_states");
        } catch (...) {
          // A path of probability 0 may throw: the program need not expect to be there.
          if (paths.weight.value() != 0) throw;
          continue;
        }
        if (runs_on)
          next.add(std::move(state), paths.weight);
        else
          end(state, paths.weight);
      } while (paths.end_path());
    }
    alive = std::move(next);
  }
  chosen.paths = nullptr;
  recorded.differentiate(expected.slot());
  std::vector<double> gradient;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    gradient = flatten(std::tuple<Arguments...>{
        adjoints_of<Arguments>(std::get<I>(variables), recorded.tape())...});
  }(std::index_sequence_for<Arguments...>{});
  return exact_estimate(expected.value(), gradient, runs, 1, point);
}

}  // namespace detail

/// Returns a function that computes E[finish(state, arguments...)] and its gradient with respect to
/// the arguments, where `state` is the final state of `while (step(state, arguments...)) {}`, begun
/// with `initial`. The step may draw by `tc::flip` and `tc::categorical`. The state is any tree
/// without variables that `tc::hash` and `tc::equal` accept. Equal states are merged, so a state
/// should hold what the rest of the loop and `finish` need, and nothing else.
///
///   tc::enumerate_states(
///       walker{}, [](walker& w, auto p) { w.x += tc::flip(p) ? 1 : -1; return ++w.t < 50; },
///       [](const walker& w, auto) { return 1.0 * w.x * w.x; })(0.6)
///
/// Errors   loop_bound_reached after `max_rounds`; error for too many states, and for draws that
///          have no list of outcomes
/// Cost     a run of the step for each round, each state and each outcome; all are recorded
template <class State, class Step, class Finish>
auto enumerate_states(State initial, Step step, Finish finish,
                      enumerate_states_options options = {}) {
  return [initial = std::move(initial), step = std::move(step), finish = std::move(finish),
          options](const auto&... arguments) {
    return detail::run_states(initial, step, finish, options, std::tuple{arguments...});
  };
}

}  // namespace tc
