// tensacode/control/concrete.hpp -- the gradient of a program whose discrete draws are relaxed.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/bernoulli.hpp>
#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/control/expectation.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {

struct concrete_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  double temperature = 0.5;   ///< positive; a smaller one gives less bias and more variance
};

namespace detail {

template <class Program, class... Arguments>
auto run_concrete(const Program& program, const concrete_options& options,
                  const Arguments&... arguments) {
  TC_CHECK(options.samples >= 2, argument_error,
           "concrete: at least 2 samples are needed for an error, got {}", options.samples);
  TC_CHECK(options.temperature > 0, argument_error,
           "concrete: the temperature must be positive, got {}", options.temperature);
  const std::tuple<Arguments...> point{arguments...};
  relaxation relaxed;
  relaxed.temperature = options.temperature;
  estimate_options as_estimate;
  as_estimate.samples = options.samples;
  as_estimate.seed = options.seed;
  std::size_t evaluations = 0;
  auto estimate = run_samples(program, as_estimate, false, evaluations, point, &relaxed);
  if (!estimate) estimate = run_samples(program, as_estimate, true, evaluations, point, &relaxed);
  estimate->evaluations = evaluations;
  return *std::move(estimate);
}

}  // namespace detail

/// Returns a function that estimates the expectation of the relaxed program, and its gradient with
/// respect to the arguments. In the relaxed program `bernoulli(p)` is
/// sigmoid((logit p + logit u) / temperature), where u is uniform, and `one_hot(p)` is
/// softmax((log p + Gumbel numbers) / temperature). The gradient goes along the path through them.
/// Other draws are made as under `tc::estimate`.
///
/// Value and gradient are unbiased for the relaxed program, and biased for the program itself. As
/// the temperature falls, the value approaches that of the program, and the variance of the
/// gradient grows as the inverse of the temperature. A draw whose probability is 0 or 1 is certain,
/// and passes no gradient.
///
/// The function returns what `tc::estimate` returns. Called with variables it returns a variable
/// whose derivative is the estimated gradient.
///
/// Errors   argument_error for fewer than 2 samples, a temperature that is not positive, and a
///          program that takes a hard branch after a relaxed draw. A branch on the plain value of a
///          draw (`tc::value`) is not noticed, and passes no gradient
/// Cost     a run and two sweeps for each sample
template <class Program>
auto concrete(Program program, concrete_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...))
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_concrete(program, options, plain...); },
          arguments...);
    else
      return detail::run_concrete(program, options, arguments...);
  };
}

}  // namespace tc
