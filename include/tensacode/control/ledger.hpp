// tensacode/control/ledger.hpp -- statistics of every branch and loop of a program.
// Layer 3. While a `ledger_scope` exists, its ledger counts the visits of all sites on this thread
// and on the threads that `tc::estimate` uses. The numbers do not depend on the number of threads.
// ledger_report.hpp prints a ledger.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc {

/// The counts of one site.
struct site_record {
  control_site site;
  const char* construct = "";  ///< "if_", "while_", ...

  std::size_t visits = 0;
  std::size_t hard_visits = 0;  ///< visits that were decided one way, without a weight
  std::size_t dropped = 0;      ///< sides that threw and were ignored
  double weight_sum = 0;        ///< weight of "true", of going on, or of the likeliest case
  double entropy_sum = 0;       ///< in nats
  double gap_sum = 0;           ///< distance of the relaxed result from the hard one, per visit
  double margin_sum = 0, margin_squares = 0;
  double truncation_bound = 0;  ///< the largest `loop_report::truncation_bound`
  std::size_t sweeps = 0;       ///< how often a sweep passed the weight
  double derivative_sum = 0, derivative_squares = 0;
  static constexpr std::size_t bins = 20;
  std::array<std::size_t, bins> weights{};  ///< histogram of the weight over [0, 1]

  double mean_weight() const { return ratio(weight_sum, visits); }
  double mean_entropy() const { return ratio(entropy_sum, visits); }
  double mean_gap() const { return ratio(gap_sum, visits); }
  /// Standard deviation of the margins, in the units of what is compared.
  double margin_spread() const { return deviation(margin_sum, margin_squares, visits); }
  double mean_derivative() const { return ratio(derivative_sum, sweeps); }
  /// Variance of the derivative of the result with respect to the weight.
  double derivative_variance() const;
  std::string name() const;

 private:
  static double ratio(double sum, std::size_t n) { return n ? sum / static_cast<double>(n) : 0; }
  static double deviation(double sum, double squares, std::size_t n);
};

/// The records of all sites, in the order of their first visits.
class ledger {
 public:
  const std::vector<site_record>& sites() const { return sites_; }
  void clear() { sites_.clear(); }

  /// The record of a site. The first call for a site adds it.
  site_record& at(const control_site& site, const char* construct) {
    for (auto& known : sites_)
      if (is_one(known.site, site)) return known;
    sites_.emplace_back();
    sites_.back().site = site;
    sites_.back().construct = construct;
    return sites_.back();
  }
  /// Adds the counts of another ledger.
  void add(const ledger& other) {
    for (const auto& from : other.sites_) {
      auto& to = at(from.site, from.construct);
      to.visits += from.visits;
      to.hard_visits += from.hard_visits;
      to.dropped += from.dropped;
      to.weight_sum += from.weight_sum;
      to.entropy_sum += from.entropy_sum;
      to.gap_sum += from.gap_sum;
      to.margin_sum += from.margin_sum;
      to.margin_squares += from.margin_squares;
      to.truncation_bound = std::max(to.truncation_bound, from.truncation_bound);
      to.sweeps += from.sweeps;
      to.derivative_sum += from.derivative_sum;
      to.derivative_squares += from.derivative_squares;
      for (std::size_t i = 0; i < site_record::bins; ++i) to.weights[i] += from.weights[i];
    }
  }

 private:
  static bool is_one(const control_site& a, const control_site& b) {
    if (a.label || b.label)
      return a.label && b.label && std::string_view(a.label) == std::string_view(b.label);
    return a.where.line() == b.where.line() && a.where.column() == b.where.column() &&
           (a.where.file_name() == b.where.file_name() ||
            std::string_view(a.where.file_name()) == std::string_view(b.where.file_name()));
  }
  std::vector<site_record> sites_;
};

namespace detail {

inline constinit thread_local ledger* current_ledger = nullptr;

inline ledger* ledger_in_use() { return current_ledger; }

}  // namespace detail

/// While it exists, `book` counts the visits of this thread's sites. The ledger must outlive it.
class ledger_scope {
 public:
  explicit ledger_scope(ledger& book) : enclosing_(std::exchange(detail::current_ledger, &book)) {}
  ledger_scope(const ledger_scope&) = delete;
  ledger_scope& operator=(const ledger_scope&) = delete;
  ~ledger_scope() { detail::current_ledger = enclosing_; }

 private:
  ledger* enclosing_;
};

/// How `anneal` lowers a temperature.
struct anneal_options {
  double factor = 0.97;          ///< each call multiplies the temperature by this
  double least_of_spread = 0.3;  ///< lowest temperature, as a multiple of the margins' spread
};

/// Returns the estimator with a lower temperature: times `factor`, but not below `least_of_spread`
/// times the spread (standard deviation) of the margins. A gate much narrower than the margins it
/// decides on would pass no gradient. The smallest spread of all sites counts; sites without one
/// set no limit.
estimator anneal(const ledger& book, estimator e, anneal_options options = {});

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/control/compiled/ledger.hpp>
#endif
