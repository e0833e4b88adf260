// tensacode/control/expectation.hpp -- expectations of random programs and their gradients.
// Layer 3. The estimated gradient is the sum of the score-function gradient, with control variates,
// and of the derivative along the path of what the program returns. It is unbiased.
//
// The control variates need nothing from the user. The samples are cut into folds. For the samples
// of one fold, the value f is fitted on other folds by m + beta M. M is a martingale: a sum, over
// the draws of a run, of an increment of mean zero times a factor z_t known before the draw
// (Henderson & Glynn 2002, Approximating martingales for variance reduction in Markov process
// simulation). The gradient of sample i is
//   g_i = (f_i - m - beta M_i) d log p(path_i) + sum_t beta z_t dE_t[increment_t] + d f_i
// The middle term gives back the mean of what beta M takes away, since
// E[M d log p] = E[sum_t z_t dE_t]. One sweep computes all three terms: they are its seeds.
// random_choice.hpp defines the increments.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/estimate_as_variable.hpp>
#include <tensacode/control/detail/run_samples.hpp>
#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/estimate_options.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>

#include <type_traits>
#include <utility>

namespace tc {

/// Returns a function that estimates E[program(arguments)] and its gradient with respect to the
/// arguments. It calls the program with variables in place of numbers, as `value_and_grad` does. If
/// the program has few paths, all of them are run, and value and gradient are exact; see
/// `estimate_options::enumerated_paths`.
template <class Program>
auto estimate(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    return detail::run_estimate(program, options, arguments...);
  };
}

/// Returns the function E[program(arguments)]. Called with numbers it returns a number. Called with
/// variables it returns a variable whose derivative is the estimated gradient, so it composes with
/// `tc::grad`.
template <class Program>
auto expectation(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...)) {
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_estimate(program, options, plain...); },
          arguments...);
    } else {
      return detail::run_estimate(program, options, arguments...).value;
    }
  };
}

}  // namespace tc
