// tensacode/control/detail/control_variates.hpp -- control variates that reduce the variance of the
// score function.
// Layer 3. The samples are cut into folds. For the samples of one fold, the program's value is
// fitted on other folds by m + beta M. M is a sum over the choices of a run: each term is an
// increment of mean zero times something that was known before its draw. expectation.hpp uses the
// fits, and random_choice.hpp makes the increments.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace tc::detail {

inline constexpr std::size_t folds = 4;
/// The ridge, relative to the sum of squares of each column. It keeps the weights of a fit on few
/// samples small.
inline constexpr double ridge = 0.002;

/// The factors of an increment, all known before its draw. The most useful come first.
inline constexpr std::size_t most_features = 8;
inline std::array<double, most_features> features_of(const choice_increment& c) {
  const double a = c.parameter;
  return {1, a, c.sum, c.draws, a * a, c.sum * a, c.draws * a, c.sum * c.sum};
}

/// What is kept of a sample after its run.
struct sample_record {
  double value = 0;
  /// The sum of increments times features, for each channel.
  std::vector<std::array<double, most_features>> martingales;
};

/// The fit of the program's value by the martingales, made on samples of other folds.
struct martingale_fit {
  double mean = 0;
  std::vector<std::array<double, most_features>> weights;  // one entry per channel
};

/// The columns of a fit: the first `features` features of the first `channels` channels.
struct fit_columns {
  std::size_t channels = 0, features = 0;
  std::size_t count() const { return channels * features; }
};
/// As many columns as that number of samples can fit: one for every 4 samples, at most 48. If
/// continuous draws are scored it is one for every 8, since their polynomials grow in the tails,
/// which few samples reach.
inline fit_columns columns_for(std::size_t samples, std::size_t channels, bool by_score) {
  const std::size_t most = std::min<std::size_t>(samples / (by_score ? 8 : 4), 48);
  if (channels == 0 || most == 0) return {};
  return {std::min(channels, most), std::clamp<std::size_t>(most / channels, 1, most_features)};
}

/// Ridge regression of targets on the standardised columns, over some of the samples.
class martingale_regression {
 public:
  using vector = Eigen::Matrix<double, Eigen::Dynamic, 1>;
  using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

  martingale_regression(fit_columns columns, const std::vector<sample_record>& samples,
                        std::vector<std::size_t> chosen);

  static vector row_of(fit_columns columns, const sample_record& s) {
    vector row(static_cast<Eigen::Index>(columns.count()));
    for (std::size_t c = 0; c < columns.channels; ++c)
      for (std::size_t k = 0; k < columns.features; ++k)
        row(static_cast<Eigen::Index>(c * columns.features + k)) = s.martingales[c][k];
    return row;
  }

  /// The weights that fit `target(i)`, where i is a sample. `mean` is set to the value of the fit
  /// at M = 0. All weights are 0 if they explain no more than as many random columns would.
  template <class Target>
  vector fit(const Target& target, double& mean) const {
    vector y(centred_.cols());
    for (Eigen::Index j = 0; j < y.size(); ++j) y(j) = target(chosen_[static_cast<std::size_t>(j)]);
    mean = y.mean();
    y.array() -= mean;
    const vector right = scale_.asDiagonal() * (centred_ * y);
    const auto lower = factor_.template triangularView<Eigen::Lower>();
    vector weights = scale_.asDiagonal() * vector(lower.transpose().solve(lower.solve(right)));
    const double before = y.squaredNorm();
    const double after = (y - centred_.transpose() * weights).squaredNorm();
    const auto n = static_cast<double>(y.size()), k = static_cast<double>(weights.size());
    if (!(after * (n - 1) < before * (n - 1 - k))) weights.setZero();
    mean -= weights.dot(mean_);
    return weights;
  }

 private:
  /// The lower Cholesky factor. It is written here because Eigen/Cholesky would bring Eigen/Jacobi
  /// and Eigen/Householder into every program that includes this folder. The matrices are small,
  /// and the ridge keeps them positive definite.
  static matrix cholesky(const matrix& a);

  std::vector<std::size_t> chosen_;
  matrix centred_;  // a column for each sample
  vector mean_, scale_;
  matrix factor_;
};

/// The indices of the samples whose folds are in the mask.
std::vector<std::size_t> samples_of(std::size_t count, unsigned fold_mask);

/// The control variates of one block of samples, in two stages. The first stage fits the program's
/// values. The second stage fits the gradients that remain, by the same martingales. It needs the
/// gradient of each sample under the first-stage fit of another fold:
///
///   fold k uses a first-stage fit on folds k + 1 and k + 2, and a second-stage fit on fold k + 3
///   whose gradients were computed under the same first-stage fit
///
/// So no sample contributes to a fit that is applied to it, and both stages are unbiased. A block
/// of few samples has only the first stage, fitted on all other folds.
class control_variates {
 public:
  /// `channels` is the number of channels in each record. `by_score` says that continuous draws are
  /// scored.
  control_variates(const std::vector<sample_record>& samples, std::size_t channels, bool by_score);

  bool empty() const { return columns_.count() == 0; }
  std::size_t stages() const { return two_stages_ && !empty() ? 2 : 1; }
  /// The first-stage fit for sample i, and the sample's residual under it. `which` is 0 for the
  /// sample's own gradient, and 1 for the gradient that the second stage is fitted on.
  std::pair<const martingale_fit*, double> fit_of(std::size_t i, std::size_t which) const;
  /// The second stage. It fits the gradients `training`, which were computed with `fit_of(i, 1)`,
  /// and subtracts the fit from the gradients `rows`, which were computed with `fit_of(i, 0)`. Both
  /// have `width` entries per sample.
  void take_from(std::vector<double>& rows, const std::vector<double>& training,
                 std::size_t width) const;

 private:
  static unsigned bit(unsigned fold) { return 1U << (fold % folds); }

  const std::vector<sample_record>& samples_;
  bool two_stages_, by_score_;
  fit_columns columns_;
  std::array<martingale_fit, folds> fits_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/detail/compiled/control_variates.hpp>
#endif
