// tensacode/control/loop_options.hpp -- the options of `while_` and `for_`, and what they report.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>

#include <cstddef>
#include <optional>

namespace tc {

/// What a loop under `gate` did. `while_` fills the report that `while_options::report` points to.
struct loop_report {
  std::size_t iterations = 0;  ///< how often the body ran
  double survival = 0;         ///< probability that the loop still runs when it is cut
  /// Upper bound on the error that the cut causes in any number of the state. It extrapolates the
  /// survival and the change of the state in the last round by their last rates. So it holds if,
  /// after the cut, the probability of going on does not rise and changes do not grow faster.
  double truncation_bound = 0;
};

struct while_options {
  /// More iterations than this throw `loop_bound_reached`. With 0, a hard loop has no bound, and a
  /// loop under `gate` has a bound of 10^7, since a gate can turn a loop that ends into one that
  /// goes on with a tiny probability forever.
  std::size_t max_iterations = 0;
  std::optional<estimator> how = {};  ///< empty: the estimator of the enclosing scope
  /// If positive, a hard loop is not recorded whole. It keeps at most this many states, and the
  /// reverse sweep computes the rounds between them again. 0 records the whole loop.
  std::size_t snapshots = 0;
  loop_report* report = nullptr;  ///< filled by a loop under `gate`
};

struct for_options {
  std::size_t snapshots = 0;  ///< see `while_options`
};

}  // namespace tc
