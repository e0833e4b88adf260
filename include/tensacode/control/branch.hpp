// tensacode/control/branch.hpp -- `if_`: a branch whose gradient can reach its condition.
// Layer 3. Sources: Petersen et al. 2021, "Learning with algorithmic supervision via continuous
// relaxations", arXiv:2110.05651 (the gate); Bengio et al. 2013, arXiv:1308.3432 (straight
// through). SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/decision.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/mixture.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

/// The result type of `if_`. If the condition compares variables, a result that is a plain
/// floating-point number becomes a variable, so that it can carry a gradient.
template <class Condition, class Result>
struct mixed_result {
  using type = Result;
};
template <class Margin, std::floating_point Result>
struct mixed_result<basic_predicate<Margin>, Result> {
  using type = basic_var<typename Margin::scalar_type>;
};
template <class Condition, class Result>
using mixed_result_t = typename mixed_result<Condition, Result>::type;

/// Under `gate`, the weighted mean of what the two functions return. Under `straight_through`, the
/// result of the side taken, with the gradient of that mean. A side whose weight is below
/// `weight_cutoff` is not called.
template <class Result, class Margin, class Then, class Otherwise>
Result relax(const basic_predicate<Margin>& condition, const estimator& e, const Then& then,
             const Otherwise& otherwise, const control_site& site) {
  const auto p = relaxed_truth(condition, e);
  count_visit(site, "if_", condition, p);
  const bool gated = e.how == estimator::type::gate;
  const auto weight = static_cast<double>(value(p));
  if (weight < weight_cutoff && (gated || !condition.truth)) return otherwise();
  if (1 - weight < weight_cutoff && (gated || condition.truth)) return then();
  using number = std::remove_const_t<decltype(p)>;
  const auto mix = [&](const auto& taken_side, const auto& other_side, const number& q) {
    Result taken = [&] {
      const relaxed_branch depth;
      return Result(taken_side());
    }();
    const auto other = attempt<Result>(other_side, site, "if_");
    if (!other) return taken;
    if (!gated) {
      pass_straight_through(taken, *other, q);
      return taken;
    }
    const double change = blend(taken, *other, q);
    if (auto* const book = ledger_in_use()) book->at(site, "if_").gap_sum += change;
    return taken;
  };
  return condition.truth ? mix(then, otherwise, p) : mix(otherwise, then, number(1 - p));
}

}  // namespace detail

/// Runs `then` if the condition holds and `otherwise` if it does not, and returns the result. With
/// a `bool`, and on plain numbers, it is the ternary operator. The results may be numbers or any
/// trees of variables; if the condition compares variables, a number becomes a variable.
///
/// `gate` and `straight_through` also run the side that the program does not take. The two results
/// must then agree in everything but variables. If that side throws, it is ignored, and the ledger
/// counts the exception. Its variables that are not finite are ignored too.
///
/// Errors   branch_disagreement naming the path; argument_error for a temperature that is not
///          positive, for a gate over branches that return nothing; error for `score_function`
///          outside of an estimate
/// Cost     one branch; both under `gate` and `straight_through`, if both have weight
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise, estimator e,
         control_site site = {}) {
  using A = std::invoke_result_t<Then>;
  using B = std::invoke_result_t<Otherwise>;
  detail::check_temperature(e);
  const bool relaxes = e.how == estimator::type::gate || e.how == estimator::type::straight_through;
  if constexpr (std::is_void_v<A> || std::is_void_v<B>) {
    static_assert(std::is_void_v<A> && std::is_void_v<B>,
                  "tensacode[F01] if_: one branch returns a value and the other does not. Fix: "
                  "return a value from both, or from neither.");
    if (is_predicate<Condition> && relaxes)
      throw argument_error(
          "if_: a gate mixes what the branches return, and these return nothing. Use the state "
          "form, if_(condition, state, then, otherwise).");
    if (detail::decide(condition, e, site, "if_"))
      then();
    else
      otherwise();
  } else {
    using Result = detail::mixed_result_t<Condition, detail::branch_result_t<A, B>>;
    if constexpr (is_predicate<Condition>)
      if (relaxes)
        return detail::relax<Result>(
            condition, e, [&]() -> Result { return then(); },
            [&]() -> Result { return otherwise(); }, site);
    return detail::decide(condition, e, site, "if_") ? Result(then()) : Result(otherwise());
  }
}
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise, control_site site = {}) {
  return if_(condition, std::forward<Then>(then), std::forward<Otherwise>(otherwise),
             detail::scope_estimator(), site);
}
template <class Condition, std::invocable Then, std::invocable Otherwise>
  requires detail::is_condition<Condition>
auto if_(const Condition& condition, Then&& then, Otherwise&& otherwise, gate g,
         control_site site = {}) {
  static_assert(!std::is_void_v<std::invoke_result_t<Then>>,
                "tensacode[F02] if_: a gate mixes what the branches return, and these return "
                "nothing. Fix: use the state form, if_(condition, state, then, otherwise, gate).");
  return if_(condition, std::forward<Then>(then), std::forward<Otherwise>(otherwise), estimator(g),
             site);
}

/// Runs `then` or `otherwise` on a copy of the state and returns the changed copy. Variables that
/// neither branch changes are not mixed.
template <class Condition, class State, std::invocable<State&> Then,
          std::invocable<State&> Otherwise>
  requires detail::is_condition<Condition>
State if_(const Condition& condition, const State& state, Then&& then, Otherwise&& otherwise,
          estimator e, control_site site = {}) {
  const auto after = [&state](auto&& branch) {
    return [&state, &branch] {
      State copy = state;
      branch(copy);
      return copy;
    };
  };
  return if_(condition, after(then), after(otherwise), e, site);
}
template <class Condition, class State, std::invocable<State&> Then,
          std::invocable<State&> Otherwise>
  requires detail::is_condition<Condition>
State if_(const Condition& condition, const State& state, Then&& then, Otherwise&& otherwise,
          control_site site = {}) {
  return if_(condition, state, std::forward<Then>(then), std::forward<Otherwise>(otherwise),
             detail::scope_estimator(), site);
}

}  // namespace tc
