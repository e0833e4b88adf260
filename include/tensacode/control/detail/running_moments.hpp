// tensacode/control/detail/running_moments.hpp -- running means and variances.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace tc::detail {

/// The means and the sums of squared deviations of the columns of some rows. Rows are added one by
/// one, or as the moments of other rows (Chan, Golub & LeVeque 1983).
struct running_moments {
  explicit running_moments(std::size_t width) : mean(width), squares(width) {}
  double count = 0;
  std::vector<double> mean, squares;

  void add(const double* row) {
    ++count;
    for (std::size_t p = 0; p < mean.size(); ++p) {
      const double d = row[p] - mean[p];
      mean[p] += d / count;
      squares[p] += d * (row[p] - mean[p]);
    }
  }
  void add(const running_moments& other) {
    const double both = count + other.count;
    for (std::size_t p = 0; p < mean.size(); ++p) {
      const double d = other.mean[p] - mean[p];
      squares[p] += other.squares[p] + d * d * count * other.count / both;
      mean[p] += d * other.count / both;
    }
    count = both;
  }
  /// Standard errors of the means.
  std::vector<double> errors() const {
    std::vector<double> out(mean.size());
    for (std::size_t p = 0; p < out.size(); ++p)
      out[p] = std::sqrt(squares[p] / (count - 1) / count);
    return out;
  }
};

}  // namespace tc::detail
