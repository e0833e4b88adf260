// tensacode/learn/metrics.hpp -- how good predictions are, field by field.
// Layer 5.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/decoder.hpp>
#include <tensacode/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// Metrics of one output field over test rows; NaN where a metric does not apply.
struct field_report {
  std::string path;
  node_kind kind = node_kind::record;
  std::size_t rows = 0;  ///< with a value
  double accuracy = std::numeric_limits<double>::quiet_NaN();
  double auc = std::numeric_limits<double>::quiet_NaN();       ///< of two categories, the second's
  double log_loss = std::numeric_limits<double>::quiet_NaN();  ///< nats a row
  double calibration_error = std::numeric_limits<double>::quiet_NaN();  ///< see below
  double rmse = std::numeric_limits<double>::quiet_NaN();
  double mae = std::numeric_limits<double>::quiet_NaN();
  double r2 = std::numeric_limits<double>::quiet_NaN();
};

/// The metrics of a model: one entry for each output field that all rows have.
struct report {
  std::size_t rows = 0;
  std::vector<field_report> fields;

  const field_report& operator[](std::string_view path) const;
  /// The metrics as a table for people to read.
  std::string to_text() const;
};

/// Area under the ROC curve by ranks (Mann & Whitney 1947), ties counted half; NaN without both
/// classes. `scored` pairs a score with whether the instance is positive.
double area_under_roc(std::vector<std::pair<double, bool>> scored);

namespace detail {

/// Collects the predictions of one output field, batch by batch.
class field_meter {
 public:
  void add(const leaf_belief& belief, const columns& target);

  field_report summary() const;

 private:
  /// Expected calibration error: the mean of |confidence - accuracy| over 15 bins (Naeini et al.
  /// 2015). The bins have equal counts, since a bin of few predictions would be mostly noise.
  double expected_calibration_error() const;

  const codec_node* node_ = nullptr;
  std::size_t rows_ = 0;
  double right_ = 0, log_loss_ = 0, absolute_ = 0, squares_ = 0, mean_ = 0, variation_ = 0;
  std::vector<std::pair<double, bool>> scored_, confidence_;
};

}  // namespace detail

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/metrics.hpp>
#endif
