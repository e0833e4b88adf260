// tensacode/control/estimate_options.hpp -- the options of `tc::estimate` and `tc::expectation`.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace tc {

/// How the variance of the score-function gradient is reduced. All three keep it unbiased.
enum class baseline {
  control_variates,  ///< subtracts a fit made on other folds; see expectation.hpp
  leave_one_out,     ///< subtracts the mean of the other samples (Kool, van Hoof & Welling 2019)
  /// Draws samples in pairs whose flips tend to differ, and takes the gradient from the difference
  /// of their results. If the flips are independent and their number is fixed, this is DisARM
  /// (Dong, Mnih & Tucker 2020); it is unbiased for all other programs too
  /// (detail/antithetic_pair.hpp). Other draws, and flips that only one of the two makes, use the
  /// other sample's result as the baseline. The number of samples must be even and at least 4.
  disarm,
};

struct estimate_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  tc::baseline baseline = tc::baseline::control_variates;
  /// If the program has at most this many paths, and no more than `samples`, every path is run and
  /// the result is exact. 0: the program is always sampled.
  std::size_t enumerated_paths = 16;
};

}  // namespace tc
