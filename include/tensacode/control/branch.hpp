// tensacode/control/branch.hpp -- `if_`: a branch whose gradient can reach its condition.
// Layer 3. Sources: Petersen et al. 2021, "Learning with algorithmic supervision via continuous
// relaxations", arXiv:2110.05651 (the gate); Bengio et al. 2013, arXiv:1308.3432 (straight
// through). SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/mixture.hpp>
#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <optional>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

/// A branch of smaller weight is not executed and contributes exactly 0, so that what an untaken
/// branch does cannot poison a gradient.
inline constexpr double weight_cutoff = 1e-12;

template <class Condition>
inline constexpr bool is_condition = std::same_as<Condition, bool> || is_predicate<Condition>;

/// What a branch returns: of a comparison of variables, a variable where both sides are numbers.
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

/// The probability that a comparison holds under the estimator's noise.
template <class Margin>
auto relaxed_truth(const basic_predicate<Margin>& condition, const estimator& e) {
  using number = basic_var<typename Margin::scalar_type>;
  const auto scaled = condition.margin / e.temperature;
  if (condition.holds_if == relation::positive) {
    if (e.kernel == kernel::gaussian)
      return number(0.5 + 0.5 * erf(scaled * (1 / std::numbers::sqrt2)));
    if (e.kernel == kernel::cauchy) return number(0.5 + atan(scaled) * std::numbers::inv_pi);
    return number(sigmoid(scaled));
  }
  const number m(scaled);
  const auto equal = [&]() -> number {
    if (e.kernel == kernel::gaussian) return exp(-0.5 * m * m);
    if (e.kernel == kernel::cauchy) return 1 / (1 + m * m);
    const number p(sigmoid(m));
    return 4 * p * (1 - p);
  }();
  return condition.holds_if == relation::zero ? equal : number(1 - equal);
}

/// How many relaxed branches are being run inside of one another: in one, a loop around it cannot
/// be left.
inline constinit thread_local int relaxed_depth = 0;

struct relaxed_branch {
  relaxed_branch() { ++relaxed_depth; }
  relaxed_branch(const relaxed_branch&) = delete;
  relaxed_branch& operator=(const relaxed_branch&) = delete;
  ~relaxed_branch() { --relaxed_depth; }
};

/// Tells the ledger of each derivative by a weight that comes back in a sweep.
template <class Scalar>
struct ledger_node {
  ledger* book;
  control_site site;
  const char* construct;
  adjoint_slot weight;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto derivative = static_cast<double>(value(tape.adjoint(weight)));
    auto& record = book->at(site, construct);
    ++record.sweeps;
    record.derivative_sum += derivative;
    record.derivative_squares += derivative * derivative;
  }
};

inline double entropy_of(double p) {
  const auto term = [](double q) { return q > 0 ? -q * std::log(q) : 0.0; };
  return term(p) + term(1 - p);
}

/// Counts a visit with this weight, if a ledger is in use.
template <class Scalar>
void count_visit(const control_site& site, const char* construct, const basic_var<Scalar>& weight,
                 double entropy, double margin) {
  auto* const book = ledger_in_use();
  if (!book) return;
  auto& record = book->at(site, construct);
  const auto p = static_cast<double>(value(weight));
  ++record.visits;
  record.weight_sum += p;
  record.entropy_sum += entropy;
  record.margin_sum += margin;
  record.margin_squares += margin * margin;
  const auto bin = static_cast<std::size_t>(std::clamp(p, 0.0, 1.0) * record.bins);
  ++record.weights[std::min(bin, record.bins - 1)];
  if (auto* const tape = current_tape<Scalar>; tape && weight.slot())
    tape->push_node(ledger_node<Scalar>{book, site, construct, weight.slot()}, 0);
}
template <class Margin, class Scalar>
void count_visit(const control_site& site, const char* construct,
                 const basic_predicate<Margin>& condition, const basic_var<Scalar>& weight) {
  if (!current_ledger) return;  // before the logarithms of the entropy
  count_visit(site, construct, weight, entropy_of(static_cast<double>(value(weight))),
              static_cast<double>(value(condition.margin.value())));
}
inline void count_hard_visit(const control_site& site, const char* construct, bool truth) {
  auto* const book = ledger_in_use();
  if (!book) return;
  auto& record = book->at(site, construct);
  ++record.visits;
  ++record.hard_visits;
  record.weight_sum += truth;
  ++record.weights[truth ? record.bins - 1 : 0];
}

/// The hard decision of a site, drawn at random under `score_function`.
template <class Condition>
bool decide(const Condition& condition, const estimator& e, const control_site& site,
            const char* construct) {
  if constexpr (is_predicate<Condition>) {
    if (e.how == estimator::type::score_function) {
      const auto p = relaxed_truth(condition, e);
      count_visit(site, construct, condition, p);
      return flip(p);
    }
  }
  const bool truth = condition;
  count_hard_visit(site, construct, truth);
  return truth;
}

/// What a side that the program would not run returns; nothing if it throws. Wrong calls are told
/// of all the same.
template <class Result, class Side>
std::optional<Result> attempt(const Side& side, const control_site& site, const char* construct) {
  const relaxed_branch depth;
  try {
    return side();
  } catch (const argument_error&) {
    throw;
  } catch (const branch_disagreement&) {
    throw;
  } catch (...) {
    if (auto* const book = ledger_in_use()) ++book->at(site, construct).dropped;
    return std::nullopt;
  }
}

/// The mixture of what two functions return, or the hard result with the mixture's gradient. One
/// is not called when its weight is cut off.
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

/// Either `then()` or `otherwise()`, as `condition` and the estimator say. On plain numbers, and
/// with a `bool`, it is the ternary operator. The results may be numbers, which a comparison of
/// variables makes one, or any trees of variables; under `gate` and `straight_through` everything
/// but variables must agree. Of the side that the condition does not hold for, under either, what
/// throws or is not finite counts for nothing; the ledger counts what was thrown.
///
/// Errors   branch_disagreement naming the path; argument_error for a temperature that is not
///          positive, for a gate over branches without a value, and for `score_function` outside
///          of an estimate
/// Cost     both branches where both have a weight; else the one
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

/// The state after `then(state)` or after `otherwise(state)`; each works on a copy of its own.
/// What neither changes is left alone.
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
