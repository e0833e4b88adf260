// tensacode/learn/compiled/metrics.hpp -- the functions that learn/metrics.hpp declares.
// Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/learn/metrics.hpp>

namespace tc {

TC_INLINE const field_report& report::operator[](std::string_view path) const {
  for (const auto& field : fields)
    if (field.path == path) return field;
  throw argument_error(format("report: no output field '{}'", path));
}

TC_INLINE double area_under_roc(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  double rank_sum = 0, positives = 0;
  for (std::size_t i = 0; i < scored.size();) {
    std::size_t j = i;
    double tied_positives = 0;
    for (; j < scored.size() && scored[j].first == scored[i].first; ++j)
      tied_positives += scored[j].second ? 1 : 0;
    rank_sum += tied_positives * (static_cast<double>(i + 1 + j) / 2);
    positives += tied_positives;
    i = j;
  }
  const double negatives = static_cast<double>(scored.size()) - positives;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace tc

namespace tc::detail {

TC_INLINE void field_meter::add(const leaf_belief& belief, const columns& target) {
  node_ = belief.node;
  const auto n = static_cast<Eigen::Index>(target.instances);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    if (node_->kind == node_kind::category) {
      const auto classes = belief.probabilities.rows();
      const Eigen::Index truth =
          target.indices[row] < 0 ? classes - 1 : Eigen::Index{target.indices[row]};
      if (target.indices[row] < 0 && !node_->absent_allowed) continue;
      const auto p = belief.probabilities.col(i);
      const auto choice = most_likely(p);
      right_ += choice == truth ? 1 : 0;
      log_loss_ -= std::log(std::max(p(truth), 1e-300));
      confidence_.emplace_back(p(choice), choice == truth);
      if (classes == 2) scored_.emplace_back(p(1), truth == 1);
      ++rows_;
    } else if (!std::isnan(target.numbers[row])) {
      const double y = target.numbers[row];
      const double residual = y - belief.mean[row];
      const double s = belief.deviation[row];
      absolute_ += std::abs(residual);
      squares_ += residual * residual;
      log_loss_ +=
          std::log(s) + residual * residual / (2 * s * s) + 0.5 * std::log(2 * std::numbers::pi);
      ++rows_;
      // Welford 1962: squares about the mean, which no large mean swamps.
      const double step = y - mean_;
      mean_ += step / static_cast<double>(rows_);
      variation_ += step * (y - mean_);
    }
  }
}

TC_INLINE field_report field_meter::summary() const {
  field_report result;
  result.path = node_->path;
  result.kind = node_->kind;
  result.rows = rows_;
  if (rows_ == 0) return result;
  const auto n = static_cast<double>(rows_);
  result.log_loss = log_loss_ / n;
  if (node_->kind == node_kind::category) {
    result.accuracy = right_ / n;
    result.calibration_error = expected_calibration_error();
    if (!scored_.empty()) result.auc = area_under_roc(scored_);
  } else {
    result.rmse = std::sqrt(squares_ / n);
    result.mae = absolute_ / n;
    if (variation_ > 0) result.r2 = 1 - squares_ / variation_;
  }
  return result;
}

TC_INLINE double field_meter::expected_calibration_error() const {
  auto sorted = confidence_;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::size_t bins = std::min<std::size_t>(15, sorted.size());
  double error = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t begin = sorted.size() * b / bins, end = sorted.size() * (b + 1) / bins;
    double difference = 0;
    for (std::size_t i = begin; i < end; ++i)
      difference += sorted[i].first - (sorted[i].second ? 1.0 : 0.0);
    error += std::abs(difference);
  }
  return error / static_cast<double>(sorted.size());
}

TC_INLINE std::string fixed_digits(double x, int digits) {
  if (std::isnan(x)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, x);
  return text;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE std::string report::to_text() const {
  using row_texts = std::vector<std::string>;
  std::vector<row_texts> table{
      {"field", "rows", "accuracy", "AUC", "log-loss", "calibration", "RMSE", "MAE", "R2"}};
  for (const auto& f : fields)
    table.push_back({f.path, format("{}", f.rows), detail::fixed_digits(f.accuracy, 4),
                     detail::fixed_digits(f.auc, 4), detail::fixed_digits(f.log_loss, 4),
                     detail::fixed_digits(f.calibration_error, 4), detail::fixed_digits(f.rmse, 4),
                     detail::fixed_digits(f.mae, 4), detail::fixed_digits(f.r2, 4)});
  std::vector<std::size_t> widths(table[0].size());
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      text += i == 0 ? row[i] + padding : "  " + padding + row[i];
    }
    text += '\n';
  }
  return text;
}

}  // namespace tc
