// tensacode/control/switch.hpp -- `switch_`: one of several cases, by index or by logits.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

template <class... Results>
struct case_result;
template <class A>
struct case_result<A> {
  using type = stored_t<A>;
};
template <class A, class B, class... More>
struct case_result<A, B, More...> : case_result<branch_result_t<A, B>, More...> {};

/// Calls case number `chosen` and returns its result.
template <class Result, class... Cases>
Result call_case(std::size_t chosen, Cases&... cases) {
  std::optional<Result> result;
  std::size_t i = 0;
  ((i++ == chosen ? static_cast<void>(result.emplace(cases())) : void()), ...);
  return *std::move(result);
}

/// The type of one logit.
template <class Logits>
using logit_type = std::remove_cvref_t<decltype(std::declval<const Logits&>()[0])>;

/// As `mixed_result` in branch.hpp: with logits that are variables, a plain result becomes one.
template <class Logit, class Result>
struct case_mixture {
  using type = Result;
};
template <expression Logit, std::floating_point Result>
struct case_mixture<Logit, Result> {
  using type = basic_var<typename Logit::scalar_type>;
};
template <class Logit, class Result>
using case_mixture_t = typename case_mixture<Logit, Result>::type;

/// The softmax exp(l_i / t) / sum_j exp(l_j / t). The largest logit is subtracted first, so that
/// no exponential overflows.
template <class Number, class Logits>
std::vector<Number> softmax_of(const Logits& logits, std::size_t count, double temperature) {
  using std::exp;
  std::vector<Number> weights;
  weights.reserve(count);
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < count; ++i)
    largest =
        std::max(largest, static_cast<double>(value(Number(logits[static_cast<Eigen::Index>(i)]))));
  Number sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    weights.push_back(exp((Number(logits[static_cast<Eigen::Index>(i)]) - largest) / temperature));
    sum = sum + weights.back();
  }
  for (Number& w : weights) w = w / sum;
  return weights;
}

}  // namespace detail

/// Runs one case, chosen by its number from 0: `switch_(2, case0, case1, case2)` runs `case2`.
///
/// Errors   argument_error if there is no such case
template <std::integral Index, std::invocable... Cases>
auto switch_(Index index, Cases&&... cases) {
  static_assert(sizeof...(Cases) > 0, "tensacode[F04] switch_: it has no cases. Fix: add one.");
  TC_CHECK(std::cmp_greater_equal(index, 0) && std::cmp_less(index, sizeof...(Cases)),
           argument_error, "switch_: case {} of {}; they are counted from 0", index,
           sizeof...(Cases));
  using Result = typename detail::case_result<std::invoke_result_t<Cases>...>::type;
  return detail::call_case<Result>(static_cast<std::size_t>(index), cases...);
}

/// Runs one case, chosen by logits. `logits` holds one number or variable for each case, in a
/// vector, an array, or an Eigen or tensor vector. The estimator says how the case is chosen:
///
///   hard              the case of the largest logit; of equal ones the first
///   gate              all cases, weighted by softmax(logits / temperature); cases of negligible
///                     weight are not called
///   straight_through  the case of the largest logit, with the gradient of the gate
///   score_function    a case drawn with the probabilities of that softmax
///
/// If the logits are plain numbers it is always the case of the largest.
///
/// Errors   argument_error unless there are as many logits as cases, and for a logit that is NaN;
///          otherwise as `if_`
template <class Logits, std::invocable... Cases>
  requires(!std::integral<Logits> && requires(const Logits& l) { l[0]; })
auto switch_(const Logits& logits, estimator e, control_site site, Cases&&... cases) {
  using namespace detail;
  static_assert(sizeof...(Cases) > 0, "tensacode[F04] switch_: it has no cases. Fix: add one.");
  using Result = case_mixture_t<logit_type<Logits>,
                                typename case_result<std::invoke_result_t<Cases>...>::type>;
  constexpr std::size_t count = sizeof...(Cases);
  check_temperature(e);
  const auto given = static_cast<std::size_t>(std::size(logits));
  TC_CHECK(given == count, argument_error, "switch_: {} logits for {} cases", given, count);
  const auto logit = [&](std::size_t i) { return logits[static_cast<Eigen::Index>(i)]; };
  std::size_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto l = static_cast<double>(value(logit(i)));
    TC_CHECK(!std::isnan(l), argument_error, "switch_: logit {} is not a number", i);
    if (l > static_cast<double>(value(logit(largest)))) largest = i;
  }
  using Logit = logit_type<Logits>;
  if constexpr (expression<Logit>) {
    using number = basic_var<typename Logit::scalar_type>;
    if (e.how != estimator::type::hard) {
      const auto weights = softmax_of<number>(logits, count, e.temperature);
      double entropy = 0;
      for (const number& w : weights) {
        const auto p = static_cast<double>(value(w));
        entropy -= p > 0 ? p * std::log(p) : 0;
      }
      count_visit(site, "switch_", weights[largest], entropy,
                  static_cast<double>(value(logit(largest))));
      if (e.how == estimator::type::score_function)
        return call_case<Result>(draw_categorical(weights, site), cases...);
      const auto run = [&](std::size_t i) {
        const relaxed_branch depth;
        return call_case<Result>(i, cases...);
      };
      Result result = run(largest);
      const bool gated = e.how == estimator::type::gate;
      number sum = weights[largest];
      for (std::size_t i = 0; i < count; ++i) {
        if (i == largest || static_cast<double>(value(weights[i])) < weight_cutoff) continue;
        const auto other =
            attempt<Result>([&] { return call_case<Result>(i, cases...); }, site, "switch_");
        if (!other) continue;
        if (gated) {
          // `result` is the mean of the cases so far, whose weights add up to `sum`.
          const number both = sum + weights[i];
          const double change = blend(result, *other, number(sum / both));
          sum = both;
          if (auto* const book = ledger_in_use()) book->at(site, "switch_").gap_sum += change;
        } else {
          // The weights sum to 1, so the derivative of sum w_i x_i by w_i is x_i - x_largest.
          pass_straight_through(result, *other, number(-weights[i]));
        }
      }
      return result;
    }
  }
  if constexpr (expression<Logit>) ++hard_decisions;
  count_hard_visit(site, "switch_", true);
  return call_case<Result>(largest, cases...);
}
template <class Logits, std::invocable First, std::invocable... Cases>
  requires(!std::integral<Logits> && requires(const Logits& l) { l[0]; })
auto switch_(const Logits& logits, estimator e, First&& first, Cases&&... cases) {
  return switch_(logits, e, control_site{}, std::forward<First>(first),
                 std::forward<Cases>(cases)...);
}
template <class Logits, std::invocable First, std::invocable... Cases>
  requires(!std::integral<Logits> && requires(const Logits& l) { l[0]; })
auto switch_(const Logits& logits, First&& first, Cases&&... cases) {
  return switch_(logits, detail::scope_estimator(), control_site{}, std::forward<First>(first),
                 std::forward<Cases>(cases)...);
}

}  // namespace tc
