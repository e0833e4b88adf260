// tensacode/control/estimator_row.hpp -- the options of `choose_estimator`, and what it measures of
// each estimator.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimate_options.hpp>
#include <tensacode/control/estimator.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tc {

struct choose_options {
  std::size_t samples = 256;   ///< samples for each estimate; even, and at least 4
  std::size_t estimates = 32;  ///< estimates for each estimator, at least 2; they give the variance
  std::uint64_t seed = 1;
  /// 0 measures the program as it is. With a positive temperature the goal is the program whose
  /// comparisons have noise of this scale. Then `gate`, `straight_through` and `score_function` are
  /// measured too, at the sites that name no estimator themselves.
  double temperature = 0;
  tc::kernel kernel = tc::kernel::logistic;
  /// If the program has at most this many paths, all of them are run for an exact reference
  /// gradient. Enumeration is also a candidate if there are no more paths than samples.
  std::size_t max_paths = 4096;
};

/// What was measured of one estimator. Variances, and squares of biases, are summed over the
/// parameters.
struct estimator_row {
  std::string name;
  bool unbiased = true;  ///< whether it is unbiased by construction
  bool applies = true;
  std::string note;  ///< why it does not apply
  /// How to use the estimator: `tc::estimate(program, options)`. If a temperature was given, the
  /// program must also run under `tc::control_scope{estimator}`. The exception is `rebar`, which is
  /// `tc::rebar(program, {.samples = options.samples, .seed = options.seed})`.
  estimate_options options;
  tc::estimator::type sites = tc::estimator::type::hard;
  std::size_t evaluations = 0, sweeps = 0;  ///< for one estimate
  double seconds = 0;                       ///< for one estimate; the choice does not use it
  double bias = 0;      ///< Euclidean distance of the mean gradient from the reference
  double z_score = 0;   ///< the largest bias of a parameter, in standard errors
  double variance = 0;  ///< variance of an estimate, times the number of samples
  double work_normalized_variance = 0;  ///< variance of an estimate, times its runs and sweeps
  /// The squared error of an estimate that may make `samples` evaluations and `samples` sweeps: its
  /// variance plus the squared bias, where what chance adds to the measured bias is subtracted.
  double mean_squared_error = 0;
};

}  // namespace tc
