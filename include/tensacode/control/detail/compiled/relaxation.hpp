// tensacode/control/detail/compiled/relaxation.hpp -- the functions that
// control/detail/relaxation.hpp declares. Layer 3. Compiled once into the library, or in each file
// of a header-only program. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE relaxed_outcomes relax_times(const std::vector<double>& e, const std::vector<double>& p,
                                       double shift, std::size_t given, double temperature) {
  relaxed_outcomes made;
  auto& [values, slopes] = made;
  values.resize(p.size());
  slopes.resize(p.size());
  std::vector<double> times(p.size());  // logarithms of the times
  double first = HUGE_VAL;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!is_possible(p[i])) continue;
    times[i] = i == given ? std::log(shift) : std::log((shift * p[i] + e[i]) / p[i]);
    slopes[i] = i == given ? 0 : e[i] / ((shift * p[i] + e[i]) * p[i] * temperature);
    first = std::min(first, times[i]);
  }
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (is_possible(p[i])) sum += values[i] = std::exp((first - times[i]) / temperature);
  for (double& value : values) value /= sum;
  return made;
}

TC_INLINE relaxed_outcomes relax_outcomes(const std::vector<double>& e,
                                          const std::vector<double>& p, double temperature) {
  return relax_times(e, p, 0, p.size(), temperature);
}

TC_INLINE relaxed_outcomes relax_given_outcome(const std::vector<double>& e,
                                               const std::vector<double>& p, std::size_t outcome,
                                               double temperature) {
  return relax_times(e, p, e[outcome], outcome, temperature);
}

TC_INLINE void relaxation::begin(draws run) {
  how = run;
  stream = random_stream{key};
  next = 0;
  log_probabilities.clear();
  if (run == draws::relaxed) met.clear();
}

TC_INLINE std::string relaxation::name_of(const control_site& site) {
  site_record named;
  named.site = site;
  return named.name();
}

TC_INLINE void relaxation::throw_dependent(const std::string& place) {
  throw argument_error(
      format("rebar: at {}, probabilities or the number of draws depend on draws before: they "
             "are not the same where those are relaxed. It takes draws that do not depend on "
             "each other. Fix: use tc::estimate",
             place));
}

}  // namespace tc::detail
