// tensacode/control/bernoulli.hpp -- `bernoulli` and `one_hot`: discrete draws as numbers.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <tuple>
#include <type_traits>
#include <vector>

namespace tc {
namespace detail {

/// A relaxed draw has no score, so a program that takes a hard branch after a continuous draw
/// cannot use it.
inline void check_path(const sampler& drawn, bool differentiable, const char* what) {
  TC_CHECK(!differentiable || !drawn.continuous_by_score, argument_error,
           "concrete: the program decides by a hard branch after a continuous draw, and {} is "
           "relaxed, which has a derivative along the path only. Fix: use a gate at the branch, or "
           "tc::estimate",
           what);
}

template <class Number, class Variable>
Number draw_relaxed_bit(sampler& drawn, const Variable& q, const control_site& site) {
  auto& relaxed = *drawn.relaxation;
  using draws = typename std::remove_cvref_t<decltype(relaxed)>::draws;
  const double p = q.value(), temperature = relaxed.temperature;
  const bool differentiable = q.slot() != 0;
  relaxed_bit bit;
  if (relaxed.how == draws::concrete) {
    check_path(drawn, differentiable, "bernoulli");
    if (differentiable) drawn.draw_continuously();
    const double u = relaxed.open_uniform(drawn.stream), centred = 2 * u - 1;
    bit = relax_bit(p, u, temperature);
    // The increments are the Legendre polynomials of `uniform`.
    const auto first = drawn.channels_of(site, 2);
    drawn.add(first, std::numbers::sqrt3 * centred, p, 0);
    drawn.add(first + 1, std::sqrt(5.0) * 0.5 * (3 * centred * centred - 1), p, 0);
    drawn.end_of_choice(centred);
  } else {
    relaxed.meet(1, site);
    relaxed.meet(p, site);
    const double u = relaxed.uniform(), v = relaxed.uniform();
    const bool outcome = u > 1 - p;
    if (!differentiable || relaxed.how == draws::outcome) {
      if (differentiable)
        relaxed.log_probabilities.push_back(
            Variable(outcome ? Variable(log(q)) : log1p(-q)).slot());
      bit = {static_cast<double>(outcome), 0};
    } else {
      drawn.draw_continuously();
      bit = relaxed.how == draws::relaxed ? relax_bit(p, u, temperature)
                                          : relax_given_bit(p, outcome, v, temperature);
    }
  }
  if constexpr (std::is_same_v<Number, var>)
    return bit.slope != 0 ? Number(bit.value + bit.slope * (q - p)) : Number(bit.value);
  else
    return bit.value;
}

/// Draws the outcomes of `one_hot`. `p` are the probabilities as variables, `numbers` their values.
template <class Variables>
relaxed_outcomes draw_relaxed_outcomes(sampler& drawn, const Variables& p,
                                       const std::vector<double>& numbers,
                                       const control_site& site) {
  auto& relaxed = *drawn.relaxation;
  using draws = typename std::remove_cvref_t<decltype(relaxed)>::draws;
  const std::size_t count = numbers.size();
  const bool differentiable =
      std::any_of(p.begin(), p.end(), [](const auto& q) { return q.slot() != 0; });
  std::vector<double> e(count), of_given(count);
  if (relaxed.how == draws::concrete) {
    check_path(drawn, differentiable, "one_hot");
    if (differentiable) drawn.draw_continuously();
    for (double& x : e) x = -std::log(relaxed.open_uniform(drawn.stream));
    const std::size_t outcome = first_outcome(e, numbers);
    const auto first = drawn.channels_of(site, static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      drawn.add(first + static_cast<std::uint32_t>(i), (i == outcome) - numbers[i], numbers[i], 0);
    drawn.end_of_choice(static_cast<double>(outcome));
    return relax_outcomes(e, numbers, relaxed.temperature);
  }
  relaxed.meet(static_cast<double>(count), site);
  for (std::size_t i = 0; i < count; ++i) {
    relaxed.meet(numbers[i], site);
    e[i] = -std::log(relaxed.uniform());
    of_given[i] = -std::log(relaxed.uniform());
  }
  const std::size_t outcome = first_outcome(e, numbers);
  if (differentiable && relaxed.how != draws::outcome) {
    drawn.draw_continuously();
    return relaxed.how == draws::relaxed
               ? relax_outcomes(e, numbers, relaxed.temperature)
               : relax_given_outcome(of_given, numbers, outcome, relaxed.temperature);
  }
  if (p[outcome].slot()) {
    const std::remove_cvref_t<decltype(p[outcome])> log_probability(log(p[outcome]));
    relaxed.log_probabilities.push_back(log_probability.slot());
  }
  return certain_outcome(count, outcome);
}

/// A container of the type that `one_hot` returns for these probabilities. All numbers are 0.
template <class Probabilities>
auto numbers_like(const Probabilities& probabilities) {
  using Element = std::remove_cvref_t<decltype(probabilities[0])>;
  using Number = drawn_number<Element, Element>;
  if constexpr (requires { typename Probabilities::PlainObject; }) {
    using Numbers = typename Probabilities::PlainObject;
    return Numbers(Numbers::Zero(probabilities.rows(), probabilities.cols()));
  } else if constexpr (requires { std::tuple_size<Probabilities>::value; }) {
    return std::array<Number, std::tuple_size_v<Probabilities>>{};
  } else {
    return std::vector<Number>(static_cast<std::size_t>(std::size(probabilities)));
  }
}

}  // namespace detail

/// Returns 1 with probability p, else 0. The result is a number, or a variable if p is one. Under
/// `concrete` and `rebar` the draw is relaxed. Under all others that run random programs, such as
/// `tc::estimate`, it is drawn as `flip`, and its gradient comes from the score.
///
/// Errors   argument_error unless 0 <= p <= 1; error outside of an estimate
template <class Probability>
  requires detail::scalar_operand<Probability>
auto bernoulli(const Probability& p, control_site site = {}) {
  using Number = detail::drawn_number<Probability, Probability>;
  auto& drawn = detail::sampler_in_use("bernoulli");
  const auto q = detail::parameter_of(p);
  TC_CHECK(q.value() >= 0 && q.value() <= 1, argument_error,
           "bernoulli: the probability must be in [0, 1], got {}", q.value());
  if (drawn.relaxation) return detail::draw_relaxed_bit<Number>(drawn, q, site);
  return Number(flip(q, site) ? 1.0 : 0.0);
}

/// Draws an outcome i with probability `probabilities[i]`, and returns one number for each
/// probability: 1 for the outcome, 0 for the others. They are variables if the probabilities are.
/// The result is an array for an array, an Eigen vector for an Eigen vector, else a std::vector.
/// It is drawn as `categorical`, and relaxed where `bernoulli` is.
///
/// Errors   argument_error if there are no probabilities, one is negative, or they do not sum to 1
///          within 1e-6; error outside of an estimate
template <class Probabilities>
auto one_hot(const Probabilities& probabilities, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("one_hot");
  const auto count = static_cast<std::size_t>(std::size(probabilities));
  TC_CHECK(count > 0, argument_error, "one_hot: there are no probabilities");
  std::vector<var> p;
  std::vector<double> numbers;
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    p.push_back(detail::parameter_of(probabilities[static_cast<Eigen::Index>(i)]));
    numbers.push_back(p[i].value());
    TC_CHECK(numbers[i] >= 0, argument_error,
             "one_hot: probability {} is {}; it must not be negative", i, numbers[i]);
    total += numbers[i];
  }
  TC_CHECK(std::abs(total - 1) <= 1e-6, argument_error,
           "one_hot: the probabilities sum to {}, not to 1", total);
  auto made = detail::numbers_like(probabilities);
  using Number = std::remove_cvref_t<decltype(made[0])>;
  const auto outcomes = drawn.relaxation
                            ? detail::draw_relaxed_outcomes(drawn, p, numbers, site)
                            : detail::certain_outcome(count, detail::draw_categorical(p, site));
  if constexpr (detail::expression<Number>) {
    if (!outcomes.slopes.empty()) {
      // For s = softmax(y), ds_i = s_i (dy_i - sum_j s_j dy_j). `change(i)` has the value 0 and the
      // derivatives of dy_i.
      const auto change = [&](std::size_t i) { return outcomes.slopes[i] * (p[i] - numbers[i]); };
      Number mean_change = 0;
      for (std::size_t i = 0; i < count; ++i) mean_change += outcomes.values[i] * change(i);
      for (std::size_t i = 0; i < count; ++i)
        made[static_cast<Eigen::Index>(i)] =
            outcomes.values[i] + outcomes.values[i] * (change(i) - mean_change);
      return made;
    }
  }
  for (std::size_t i = 0; i < count; ++i)
    made[static_cast<Eigen::Index>(i)] = static_cast<Number>(outcomes.values[i]);
  return made;
}

}  // namespace tc
