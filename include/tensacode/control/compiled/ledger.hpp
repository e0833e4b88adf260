// tensacode/control/compiled/ledger.hpp -- the functions that control/ledger.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger.hpp>
#include <tensacode/core/config.hpp>

namespace tc {

TC_INLINE double site_record::derivative_variance() const {
  const double d = deviation(derivative_sum, derivative_squares, sweeps);
  return d * d;
}

TC_INLINE std::string site_record::name() const {
  if (site.label) return site.label;
  std::string_view file = site.where.file_name();
  file.remove_prefix(std::min(file.size(), file.find_last_of('/') + 1));
  return format("{}:{}", file, site.where.line());
}

TC_INLINE double site_record::deviation(double sum, double squares, std::size_t n) {
  if (n < 2) return 0;
  const auto count = static_cast<double>(n);
  return std::sqrt(std::max(0.0, (squares - sum * sum / count) / (count - 1)));
}

TC_INLINE estimator anneal(const ledger& book, estimator e, anneal_options options) {
  double spread = 0;
  for (const auto& site : book.sites())
    if (const double s = site.margin_spread(); s > 0 && (spread == 0 || s < spread)) spread = s;
  const double least = std::min(e.temperature, options.least_of_spread * spread);
  e.temperature = std::max(e.temperature * options.factor, least);
  return e;
}

}  // namespace tc
