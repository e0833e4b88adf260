// tensacode/control/loop.hpp -- `while_` and `for_`: loops that gradients can pass, also with
// respect to when they stop.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>
#include <tensacode/control/break_if.hpp>
#include <tensacode/control/detail/hard_loop.hpp>
#include <tensacode/control/detail/relaxed_while.hpp>
#include <tensacode/control/loop_options.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tc {

/// Runs `body(state)` while `go_on(state)` holds, and returns the final state. `go_on` returns a
/// bool or a predicate. If it returns a predicate, the estimator says how the gradient passes the
/// decision to go on:
///
///   hard              it does not
///   gate              the result is the mean of the states at all stopping times, each weighted
///                     by the probability of stopping there
///   straight_through  the result is that of the hard loop, with the gradient of a gate
///   score_function    every decision to go on is drawn at random
///
/// Errors   loop_bound_reached; branch_disagreement; argument_error as `if_`, for snapshots of a
///          loop that is not hard, and for `gate` and `straight_through` if the state has no
///          variables
/// Cost     one run of the body for each round; two with snapshots, of which one is recorded
template <class State, std::invocable<const State&> Continue, std::invocable<State&> Body>
State while_(State state, Continue&& go_on, Body&& body, while_options options = {},
             control_site site = {}) {
  using Condition = std::remove_cvref_t<std::invoke_result_t<Continue, const State&>>;
  static_assert(detail::is_condition<Condition>,
                "tensacode[F03] while_: the condition returns neither a bool nor a comparison. "
                "Fix: return `state.x > 0` or the like.");
  const estimator e = options.how.value_or(detail::scope_estimator());
  detail::check_temperature(e);
  if constexpr (is_predicate<Condition>) {
    const bool relaxes =
        e.how == estimator::type::gate || e.how == estimator::type::straight_through;
    TC_CHECK(options.snapshots == 0 || e.how == estimator::type::hard, argument_error,
             "while_: snapshots are for hard loops");
    if (relaxes) {
      if constexpr (detail::running_loop<State>::has_variables) {
        if (e.how == estimator::type::gate)
          return detail::soft_while(std::move(state), go_on, body, e, options, site);
        return detail::straight_through_while(std::move(state), go_on, body, e, options, site);
      } else {
        throw argument_error(
            "while_: a relaxed loop mixes states, and this one has no variables in it. Make them "
            "part of the state, or use tc::hard or tc::score_function here");
      }
    }
  }
  return detail::hard_loop(
      std::move(state),
      [go_on, e, site](const State& now, std::size_t) {
        return detail::decide(go_on(now), e, site, "while_");
      },
      [body](State& now, std::size_t) { body(now); }, options.max_iterations, options.snapshots);
}

/// Runs `body(i, state)` for i = first, ..., last - 1, and returns the final state. `body` may end
/// the loop by `break_if`.
///
/// Cost     as `while_`
template <std::integral First, std::integral Last, class State,
          std::invocable<std::common_type_t<First, Last>, State&> Body>
State for_(First first, Last last, State state, Body&& body, for_options options = {}) {
  using Index = std::common_type_t<First, Last>;
  const auto begin = static_cast<Index>(first), end = static_cast<Index>(last);
  const auto rounds = begin < end ? static_cast<std::size_t>(end - begin) : std::size_t{0};
  return detail::hard_loop(
      std::move(state), [rounds](const State&, std::size_t k) { return k < rounds; },
      [body, begin](State& now, std::size_t k) {
        body(static_cast<Index>(begin + static_cast<Index>(k)), now);
      },
      0, options.snapshots);
}

}  // namespace tc
