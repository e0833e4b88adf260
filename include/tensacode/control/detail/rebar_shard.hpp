// tensacode/control/detail/rebar_shard.hpp -- the samples of REBAR, and the fit of its weights.
// Layer 3. b are the outcomes of a sample, s its relaxed draws, and s' relaxed draws that have the
// same outcomes as b (Tucker et al. 2017, arXiv:1703.07370). With S = dlog p(b) and
//   F = f(b) S + df(b),   C = df(s) - df(s') - f(s') S
// the sample's gradient is F + c S + eta C. S has mean 0. C has mean 0 too: f(s) and f(s') have the
// same distribution, and E df(s) and E[df(s') + f(s') S] both are the derivative of its mean. So c
// and eta come from a regression of -F on S and C, over all components of the gradient. The
// regression needs the inner products of the centred rows, but not the rows.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/control/detail/recorded_runs.hpp>
#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/control/detail/running_moments.hpp>
#include <tensacode/control/detail/sample_shard.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace tc::detail {

/// The weights c of S (`baseline`) and eta of C (`relaxation`).
struct rebar_weights {
  double baseline = 0, relaxation = 0;
};

/// The sums from which the weights are fitted. For each fold they cover the samples of all other
/// folds.
class rebar_fit {
 public:
  using rows = Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::RowMajor>;
  using products = Eigen::Matrix3d;

  rebar_fit() {
    for (auto& fold : folds_) fold.centred.setZero();
  }
  /// The sums over some samples of one fold: of the values f(b), of the rows F, S and C, and of the
  /// inner products of these rows.
  struct fold_sums {
    double count = 0, values = 0;
    rows sum;
    products squares;
  };
  /// Adds the samples of one shard; `of[k]` are its samples of fold k.
  void add(const std::array<fold_sums, folds>& of) {
    for (std::size_t k = 0; k < folds; ++k) {
      fold_sums others;
      others.sum = rows::Zero(3, of[0].sum.cols());
      others.squares.setZero();
      for (std::size_t j = 0; j < folds; ++j) {
        if (j == k) continue;
        others.count += of[j].count;
        others.values += of[j].values;
        others.sum += of[j].sum;
        others.squares += of[j].squares;
      }
      if (others.count == 0) continue;
      folds_[k].count += others.count;
      folds_[k].values += others.values;
      folds_[k].freedom += others.count - 1;
      folds_[k].centred += others.squares - others.sum * others.sum.transpose() / others.count;
    }
  }
  void add(const rebar_fit& other) {
    for (std::size_t k = 0; k < folds; ++k) {
      folds_[k].count += other.folds_[k].count;
      folds_[k].values += other.folds_[k].values;
      folds_[k].freedom += other.folds_[k].freedom;
      folds_[k].centred += other.folds_[k].centred;
    }
  }

  std::array<rebar_weights, folds> weights() const;
  /// The variance of a sample's gradient, summed over its components, if the mean is the baseline
  /// and eta is 0. Returns 0 if it is no more than rounding.
  double variance_under_mean() const;

 private:
  struct other_folds {
    double count = 0, values = 0, freedom = 0;
    products centred;  ///< inner products of the centred rows F, S and C

    double mean() const { return count > 0 ? values / count : 0; }
    double squares_under_mean() const;
    rebar_weights fit() const;
  };
  std::array<other_folds, folds> folds_;
};

/// The samples [begin, end). `run` records them and sweeps them for the fit, `sweep` sweeps them
/// again with the fitted weights.
template <class Program, class... Arguments>
class rebar_shard {
  using runs = recorded_runs<Program, Arguments...>;
  using rows = typename rebar_fit::rows;
  using draws = typename relaxation::draws;

 public:
  rebar_shard(const Program& program, const std::tuple<Arguments...>& arguments, random_key key,
              std::size_t begin, std::size_t end, adjoint_slot first_slot, bool wants_ledger,
              double temperature)
      : key_(key),
        begin_(begin),
        end_(end),
        runs_(program, arguments, first_slot, wants_ledger),
        values_(1),
        gradients_(0) {
    relaxation_.temperature = temperature;
    drawn_.relaxation = &relaxation_;
  }

  void run(std::size_t width) {
    const tape_scope<double> on_tape(runs_.tape());
    std::array<typename rebar_fit::fold_sums, folds> sums;
    for (auto& fold : sums) {
      fold.sum = rows::Zero(3, static_cast<Eigen::Index>(width));
      fold.squares.setZero();
    }
    rows of_sample(3, static_cast<Eigen::Index>(width));
    for (std::size_t i = begin_; i < end_; ++i) {
      recorded_.push_back(run_sample(i));
      auto& sample = recorded_.back();
      values_.add(&sample.value);
      find_rows(sample, width, of_sample);
      auto& fold = sums[i % folds];
      fold.count += 1;
      fold.values += sample.value;
      fold.sum += of_sample;
      fold.squares += of_sample * of_sample.transpose();
      keeps_ = keeps_ && runs_.tape().operand_count() < most_kept_operands;
      if (keeps_) continue;
      sample.forgotten = true;
      runs_.tape().rewind(sample.start);
    }
    fit_.add(sums);
  }

  void sweep(const std::array<rebar_weights, folds>& weights, std::size_t width) {
    const tape_scope<double> on_tape(runs_.tape());
    gradients_ = running_moments(width);
    std::vector<double> row(width);
    for (std::size_t i = end_; i-- > begin_;) {
      auto& sample = recorded_[i - begin_];
      if (sample.forgotten) sample = run_sample(i);
      const auto [c, eta] = weights[i % folds];
      const double of_score = sample.value + c - eta * sample.value_given;
      runs_.sweep(
          sample.start,
          [&] {
            seed_scores(sample, of_score);
            seed(sample.result, 1);
            seed(sample.relaxed, eta);
            seed(sample.given, -eta);
          },
          row.data());
      sweeps_ += 3;
      gradients_.add(row.data());
      runs_.tape().rewind(sample.start);
    }
  }

  const auto& fit() const { return fit_; }
  const auto& book() const { return runs_.book(); }
  const auto& values() const { return values_; }
  const auto& gradients() const { return gradients_; }
  std::size_t evaluations() const { return evaluations_; }
  std::size_t sweeps() const { return sweeps_; }  ///< counts each run of a sample separately

 private:
  struct recorded_sample {
    typename runs::position start, start_of_outcome;
    double value = 0, value_given = 0;
    adjoint_slot result = 0, relaxed = 0, given = 0;
    std::vector<adjoint_slot> log_probabilities;
    bool forgotten = false;
  };

  recorded_sample run_sample(std::size_t i) {
    recorded_sample sample;
    sample.start = runs_.tape().mark();
    relaxation_.key = key_.split(i).split(0x72656c61);
    sample.relaxed = run_with(draws::relaxed, i).slot();
    const auto given = run_with(draws::given_outcome, i);
    sample.given = given.slot();
    sample.value_given = given.value();
    sample.start_of_outcome = runs_.tape().mark();
    const auto result = run_with(draws::outcome, i);
    sample.result = result.slot();
    sample.value = result.value();
    sample.log_probabilities = std::move(relaxation_.log_probabilities);
    return sample;
  }
  var run_with(draws how, std::size_t i) {
    ++evaluations_;
    relaxation_.begin(how);
    drawn_.begin(key_.split(i));
    auto result = runs_.run(drawn_);
    if (!drawn_.log_probabilities.empty()) throw_scored();
    relaxation_.end_of_run();
    TC_CHECK(drawn_.is_smooth(), argument_error,
             "rebar: the program decides by a hard branch after a relaxed or continuous draw: its "
             "derivative along the path is not all. Fix: use a gate at the branch, or "
             "tc::estimate");
    return result;
  }
  /// Throws for a choice whose probability is differentiated, and names its site.
  [[noreturn]] void throw_scored() const {
    std::string place = "a place in the program";
    for (const auto& c : drawn_.increments)
      for (const auto& known : drawn_.sites)
        if (c.mean && c.channel - known.first_channel < known.channels)
          place = relaxation_.name_of(known.site);
    throw argument_error(
        format("rebar: the choice at {}, by tc::flip, tc::categorical, tc::poisson or a branch "
               "under score_function, has a probability that is differentiated. Fix: draw by "
               "tc::bernoulli or tc::one_hot, or use tc::estimate",
               place));
  }

  void seed(adjoint_slot slot, double adjoint) {
    if (slot) runs_.tape().adjoint(slot) += adjoint;
  }
  void seed_scores(const recorded_sample& sample, double adjoint) {
    for (const adjoint_slot slot : sample.log_probabilities) seed(slot, adjoint);
  }
  /// Computes the rows F, S and C of a sample.
  void find_rows(const recorded_sample& sample, std::size_t width, rows& found) {
    double* const f = found.data();
    double* const s = f + width;
    double* const c = s + width;
    runs_.sweep(
        sample.start,
        [&] {
          seed(sample.relaxed, 1);
          seed(sample.given, -1);
        },
        c);
    runs_.sweep(sample.start_of_outcome, [&] { seed_scores(sample, 1); }, s);
    sweeps_ += 3;
    if (sample.result) {
      runs_.sweep(sample.start_of_outcome, [&] { seed(sample.result, 1); }, f);
      ++sweeps_;
    } else {
      found.row(0).setZero();
    }
    found.row(0) += sample.value * found.row(1);
    found.row(2) -= sample.value_given * found.row(1);
  }

  random_key key_;
  std::size_t begin_, end_;
  bool keeps_ = true;
  std::size_t evaluations_ = 0, sweeps_ = 0;
  runs runs_;
  relaxation relaxation_;
  sampler drawn_;
  rebar_fit fit_;
  running_moments values_, gradients_;
  std::vector<recorded_sample> recorded_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/detail/compiled/rebar_shard.hpp>
#endif
