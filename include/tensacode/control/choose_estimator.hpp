// tensacode/control/choose_estimator.hpp -- measures the gradient estimators of a program, and
// chooses the best.
// Layer 3. Each estimator that applies is measured at the arguments that matter: its bias against
// an unbiased estimator, its variance from seed to seed, and its cost. The best has the least mean
// squared error at a fixed cost. Among unbiased estimators this is the one with the least product
// of variance and cost (Glynn & Whitt 1992, The asymptotic efficiency of simulation estimators).
// Cost is the number of runs and sweeps, not time, so that the choice is the same on every machine.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>
#include <tensacode/control/estimator_row.hpp>
#include <tensacode/control/expectation.hpp>
#include <tensacode/control/relaxed_draws.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

struct estimator_report {
  std::vector<estimator_row> rows;
  estimator_row best;     ///< the row that applies and has the least mean squared error
  std::string reference;  ///< the name of the estimator that biases are measured against
  std::string reason;     ///< why `best` was chosen, in a sentence
  /// How many comparisons of variables a run makes that pass no gradient. Only at temperature 0.
  double hard_comparisons = 0;

  /// The row of that name.
  ///
  /// Errors   argument_error if there is none
  const estimator_row& operator[](std::string_view name) const {
    for (const auto& row : rows)
      if (row.name == name) return row;
    throw argument_error(format("choose_estimator: there is no row '{}'", name));
  }
  /// A text table of all rows, and below it the reason for the choice.
  std::string to_text() const;
};

namespace detail {

/// A program that runs with `sites` as the estimator of the sites that name none themselves. It
/// counts the comparisons that pass no gradient.
template <class Program>
struct program_under {
  const Program& program;
  estimator sites;
  std::atomic<std::size_t>* comparisons;

  template <class X>
  auto operator()(const X& x) const {
    const control_scope scope{sites};
    const std::size_t before = hard_decisions;
    auto result = stored_t<decltype(program(x))>(program(x));
    comparisons->fetch_add(hard_decisions - before, std::memory_order_relaxed);
    return result;
  }
};

/// The mean of the estimates by one estimator, and its standard errors, for each parameter.
struct measured_gradient {
  std::vector<double> mean, errors;
};

/// The number with three digits.
std::string three_digits(double number);

template <class Program, class X>
class estimator_contest {
  using measured = measured_gradient;

 public:
  estimator_contest(const Program& program, const X& x, const choose_options& options)
      : program_(program), x_(x), options_(options) {}

  estimator_report run() {
    using type = estimator::type;
    const bool relaxed = options_.temperature > 0;
    const type draws = relaxed ? type::score_function : type::hard;
    const std::string prefix = relaxed ? "score_function, " : "";
    enumerate(prefix + "enumeration", draws);
    comparisons_ = 0;
    sample(prefix + "control_variates", draws, baseline::control_variates, 0);
    const auto& sampled = report_.rows.back();
    if (!relaxed && sampled.applies)
      report_.hard_comparisons = static_cast<double>(comparisons_) /
                                 static_cast<double>(sampled.evaluations * options_.estimates);
    sample(prefix + "leave_one_out", draws, baseline::leave_one_out, 0);
    sample(prefix + "disarm", draws, baseline::disarm, 0);
    if (!relaxed)
      sample_by("rebar", draws, {}, [&](const auto& program, const estimate_options& options) {
        rebar_options of_rebar;
        of_rebar.samples = options.samples;
        of_rebar.seed = options.seed;
        try {
          return tc::rebar(program, of_rebar)(x_);
        } catch (const tc::error&) {
          throw;
        } catch (const std::exception& raised) {
          throw tc::error(
              format("the program does not run on numbers between 0 and 1: {}", raised.what()));
        }
      });
    if (relaxed) {
      const std::size_t paths = estimate_options{}.enumerated_paths;
      sample("straight_through", type::straight_through, baseline::control_variates, paths);
      sample("gate", type::gate, baseline::control_variates, paths);
      sample("hard", type::hard, baseline::control_variates, paths);
    }
    compare();
    choose();
    return std::move(report_);
  }

 private:
  estimator under(estimator::type how) const {
    estimator e;
    e.how = how;
    e.kernel = options_.kernel;
    if (options_.temperature > 0) e.temperature = options_.temperature;
    return e;
  }
  program_under<Program> at(estimator::type how) { return {program_, under(how), &comparisons_}; }
  estimator_row& add_row(std::string name, estimator::type sites) {
    report_.rows.emplace_back();
    measured_.emplace_back();
    auto& row = report_.rows.back();
    row.name = std::move(name);
    row.sites = sites;
    row.unbiased = options_.temperature == 0 || sites == estimator::type::score_function;
    row.options.samples = options_.samples;
    return row;
  }
  template <class Measure>
  void timed(estimator_row& row, std::size_t times, const Measure& measure) {
    const auto start = std::chrono::steady_clock::now();
    try {
      measure();
    } catch (const tc::error& refused) {
      row.applies = false;
      row.note = refused.what();
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    row.seconds = spent.count() / static_cast<double>(times);
  }

  void enumerate(std::string name, estimator::type sites) {
    auto& row = add_row(std::move(name), sites);
    timed(row, 1, [&] {
      const auto exact =
          tc::enumerate(at(sites), {.max_paths = std::max(options_.max_paths, std::size_t{1})})(x_);
      row.evaluations = exact.evaluations;
      row.sweeps = exact.sweeps;
      auto& of = measured_.back();
      of.mean = flatten(exact.gradient);
      of.errors.assign(of.mean.size(), 0.0);
      row.options.enumerated_paths = exact.evaluations;
    });
    if (row.evaluations > options_.samples) {
      row.applies = false;
      row.note = format("{} paths are more than the {} samples of an estimate", row.evaluations,
                        options_.samples);
    }
  }

  void sample(std::string name, estimator::type sites, baseline how, std::size_t paths) {
    estimate_options options;
    options.baseline = how;
    options.enumerated_paths = paths;
    sample_by(std::move(name), sites, options,
              [&](const auto& program, const estimate_options& seeded) {
                return tc::estimate(program, seeded)(x_);
              });
  }
  /// Measures the estimator `estimate(program, options)`.
  template <class Estimate>
  void sample_by(std::string name, estimator::type sites, estimate_options options_of_row,
                 const Estimate& estimate) {
    auto& row = add_row(std::move(name), sites);
    row.options = options_of_row;
    row.options.samples = options_.samples;
    const std::uint64_t first = options_.seed + report_.rows.size() * options_.estimates;
    timed(row, options_.estimates, [&] {
      std::optional<running_moments> moments;
      std::size_t runs = 0, sweeps = 0;
      for (std::size_t k = 0; k < options_.estimates; ++k) {
        auto options = row.options;
        options.seed = first + k;
        const auto e = estimate(at(sites), options);
        const std::vector<double> gradient = flatten(e.gradient);
        if (!moments) moments.emplace(gradient.size());
        moments->add(gradient.data());
        runs += e.evaluations;
        sweeps += e.sweeps;
      }
      auto& of = measured_.back();
      of.mean = moments->mean;
      of.errors = moments->errors();
      row.evaluations = runs / options_.estimates;
      row.sweeps = sweeps / options_.estimates;
      double variance = 0;  // of an estimate
      for (const double e : of.errors) variance += e * e * static_cast<double>(options_.estimates);
      row.variance = variance * static_cast<double>(options_.samples);
      row.work_normalized_variance = variance * static_cast<double>(row.evaluations + row.sweeps);
    });
    row.options.seed = options_.seed;
  }

  static double squared(const std::vector<double>& numbers) {
    double sum = 0;
    for (const double n : numbers) sum += n * n;
    return sum;
  }
  /// rebar is biased, and does not notice it, if the program branches on `tc::value` of a relaxed
  /// draw. So it is compared with another estimator, and is never the reference itself.
  static bool is_to_be_confirmed(const estimator_row& row) { return row.name == "rebar"; }
  /// Computes the biases. The reference is the unbiased estimator whose mean has the least standard
  /// error.
  void compare() {
    const auto known = [&](std::size_t i) { return !measured_[i].mean.empty(); };
    std::optional<std::size_t> reference;
    for (std::size_t i = 0; i < measured_.size(); ++i)
      if (known(i) && report_.rows[i].unbiased && !is_to_be_confirmed(report_.rows[i]) &&
          (!reference || squared(measured_[i].errors) < squared(measured_[*reference].errors)))
        reference = i;
    if (!reference)
      throw tc::error(format("choose_estimator: no unbiased estimator applies to the program: {}",
                             report_.rows[1].note));
    report_.reference = report_.rows[*reference].name;
    const measured& right = measured_[*reference];
    const auto budget = static_cast<double>(2 * options_.samples);
    for (std::size_t i = 0; i < measured_.size(); ++i) {
      auto& row = report_.rows[i];
      if (!known(i)) continue;
      double squares = 0, by_chance = 0;
      for (std::size_t p = 0; p < right.mean.size(); ++p) {
        const double off = measured_[i].mean[p] - right.mean[p];
        const double error = std::hypot(measured_[i].errors[p], right.errors[p]);
        // A difference that rounding can explain is not a bias.
        const double rounding = 1e-12 * std::abs(right.mean[p]);
        squares += off * off;
        by_chance += error * error;
        if (i != *reference && std::abs(off) > rounding)
          row.z_score = std::max(row.z_score, std::abs(off) / std::max(error, rounding));
      }
      row.bias = std::sqrt(squares);
      if (is_to_be_confirmed(row) && row.z_score > 4) {
        row.unbiased = row.applies = false;
        row.note = format("its gradient is {} standard errors from that of {}",
                          three_digits(row.z_score), report_.reference);
      }
      row.mean_squared_error = row.work_normalized_variance / budget;
      if (!row.unbiased) row.mean_squared_error += std::max(0.0, squares - by_chance);
    }
  }
  void choose() {
    const estimator_row* best = nullptr;
    const estimator_row* next = nullptr;
    for (const auto& row : report_.rows) {
      if (!row.applies) continue;
      if (!best || row.mean_squared_error < best->mean_squared_error)
        next = std::exchange(best, &row);
      else if (!next || row.mean_squared_error < next->mean_squared_error)
        next = &row;
    }
    if (!best) throw tc::error(format("choose_estimator: {}", report_.rows[1].note));
    report_.best = *best;
    report_.reason = reason_for(*best, next);
  }
  std::string reason_for(const estimator_row& best, const estimator_row* next) const {
    std::string text = best.name;
    if (best.mean_squared_error == 0 && best.unbiased)
      text += best.evaluations == 1
                  ? std::string(": the program draws nothing, and its gradient is exact")
                  : format(": it has no variance, with {} runs", best.evaluations);
    else
      text += format(": the least mean squared error for the runs and sweeps of {} samples, {}",
                     options_.samples, three_digits(best.mean_squared_error));
    if (next && next->mean_squared_error > best.mean_squared_error)
      text += format("; {} comes next with {}", next->name, three_digits(next->mean_squared_error));
    if (report_.hard_comparisons > 0)
      text += format(
          "; comparisons, {} a run, pass no gradient of what they compare unless it is drawn: with "
          "a temperature, estimators that let it are measured",
          three_digits(report_.hard_comparisons));
    return text + ".";
  }

  const Program& program_;
  const X& x_;
  const choose_options& options_;
  std::atomic<std::size_t> comparisons_ = 0;
  estimator_report report_;
  std::vector<measured>
      measured_;  // one for each row; its vectors are empty if nothing was measured
};

}  // namespace detail

/// Measures the estimators of the gradient of E[program(x)] at x, and says which is the best. x is
/// a number or any tree of numbers. With a positive temperature the goal is the gradient of the
/// program whose comparisons are drawn by `score_function`, and the estimators that let a gradient
/// pass comparisons are measured too. The same seed gives the same report, except for the seconds.
///
/// Errors   argument_error for samples that are odd or fewer than 4, fewer than 2 estimates, and a
///          negative temperature; error if no unbiased estimator applies, which says why
///          `control_variates` does not. Exceptions of the program other than tc::error are passed
///          on
/// Cost     `estimates` times `samples` runs and sweeps for each row, and up to `max_paths` runs
template <class Program, class X>
estimator_report choose_estimator(const Program& program, const X& x, choose_options options = {}) {
  TC_CHECK(options.samples >= 4 && options.samples % 2 == 0, argument_error,
           "choose_estimator: samples must be even and at least 4, got {}", options.samples);
  TC_CHECK(options.estimates >= 2, argument_error,
           "choose_estimator: at least 2 estimates are needed for a variance, got {}",
           options.estimates);
  TC_CHECK(options.temperature >= 0, argument_error,
           "choose_estimator: the temperature must not be negative, got {}", options.temperature);
  return detail::estimator_contest<Program, X>(program, x, options).run();
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/control/compiled/choose_estimator.hpp>
#endif
