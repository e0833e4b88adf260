// tensacode/control/detail/compiled/rebar_shard.hpp -- the functions that
// control/detail/rebar_shard.hpp declares. Layer 3. Compiled once into the library, or in each file
// of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/rebar_shard.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::array<rebar_weights, folds> rebar_fit::weights() const {
  std::array<rebar_weights, folds> fitted;
  for (std::size_t k = 0; k < folds; ++k) fitted[k] = folds_[k].fit();
  return fitted;
}

TC_INLINE double rebar_fit::variance_under_mean() const {
  double sum = 0, all = 0, freedom = 0;
  for (const auto& fold : folds_) {
    sum += fold.squares_under_mean();
    all += fold.centred(0, 0);
    freedom += fold.freedom;
  }
  return sum > 1e-12 * all ? sum / freedom : 0;
}

TC_INLINE double rebar_fit::other_folds::squares_under_mean() const {
  const double m = mean();
  return centred(0, 0) - m * (2 * centred(0, 1) - m * centred(1, 1));
}

TC_INLINE rebar_weights rebar_fit::other_folds::fit() const {
  const double m = mean();
  const rebar_weights made{-m, 0};
  if (freedom < 4) return made;
  // Regress F - m S, so that the shrinkage applies to the correction and not to the mean.
  constexpr double shrinkage = 1e-6;
  const double ss = centred(1, 1), sc = centred(1, 2), cc = centred(2, 2);
  const double fs = centred(0, 1) - m * ss, fc = centred(0, 2) - m * sc;
  const double ff = squares_under_mean();
  const double a = ss * (1 + shrinkage), d = cc * (1 + shrinkage), determinant = a * d - sc * sc;
  if (!(determinant > 0)) return made;
  const double c = (sc * fc - d * fs) / determinant, eta = (sc * fs - a * fc) / determinant;
  const double after = ff + c * (2 * fs + c * ss) + eta * (2 * fc + eta * cc) + 2 * c * eta * sc;
  // Reject a fit that explains no more than two random columns would.
  if (!(after * freedom < ff * (freedom - 2))) return made;
  return {c - m, eta};
}

}  // namespace tc::detail
