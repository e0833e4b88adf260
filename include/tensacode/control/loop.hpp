// tensacode/control/loop.hpp -- `while_`: a loop whose gradient can reach its stopping time.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace tc {

struct while_options {
  /// Exceeding it throws `loop_bound_reached`. 0: no bound for a hard loop; a gate, which may relax
  /// a loop that ends into one that never quite does, then has a bound of 10^7.
  std::size_t max_iterations = 0;
  std::optional<estimator> how = {};  ///< nothing: the enclosing scope's
};

namespace detail {

/// The probability of still running below which a relaxed loop is cut. Its expectation is off by
/// at most this times what later iterations could still change; the error of the gradient is
/// larger by the sum of |d log p| over the iterations.
inline constexpr double survival_cutoff = 1e-14;

/// The expected state when the loop stops after k bodies with probability w_k = S_k (1 - p_k),
/// S_k = p_0 ... p_{k-1}: sum of w_k x_k. The remainder at the cut goes to the last state, so the
/// weights sum to 1. Exact for logistic noise on the condition when the body is deterministic.
template <class State, class Continue, class Body>
State soft_while(State state, const Continue& go_on, const Body& body, double temperature,
                 std::size_t bound) {
  using number = decltype(relaxed_truth(go_on(std::as_const(state)), temperature));
  number survival = 1;
  State expected = state;
  for (std::size_t k = 0;; ++k) {
    const auto condition = go_on(std::as_const(state));
    const number p = relaxed_truth(condition, temperature);
    const bool last = survival.value() * p.value() < survival_cutoff;
    const number weight = last ? survival : number(survival * (1 - p));
    if (k == 0)
      scale_variables(expected, weight);
    else
      add_weighted(expected, state, weight);
    if (last) return expected;
    if (k >= bound)
      throw loop_bound_reached(format(
          "while_: after {} iterations under a gate of temperature {} the loop still runs with "
          "probability {}",
          k, temperature, survival.value() * p.value()));
    survival = survival * p;
    body(state);
  }
}

}  // namespace detail

/// Runs `body(state)` while `go_on(state)` holds and returns the final state. `go_on` returns a
/// bool, or a predicate through which the gradient reaches the stopping time: under `gate` the
/// result is the expectation over when the loop stops, under `score_function` each round is drawn.
template <class State, std::invocable<const State&> Continue, std::invocable<State&> Body>
State while_(State state, Continue&& go_on, Body&& body, while_options options = {}) {
  using Condition = std::remove_cvref_t<std::invoke_result_t<Continue, const State&>>;
  static_assert(detail::is_condition<Condition>,
                "tensacode[F03] while_: the condition returns neither a bool nor a comparison. "
                "Fix: return `state.x > 0` or the like.");
  const estimator e = options.how.value_or(detail::scope_estimator);
  detail::check_temperature(e);
  if constexpr (is_predicate<Condition>)
    if (e.how == estimator::type::gate)
      return detail::soft_while(std::move(state), go_on, body, e.temperature,
                                options.max_iterations ? options.max_iterations : 10'000'000);
  for (std::size_t k = 0; detail::decide(go_on(std::as_const(state)), e); ++k) {
    if (options.max_iterations > 0 && k == options.max_iterations)
      throw loop_bound_reached(format(
          "while_: the condition still holds after {} iterations, the bound it was given", k));
    body(state);
  }
  return state;
}

}  // namespace tc
