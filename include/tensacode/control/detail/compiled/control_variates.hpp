// tensacode/control/detail/compiled/control_variates.hpp -- the functions that
// control/detail/control_variates.hpp declares. Layer 3. Compiled once into the library, or in each
// file of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE martingale_regression::martingale_regression(fit_columns columns,
                                                       const std::vector<sample_record>& samples,
                                                       std::vector<std::size_t> chosen)
    : chosen_(std::move(chosen)) {
  const auto width = static_cast<Eigen::Index>(columns.count());
  const auto count = static_cast<Eigen::Index>(chosen_.size());
  centred_.resize(width, count);
  for (Eigen::Index j = 0; j < count; ++j)
    centred_.col(j) = row_of(columns, samples[chosen_[static_cast<std::size_t>(j)]]);
  mean_ = centred_.rowwise().mean();
  centred_.colwise() -= mean_;
  matrix products = centred_ * centred_.transpose();
  scale_.resize(width);
  // A column that is constant over the samples up to rounding explains nothing, so it gets the
  // weight 0.
  for (Eigen::Index c = 0; c < width; ++c) {
    const double rounding = 1e-20 * static_cast<double>(count) * mean_(c) * mean_(c);
    scale_(c) = products(c, c) > rounding ? 1 / std::sqrt(products(c, c)) : 0;
  }
  products = (scale_.asDiagonal() * products * scale_.asDiagonal()).eval();
  products.diagonal().array() += ridge;
  factor_ = cholesky(products);
}

TC_INLINE martingale_regression::matrix martingale_regression::cholesky(const matrix& a) {
  matrix lower = matrix::Zero(a.rows(), a.cols());
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    const auto known = lower.row(j).head(j);
    lower(j, j) = std::sqrt(a(j, j) - known.squaredNorm());
    for (Eigen::Index i = j + 1; i < a.rows(); ++i)
      lower(i, j) = (a(i, j) - lower.row(i).head(j).dot(known)) / lower(j, j);
  }
  return lower;
}

TC_INLINE std::vector<std::size_t> samples_of(std::size_t count, unsigned fold_mask) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i)
    if (fold_mask >> (i % folds) & 1U) chosen.push_back(i);
  return chosen;
}

TC_INLINE control_variates::control_variates(const std::vector<sample_record>& samples,
                                             std::size_t channels, bool by_score)
    : samples_(samples), two_stages_(samples.size() >= 32), by_score_(by_score) {
  const std::size_t count = samples.size();
  columns_ = columns_for(two_stages_ ? count / 2 : count * 3 / 4, channels, by_score);
  if (columns_.count() == 0) return;
  for (unsigned k = 0; k < folds; ++k) {
    const unsigned mask = two_stages_ ? bit(k + 1) | bit(k + 2) : 15U & ~bit(k);
    const martingale_regression regression(columns_, samples, samples_of(count, mask));
    martingale_fit& fit = fits_[k];
    const auto weights = regression.fit([&](std::size_t i) { return samples[i].value; }, fit.mean);
    fit.weights.resize(channels);
    for (std::size_t c = 0; c < columns_.channels; ++c)
      for (std::size_t f = 0; f < columns_.features; ++f)
        fit.weights[c][f] = weights(static_cast<Eigen::Index>(c * columns_.features + f));
  }
}

TC_INLINE std::pair<const martingale_fit*, double> control_variates::fit_of(
    std::size_t i, std::size_t which) const {
  const martingale_fit& fit = fits_[(i + which) % folds];
  double residual = samples_[i].value - fit.mean;
  for (std::size_t c = 0; c < columns_.channels; ++c)
    for (std::size_t k = 0; k < columns_.features; ++k)
      residual -= fit.weights[c][k] * samples_[i].martingales[c][k];
  return {&fit, residual};
}

TC_INLINE void control_variates::take_from(std::vector<double>& rows,
                                           const std::vector<double>& training,
                                           std::size_t width) const {
  const std::size_t count = samples_.size();
  const fit_columns columns = columns_for(count / 4, samples_[0].martingales.size(), by_score_);
  if (columns.count() == 0) return;
  for (unsigned k = 0; k < folds; ++k) {
    const martingale_regression regression(columns, samples_, samples_of(count, bit(k + 3)));
    for (std::size_t p = 0; p < width; ++p) {
      double unused = 0;
      const auto weights =
          regression.fit([&](std::size_t i) { return training[i * width + p]; }, unused);
      for (std::size_t i = k; i < count; i += folds)
        rows[i * width + p] -= weights.dot(martingale_regression::row_of(columns, samples_[i]));
    }
  }
}

}  // namespace tc::detail
