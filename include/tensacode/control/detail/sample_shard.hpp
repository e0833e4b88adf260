// tensacode/control/detail/sample_shard.hpp -- records and sweeps some runs of a random program.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/antithetic_pair.hpp>
#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/control/detail/recorded_runs.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace tc::detail {

/// A shard stops keeping its recordings at this tape size. Those samples are run again for the
/// sweep.
inline constexpr std::size_t most_kept_operands = std::size_t{1} << 20;

/// The runs of one shard of samples. They are recorded one after the other, then swept from the
/// last to the first, each with its own seeds.
template <class Program, class... Arguments>
class sample_shard {
  using record = sample_record;
  using runs = recorded_runs<Program, Arguments...>;

 public:
  /// `relaxation` is used for the draws of relaxed_draws.hpp. If it is null, those are ordinary
  /// choices.
  sample_shard(const Program& program, const std::tuple<Arguments...>& arguments, random_key key,
               std::size_t number_of_first, std::size_t begin, std::size_t end,
               adjoint_slot first_slot, bool wants_ledger, bool in_pairs, relaxation* relaxation)
      : key_(key),
        number_of_first_(number_of_first),
        begin_(begin),
        end_(end),
        in_pairs_(in_pairs),
        runs_(program, arguments, first_slot, wants_ledger) {
    drawn_.relaxation = relaxation;
  }

  /// Runs the samples. Returns false if the program takes a hard branch after a continuous draw.
  /// Then the path-wise derivatives are incomplete, and everything must be run again with
  /// `by_score`.
  bool run(bool by_score, record* records) {
    drawn_.continuous_by_score = by_score;
    const tape_scope<double> on_tape(runs_.tape());
    for (std::size_t i = begin_; i < end_; ++i) {
      recorded_.push_back(run_sample(i));
      if (!by_score && !drawn_.is_smooth()) return false;
      records[i] = summary(recorded_.back());
      if (in_pairs_ && i % 2 == 1)
        weigh_flips(recorded_[i - begin_ - 1].flips, recorded_.back().flips);
      keeps_ = keeps_ && runs_.tape().operand_count() < most_kept_operands;
      if (!keeps_) forget(recorded_.back());
    }
    return true;
  }

  /// Sweeps sample i once for each entry of `fits_of(i)`, a range of pairs of fit and residual. The
  /// k-th sweep writes the gradient to row i of `rows[k]`, which has `width` entries per row.
  /// `channels` maps this shard's channels to those of the fits.
  template <class Fits>
  void sweep(const Fits& fits_of, const std::vector<std::uint32_t>& channels, std::size_t width,
             const std::vector<double*>& rows) {
    const tape_scope<double> on_tape(runs_.tape());
    for (std::size_t i = end_; i-- > begin_;) {
      auto& sample = recorded_[i - begin_];
      if (sample.forgotten) run_again(sample, i);
      std::size_t which = 0;
      for (const auto& [fit, residual] : fits_of(i)) {
        runs_.sweep(
            sample.start, [&] { seed(sample, *fit, residual, channels); },
            rows[which++] + i * width);
      }
      runs_.tape().rewind(sample.start);
    }
  }

  const auto& book() const { return runs_.book(); }
  const auto& sites() const { return drawn_.sites; }
  std::size_t evaluations() const { return evaluations_; }

 private:
  struct recorded_sample {
    typename runs::position start;
    double value = 0;
    adjoint_slot result = 0;
    bool forgotten = false;
    std::vector<adjoint_slot> log_probabilities;
    std::vector<choice_increment> increments;
    std::vector<paired_flip> flips;  ///< their log-probabilities are not in `log_probabilities`
  };

  recorded_sample run_sample(std::size_t i) {
    recorded_sample sample;
    ++evaluations_;
    sample.start = runs_.tape().mark();
    drawn_.begin(key_.split(number_of_first_ + i));
    if (in_pairs_) drawn_.begin_run(i % 2 == 1 ? &recorded_[i - begin_ - 1].flips : nullptr);
    const auto result = runs_.run(drawn_);
    sample.value = result.value();
    sample.result = result.slot();
    sample.log_probabilities =
        in_pairs_ ? drawn_.take_other_logs() : std::move(drawn_.log_probabilities);
    sample.increments = std::move(drawn_.increments);
    sample.flips = std::move(drawn_.flips);
    return sample;
  }
  /// Repeats a run whose recording was dropped. The weights of its flips were kept.
  void run_again(recorded_sample& sample, std::size_t i) {
    const auto known = std::move(sample.flips);
    sample = run_sample(i);
    for (std::size_t k = 0; k < known.size(); ++k) sample.flips[k].weight = known[k].weight;
  }
  void forget(recorded_sample& sample) {
    sample.forgotten = true;
    sample.log_probabilities = {};
    sample.increments = {};
    runs_.tape().rewind(sample.start);
  }
  record summary(const recorded_sample& sample) const {
    record made;
    made.value = sample.value;
    made.martingales.resize(drawn_.channels);
    for (const auto& c : sample.increments) {
      const auto features = features_of(c);
      for (std::size_t k = 0; k < most_features; ++k)
        made.martingales[c.channel][k] += c.increment * features[k];
    }
    return made;
  }
  /// Sets the adjoints of the sample's choices and of its result.
  void seed(const recorded_sample& sample, const martingale_fit& fit, double residual,
            const std::vector<std::uint32_t>& channels) {
    auto& tape = runs_.tape();
    for (const adjoint_slot slot : sample.log_probabilities) tape.adjoint(slot) += residual;
    for (const auto& flip : sample.flips)
      if (flip.slot) tape.adjoint(flip.slot) += residual * flip.weight;
    for (const auto& c : sample.increments) {
      if (c.mean == 0 || fit.weights.empty()) continue;
      const auto& weights = fit.weights[channels[c.channel]];
      const auto features = features_of(c);
      double weight = 0;
      for (std::size_t k = 0; k < most_features; ++k) weight += weights[k] * features[k];
      tape.adjoint(c.mean) += weight;
    }
    if (sample.result) tape.adjoint(sample.result) += 1;
  }

  random_key key_;
  std::size_t number_of_first_, begin_, end_;
  bool in_pairs_;
  bool keeps_ = true;
  std::size_t evaluations_ = 0;
  runs runs_;
  paired_sampler drawn_;
  std::vector<recorded_sample> recorded_;
};

}  // namespace tc::detail
