// tensacode/control/detail/control_variates.hpp -- what takes variance out of the score function.
// Layer 3. The samples are cut in folds; the values of those of one fold are fitted on others by
// m + beta M, where M sums increments of mean zero over the choices of a run, each times something
// known before its draw. See expectation.hpp for what is made of the fits, and random_choice.hpp
// for the increments.
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
/// Of the columns' sums of squares, added to each; keeps a fit by few samples small.
inline constexpr double ridge = 0.002;

/// What is known before a draw, as factors of its increments; the most useful first.
inline constexpr std::size_t most_features = 8;
inline std::array<double, most_features> features_of(const choice_increment& c) {
  const double a = c.parameter;
  return {1, a, c.sum, c.draws, a * a, c.sum * a, c.draws * a, c.sum * c.sum};
}

/// What is known of a sample once it has run.
struct sample_record {
  double value = 0;
  /// Sums of increments times features, by channel.
  std::vector<std::array<double, most_features>> martingales;
};

/// A fit of the values by martingales on the samples outside of a fold.
struct martingale_fit {
  double mean = 0;
  std::vector<std::array<double, most_features>> weights;  // by channel
};

/// The columns of a fit: which features of which channels, as many as the samples bear. The
/// polynomials of normal draws grow in the tails, which few samples have seen: they need more.
struct fit_columns {
  std::size_t channels = 0, features = 0;
  std::size_t count() const { return channels * features; }
};
inline fit_columns columns_for(std::size_t samples, std::size_t channels, bool by_score) {
  const std::size_t most = std::min<std::size_t>(samples / (by_score ? 8 : 4), 48);
  if (channels == 0 || most == 0) return {};
  return {std::min(channels, most), std::clamp<std::size_t>(most / channels, 1, most_features)};
}

/// Regression of targets on the columns over some samples, by ridge on standardised columns.
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

  /// The weights for `target(i)`, i a sample; `mean` becomes the fit's value at M = 0. The weights
  /// are 0 if they explain no more than as many random columns would.
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
  /// The lower factor. Eigen/Cholesky would bring Eigen/Jacobi and Householder into every program
  /// that includes this room; the matrices are small, and the ridge keeps them definite.
  static matrix cholesky(const matrix& a);

  std::vector<std::size_t> chosen_;
  matrix centred_;  // a column for each sample
  vector mean_, scale_;
  matrix factor_;
};

/// The samples of some folds.
std::vector<std::size_t> samples_of(std::size_t count, unsigned fold_mask);

/// What the fits of a block of samples take from the score function's gradient, in two stages. The
/// first fits the values. The second fits the gradients that the first leaves, by the same
/// martingales; it needs a gradient of each sample under the first fit of another fold:
///
///   fold k is evaluated with a first fit on folds k + 1 and k + 2, and a second one on fold k + 3
///   under that first fit
///
/// so that no sample has part in a fit that is applied to it, and both are unbiased. Blocks of few
/// samples have only the first stage, on all other folds.
class control_variates {
 public:
  /// `channels` as in the records of all samples; `by_score`: continuous draws are among them.
  control_variates(const std::vector<sample_record>& samples, std::size_t channels, bool by_score);

  bool empty() const { return columns_.count() == 0; }
  std::size_t stages() const { return two_stages_ && !empty() ? 2 : 1; }
  /// The fit and the residual of a sample for its own gradient (0), and for training (1).
  std::pair<const martingale_fit*, double> fit_of(std::size_t i, std::size_t which) const;
  /// The second stage: `training` are the gradients under the fits (1), which `rows` are cleared
  /// by.
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
