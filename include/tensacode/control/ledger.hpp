// tensacode/control/ledger.hpp -- what happened at each branch and loop of a program.
// Layer 3. While a `ledger_scope` lives, sites of this thread, and of the threads that
// `tc::estimate` uses, are counted in its ledger, in an order that does not depend on the threads.
// ledger_report.hpp prints it.
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

/// What is counted of one site. `Lazy`: see core/deferred.hpp.
struct site_record {
  control_site site;
  const char* construct = "";  ///< "if_", "while_", ...

  std::size_t visits = 0;
  std::size_t hard_visits = 0;  ///< of those, decided one way without a weight
  std::size_t dropped = 0;      ///< sides that threw, and counted for nothing
  double weight_sum = 0;        ///< of "true", of going on, or of the likeliest case
  double entropy_sum = 0;       ///< in nats
  double gap_sum = 0;           ///< distance of the relaxed result from the hard one, per visit
  double margin_sum = 0, margin_squares = 0;
  double truncation_bound = 0;  ///< largest of the loops that were cut
  std::size_t sweeps = 0;       ///< how often a derivative by the weight came back
  double derivative_sum = 0, derivative_squares = 0;
  static constexpr std::size_t bins = 20;
  std::array<std::size_t, bins> weights{};  ///< histogram of the weight over [0, 1]

  double mean_weight() const { return ratio(weight_sum, visits); }
  double mean_entropy() const { return ratio(entropy_sum, visits); }
  double mean_gap() const { return ratio(gap_sum, visits); }
  /// Standard deviation of the margins, in their units.
  double margin_spread() const { return deviation(margin_sum, margin_squares, visits); }
  double mean_derivative() const { return ratio(derivative_sum, sweeps); }
  /// Variance of the result's derivative by the weight, over visits and sweeps.
  double derivative_variance() const;
  std::string name() const;

 private:
  static double ratio(double sum, std::size_t n) { return n ? sum / static_cast<double>(n) : 0; }
  static double deviation(double sum, double squares, std::size_t n);
};

/// The records of all sites, in the order in which they were first visited.
class ledger {
 public:
  const std::vector<site_record>& sites() const { return sites_; }
  void clear() { sites_.clear(); }

  /// The record of a site; made at its first visit.
  site_record& at(const control_site& site, const char* construct) {
    for (auto& known : sites_)
      if (is_one(known.site, site)) return known;
    sites_.emplace_back();
    sites_.back().site = site;
    sites_.back().construct = construct;
    return sites_.back();
  }
  /// Adds what another ledger counted.
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

/// While it lives, sites of this thread are counted in the ledger, which must outlive it.
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
  double factor = 0.97;          ///< of the last temperature
  double least_of_spread = 0.3;  ///< the temperature stays at this many spreads of the margins
};

/// The estimator with its temperature lowered, but not below a part of the spread that the ledger
/// saw in the margins: a gate much narrower than what it decides passes no gradient any more. The
/// least spread over the sites that have one counts; without any the temperature falls freely.
estimator anneal(const ledger& book, estimator e, anneal_options options = {});

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/control/compiled/ledger.hpp>
#endif
