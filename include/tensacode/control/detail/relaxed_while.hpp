// tensacode/control/detail/relaxed_while.hpp -- `while_` under `gate` and under `straight_through`.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/decision.hpp>
#include <tensacode/control/detail/running_loop.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/loop_options.hpp>
#include <tensacode/control/mixture.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace tc::detail {

/// A loop under `gate` is cut when what its later rounds can still contribute, to the result or to
/// its gradient, falls below this.
inline constexpr double survival_cutoff = 1e-15;

/// `while_` under `gate`. p_k is the probability of going on after k bodies, and x_k the state
/// there. The loop stops after k bodies with probability w_k = S_k (1 - p_k), where
/// S_k = p_0 ... p_{k-1}. The result is the expected final state, the sum of w_k x_k. It is exact
/// for logistic noise on the condition if the body is deterministic. When the loop is cut, the last
/// state gets the remaining probability, so that the weights sum to 1. The cut waits until
/// S (1 + sum |d log p|) is small: the derivatives of the S_k must be negligible too.
template <class State, class Continue, class Body>
State soft_while(State initial, const Continue& go_on, const Body& body, const estimator& e,
                 const while_options& options, const control_site& site) {
  const std::size_t bound = options.max_iterations ? options.max_iterations : 10'000'000;
  running_loop<State> loop(std::move(initial));
  using number = typename running_loop<State>::number;
  std::optional<State> before;
  double change = 0, growth = 1, sensitivity = 0;
  for (std::size_t k = 0;; ++k) {
    const auto condition = go_on(std::as_const(loop.state));
    const number p = relaxed_truth(condition, e);
    count_visit(site, "while_", condition, p);
    const auto go = static_cast<double>(value(p));
    const double survival = static_cast<double>(value(loop.survival())) * go;
    // |d log p / d margin|, in units of 1 / temperature.
    sensitivity += 1 - go;
    if (before) {
      double now = 0;
      State moved = loop.state;
      for_each_pair(moved, *before,
                    [&](const auto& a, const auto& b) { now = std::max(now, distance(a, b)); });
      growth = change > 0 ? now / change : 1;
      change = now;
    }
    const double rate = std::min(go * std::max(growth, 1.0), 1 - 1e-12);
    const double rest = survival / (1 - rate);
    if (rest * (1 + sensitivity) * std::max(1.0, change) < survival_cutoff) {
      if (options.report) *options.report = {k, survival, rest * change};
      if (auto* const book = ledger_in_use()) {
        auto& record = book->at(site, "while_");
        record.truncation_bound = std::max(record.truncation_bound, rest * change);
      }
      return loop.finish();
    }
    if (k >= bound)
      throw loop_bound_reached(format(
          "while_: after {} iterations under a gate of temperature {} the loop still runs with "
          "probability {}",
          k, e.temperature, survival));
    loop.stop_partly(p);
    before = loop.state;
    if (!loop.run(body)) {
      if (options.report) *options.report = {k + 1, 0, 0};
      return loop.finish();
    }
  }
}

/// `while_` under `straight_through`. It runs the hard loop. Each decision to go on gets the
/// gradient that a gate would pass: in every round but the last, that of having run the body
/// instead of stopping; in the last, that of stopping instead of running the body once more.
template <class State, class Continue, class Body>
State straight_through_while(State initial, const Continue& go_on, const Body& body,
                             const estimator& e, const while_options& options,
                             const control_site& site) {
  running_loop<State> loop(std::move(initial));
  for (std::size_t k = 0;; ++k) {
    const auto condition = go_on(std::as_const(loop.state));
    const auto p = relaxed_truth(condition, e);
    count_visit(site, "while_", condition, p);
    const bool goes_on = condition.truth;
    if (goes_on && options.max_iterations > 0 && k == options.max_iterations)
      throw loop_bound_reached(format(
          "while_: the condition still holds after {} iterations, the bound it was given", k));
    const auto other_weight = static_cast<double>(value(goes_on ? 1 - p.value() : p.value()));
    const State before = loop.state;
    if (goes_on) {
      const bool runs_on = loop.run(body);
      if (other_weight >= weight_cutoff) pass_straight_through(loop.state, before, p);
      if (!runs_on) return loop.finish();
    } else {
      if (other_weight >= weight_cutoff) {
        const auto after = attempt<State>(
            [&] {
              running_loop<State> once(before);
              once.run(body);
              return once.finish();
            },
            site, "while_");
        using number = std::remove_const_t<decltype(p)>;
        if (after) pass_straight_through(loop.state, *after, number(1 - p));
      }
      return loop.finish();
    }
  }
}

}  // namespace tc::detail
