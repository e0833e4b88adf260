// tensacode/control/random_choice.hpp -- random choices inside a program, and their scores.
// Layer 3. While `tc::estimate` runs a sample, this thread has a sampler (detail/sampler.hpp). It
// holds a random stream for this sample alone, and records every draw. A draw records the logarithm
// of its probability, which gives the score-function gradient (Williams 1992). It also records
// increments: functions of the draw that have mean zero, and the derivatives of their means.
// expectation.hpp makes control variates of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/control/detail/flip.hpp>
#include <tensacode/control/detail/parameter_of.hpp>
#include <tensacode/control/detail/sampler.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/reflect/attributes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// Returns true with probability p. A hard branch may depend on the result: the gradient of an
/// expectation with respect to p comes from the score of the choice.
///
/// Errors   argument_error unless 0 <= p <= 1; error outside of an estimate
template <class Probability>
  requires detail::scalar_operand<Probability>
bool flip(const Probability& p, control_site site = {}) {
  return detail::flip_variable(detail::parameter_of(p), site);
}

namespace detail {

/// The function behind `tc::categorical(probabilities)`. The field attribute `tc::categorical` has
/// the same name, so the call goes through the attribute. Returns i with probability
/// `probabilities[i]`. The probabilities are numbers or variables in a vector, an array, or an
/// Eigen or tensor vector. Gradients come from the score, as for `flip`.
///
/// Errors   argument_error if there are no probabilities, one is negative, or they do not sum to 1
///          within 1e-6; error outside of an estimate
template <class Probabilities>
std::size_t draw_categorical(const Probabilities& probabilities, const control_site& site) {
  auto& drawn = sampler_in_use("categorical");
  const auto count = static_cast<std::size_t>(std::size(probabilities));
  TC_CHECK(count > 0, argument_error, "categorical: there are no probabilities");
  std::vector<var> p;
  p.reserve(count);
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    p.push_back(parameter_of(probabilities[static_cast<Eigen::Index>(i)]));
    TC_CHECK(p[i].value() >= 0, argument_error,
             "categorical: probability {} is {}; it must not be negative", i, p[i].value());
    total += p[i].value();
  }
  TC_CHECK(std::abs(total - 1) <= 1e-6, argument_error,
           "categorical: the probabilities sum to {}, not to 1", total);
  if (drawn.paths) return drawn.paths->choose(p);
  const double u = drawn.stream.uniform() * total;
  std::size_t chosen = 0;
  double below = p[0].value();
  // If rounding leaves u above all partial sums, the last possible outcome is chosen.
  for (std::size_t i = 1; i < count; ++i) {
    if (u >= below && p[i].value() > 0) chosen = i;
    below += p[i].value();
  }
  if (p[chosen].slot()) add_log_probability(drawn, log(p[chosen]));
  const auto first = drawn.channels_of(site, static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i)
    drawn.add(first + static_cast<std::uint32_t>(i), (i == chosen) - p[i].value(), p[i].value(),
              p[i].slot());
  drawn.end_of_choice(static_cast<double>(chosen));
  return chosen;
}
template <class Probabilities>
std::size_t call_by_name(flag_attribute<"categorical">, const Probabilities& probabilities,
                         const char* label, std::source_location where) {
  return draw_categorical(probabilities, control_site(label, where));
}

}  // namespace detail

/// Draws a normal number as mean + deviation * noise. The gradient with respect to mean and
/// deviation goes along this path if the program takes no hard branch after the draw. Otherwise the
/// draw is a plain number, and the gradient comes from its score.
///
/// Errors   argument_error unless the deviation is positive; error outside of an estimate
template <class Mean, class Deviation>
  requires detail::scalar_operand<Mean> && detail::scalar_operand<Deviation>
auto normal(const Mean& mean, const Deviation& deviation, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("normal");
  const auto m = detail::parameter_of(mean), s = detail::parameter_of(deviation);
  TC_CHECK(s.value() > 0, argument_error, "normal: the deviation must be positive, got {}",
           s.value());
  drawn.need_stream("normal");
  const double noise = drawn.stream.normal();
  const bool differentiable = m.slot() || s.slot();
  if (differentiable) drawn.draw_continuously();
  const double x = m.value() + s.value() * noise;
  const bool by_score = differentiable && drawn.continuous_by_score;
  // The increments are the first four Hermite polynomials of the noise, scaled to variance 1. Only
  // the means of the first two depend on the mean and the deviation.
  const auto first = drawn.channels_of(site, 4);
  const double n2 = noise * noise;
  var mean_of_first, mean_of_second;
  if (by_score) {
    const auto standardised = (x - m) / s;
    detail::add_log_probability(drawn, -0.5 * standardised * standardised - log(s));
    if (m.slot()) mean_of_first = m / s.value();
    if (s.slot()) mean_of_second = s * (std::numbers::sqrt2 / s.value());
  }
  drawn.add(first, noise, m.value(), mean_of_first.slot());
  drawn.add(first + 1, (n2 - 1) / std::numbers::sqrt2, m.value(), mean_of_second.slot());
  drawn.add(first + 2, noise * (n2 - 3) / std::sqrt(6.0), m.value(), 0);
  drawn.add(first + 3, (n2 * n2 - 6 * n2 + 3) / std::sqrt(24.0), m.value(), 0);
  drawn.end_of_choice(noise);
  using Number = detail::drawn_number<Mean, Deviation>;
  if constexpr (std::is_same_v<Number, var>)
    return by_score ? var(x) : var(m + s * noise);
  else
    return x;
}

/// Draws a number uniformly from [a, b). The gradient with respect to the bounds goes along the
/// path a + (b - a) * u.
///
/// Errors   argument_error unless a <= b, and if the bounds are differentiable and a hard branch
///          follows the draw, since no score exists then; error outside of an estimate
template <class Low, class High>
  requires detail::scalar_operand<Low> && detail::scalar_operand<High>
auto uniform(const Low& a, const High& b, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("uniform");
  const auto low = detail::parameter_of(a), high = detail::parameter_of(b);
  TC_CHECK(low.value() <= high.value(), argument_error, "uniform: the bounds {} and {} are turned",
           low.value(), high.value());
  const bool differentiable = low.slot() || high.slot();
  TC_CHECK(!differentiable || !drawn.continuous_by_score, argument_error,
           "uniform: the bounds are differentiable, and a hard branch follows: where the density "
           "ends depends on them, so that there is no score. Draw from constant bounds, or use a "
           "gate or score_function at the branch");
  drawn.need_stream("uniform");
  if (differentiable) drawn.draw_continuously();
  const double u = drawn.stream.uniform();
  // The increments are the first two Legendre polynomials, scaled to variance 1.
  const auto first = drawn.channels_of(site, 2);
  const double centred = 2 * u - 1;
  drawn.add(first, std::numbers::sqrt3 * centred, low.value(), 0);
  drawn.add(first + 1, std::sqrt(5.0) * 0.5 * (3 * centred * centred - 1), low.value(), 0);
  drawn.end_of_choice(centred);
  using Number = detail::drawn_number<Low, High>;
  if constexpr (std::is_same_v<Number, var>)
    return var(low + (high - low) * u);
  else
    return low.value() + (high.value() - low.value()) * u;
}

/// Draws a Poisson number with mean `rate`. Gradients come from the score, as for `flip`.
///
/// Errors   argument_error unless 0 <= rate < 1e9; error outside of an estimate
template <class Rate>
  requires detail::scalar_operand<Rate>
std::size_t poisson(const Rate& rate, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("poisson");
  const auto r = detail::parameter_of(rate);
  TC_CHECK(r.value() >= 0 && r.value() < 1e9, argument_error,
           "poisson: the rate must be in [0, 1e9), got {}", r.value());
  drawn.need_stream("poisson");
  // The rate is cut into parts of at most 500, and a number is drawn for each by inversion: the sum
  // of independent Poisson numbers is a Poisson number. Beyond a rate of 708, exp(-rate) would
  // underflow.
  std::size_t count = 0;
  for (double rest = r.value(); rest > 0;) {
    const double part = std::min(rest, 500.0);
    rest -= part;
    const double u = drawn.stream.uniform();
    double term = std::exp(-part), below = term;
    for (std::size_t k = 1; u >= below && term > 0; ++k) {
      term *= part / static_cast<double>(k);
      below += term;
      ++count;
    }
  }
  const auto n = static_cast<double>(count);
  if (r.slot()) detail::add_log_probability(drawn, n * log(r) - r);
  const double deviation = std::sqrt(std::max(r.value(), 1e-300));
  var mean;
  if (r.slot()) mean = r / deviation;
  const double increment = (n - r.value()) / deviation;
  drawn.add(drawn.channels_of(site, 1), increment, r.value(), mean.slot());
  drawn.end_of_choice(increment);
  return count;
}

}  // namespace tc
