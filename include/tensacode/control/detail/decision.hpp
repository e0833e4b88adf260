// tensacode/control/detail/decision.hpp -- turns a condition into a weight or into a decision.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/count_visit.hpp>
#include <tensacode/control/detail/flip.hpp>
#include <tensacode/control/detail/parameter_of.hpp>
#include <tensacode/control/estimator.hpp>

#include <cmath>
#include <concepts>
#include <numbers>
#include <optional>
#include <type_traits>

namespace tc::detail {

/// A branch of smaller weight is not run and contributes exactly 0. So a branch that the program
/// never takes cannot put a NaN into the gradient.
inline constexpr double weight_cutoff = 1e-12;

template <class Condition>
inline constexpr bool is_condition = std::same_as<Condition, bool> || is_predicate<Condition>;
/// The probability that the comparison holds if noise of the estimator's kernel and temperature is
/// added to its margin. For `==` it is the noise's density, scaled to 1 where both sides are equal.
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

/// How many relaxed branches this thread is inside of. `break_if` compares it with the depth at
/// which its loop began: a relaxed branch is only part of the program, so it cannot leave a loop
/// around it.
inline constinit thread_local int relaxed_depth = 0;

struct relaxed_branch {
  relaxed_branch() { ++relaxed_depth; }
  relaxed_branch(const relaxed_branch&) = delete;
  relaxed_branch& operator=(const relaxed_branch&) = delete;
  ~relaxed_branch() { --relaxed_depth; }
};

/// Decides a site one way: as the condition says, or at random under `score_function`.
template <class Condition>
bool decide(const Condition& condition, const estimator& e, const control_site& site,
            const char* construct) {
  if constexpr (is_predicate<Condition>) {
    if (e.how == estimator::type::score_function) {
      const auto p = relaxed_truth(condition, e);
      count_visit(site, construct, condition, p);
      return flip_variable(parameter_of(p), {});
    }
  }
  const bool truth = condition;
  count_hard_visit(site, construct, truth);
  return truth;
}

/// Runs the side that the program itself does not take, and returns nothing if that throws: the
/// side may rely on its condition. Errors in the use of this library are still thrown.
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

}  // namespace tc::detail
