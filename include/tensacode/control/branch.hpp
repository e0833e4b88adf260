// tensacode/control/branch.hpp -- `if_`: a branch whose gradient can reach its condition.
// Layer 3. Source of the gate: Petersen et al. 2021, "Learning with algorithmic supervision via
// continuous relaxations", arXiv:2110.05651.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>
#include <tensacode/control/mixture.hpp>
#include <tensacode/control/random_choice.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

/// A branch of smaller weight is not executed and contributes exactly 0, so that what an untaken
/// branch does cannot poison a gradient.
inline constexpr double weight_cutoff = 1e-12;

template <class Condition>
inline constexpr bool is_condition = std::same_as<Condition, bool> || is_predicate<Condition>;

template <class Margin>
auto relaxed_truth(const basic_predicate<Margin>& condition, double temperature) {
  return basic_var<typename Margin::scalar_type>(sigmoid(condition.margin / temperature));
}

/// The hard decision of a site, drawn at random under `score_function`.
template <class Condition>
bool decide(const Condition& condition, const estimator& e) {
  if constexpr (is_predicate<Condition>) {
    if (e.how == estimator::type::score_function)
      return flip(relaxed_truth(condition, e.temperature));
    return condition.truth;
  } else {
    return condition;
  }
}

/// The mixture of what two functions return; one is not called when its weight is cut off.
template <class Result, class Margin, class Then, class Otherwise>
Result mix(const basic_predicate<Margin>& condition, double temperature, const Then& then,
           const Otherwise& otherwise) {
  const auto p = relaxed_truth(condition, temperature);
  if (p.value() < weight_cutoff) return otherwise();
  if (1 - p.value() < weight_cutoff) return then();
  Result mixed = then();
  Result other = otherwise();
  scale_variables(mixed, p);
  add_weighted(mixed, other, decltype(p)(1 - p));
  return mixed;
}

}  // namespace detail

/// Either `then()` or `otherwise()`, as `condition` and the estimator say. On plain numbers, and
/// with a `bool`, it is the ternary operator. The results may be numbers, or any trees of
/// variables; under `gate` everything but variables must agree (`branch_disagreement`).
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise, estimator e) {
  using A = std::invoke_result_t<Then>;
  using B = std::invoke_result_t<Otherwise>;
  detail::check_temperature(e);
  if constexpr (std::is_void_v<A> || std::is_void_v<B>) {
    static_assert(std::is_void_v<A> && std::is_void_v<B>,
                  "tensacode[F01] if_: one branch returns a value and the other does not. Fix: "
                  "return a value from both, or from neither.");
    if (is_predicate<Condition> && e.how == estimator::type::gate)
      throw argument_error(
          "if_: a gate mixes what the branches return, and these return nothing. Use the state "
          "form, if_(condition, state, then, otherwise).");
    if (detail::decide(condition, e))
      then();
    else
      otherwise();
  } else {
    using Result = detail::branch_result_t<A, B>;
    if constexpr (is_predicate<Condition>)
      if (e.how == estimator::type::gate)
        return detail::mix<Result>(
            condition, e.temperature, [&]() -> Result { return then(); },
            [&]() -> Result { return otherwise(); });
    return detail::decide(condition, e) ? Result(then()) : Result(otherwise());
  }
}
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise) {
  return if_(condition, std::forward<Then>(then), std::forward<Otherwise>(otherwise),
             detail::scope_estimator);
}
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise, gate g) {
  static_assert(!std::is_void_v<std::invoke_result_t<Then>>,
                "tensacode[F02] if_: a gate mixes what the branches return, and these return "
                "nothing. Fix: use the state form, if_(condition, state, then, otherwise, gate).");
  return if_(condition, std::forward<Then>(then), std::forward<Otherwise>(otherwise), estimator(g));
}

/// The state after `then(state)` or after `otherwise(state)`; each works on a copy of its own.
template <class Condition, class State, std::invocable<State&> Then,
          std::invocable<State&> Otherwise>
  requires detail::is_condition<Condition>
State if_(const Condition& condition, const State& state, Then&& then, Otherwise&& otherwise,
          estimator e) {
  const auto after = [&state](auto&& branch) {
    return [&state, &branch] {
      State copy = state;
      branch(copy);
      return copy;
    };
  };
  return if_(condition, after(then), after(otherwise), e);
}
template <class Condition, class State, std::invocable<State&> Then,
          std::invocable<State&> Otherwise>
  requires detail::is_condition<Condition>
State if_(const Condition& condition, const State& state, Then&& then, Otherwise&& otherwise) {
  return if_(condition, state, std::forward<Then>(then), std::forward<Otherwise>(otherwise),
             detail::scope_estimator);
}

}  // namespace tc
