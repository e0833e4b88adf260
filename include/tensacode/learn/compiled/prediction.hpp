// tensacode/learn/compiled/prediction.hpp -- the functions that learn/prediction.hpp declares.
// Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/learn/prediction.hpp>

namespace tc {

TC_INLINE double field_belief::probability(std::string_view category) const {
  for (std::size_t i = 0; i < categories_.size() && i < probabilities_.size(); ++i)
    if (categories_[i] == category) return probabilities_[i];
  throw argument_error(format("belief: field '{}' has no category '{}'", path(), category));
}

TC_INLINE double field_belief::quantile(double p) const {
  TC_CHECK(p > 0 && p < 1, argument_error, "quantile: {} is not inside (0, 1)", p);
  // Solve Phi(z) = p by bisection: 60 halvings of [-12, 12] leave an error below 1e-16.
  double low = -12, high = 12;
  for (int i = 0; i < 60; ++i) {
    const double z = (low + high) / 2;
    (0.5 * std::erfc(-z / std::numbers::sqrt2) < p ? low : high) = z;
  }
  return mean_ + deviation_ * low;
}

}  // namespace tc
