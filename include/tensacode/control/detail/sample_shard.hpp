// tensacode/control/detail/sample_shard.hpp -- some runs of a random program, recorded and swept.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/antithetic_pair.hpp>
#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tc::detail {

/// A shard that records more than this is not kept, but run again when its seeds are known.
inline constexpr std::size_t most_kept_operands = std::size_t{1} << 20;

/// Tapes that shards record on, kept from one estimate to the next.
template <class Lazy>
class tape_pool {
 public:
  static std::unique_ptr<deferred<tape, Lazy>> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<deferred<tape, Lazy>>(halvings);
    auto last = std::move(free_.back());
    free_.pop_back();
    return last;
  }
  static void give_back(std::unique_ptr<deferred<tape, Lazy>> used) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(used));
  }

 private:
  /// Many live side by side, and each only holds some samples.
  static constexpr unsigned halvings = 4;
  static inline deferred<std::mutex, Lazy> mutex_;
  static inline std::vector<std::unique_ptr<deferred<tape, Lazy>>> free_;
};

/// The program's runs on the samples of one shard: recorded one behind the other, then swept from
/// the last to the first, each with its own seeds.
template <class Program, class... Arguments>
class sample_shard {
  using Lazy = deferred<void, Program>;
  using record = sample_record<Lazy>;
  using Tape = deferred<tape, Program>;

 public:
  sample_shard(const Program& program, const std::tuple<Arguments...>& arguments, random_key key,
               std::size_t number_of_first, std::size_t begin, std::size_t end,
               adjoint_slot first_slot, bool wants_ledger, bool in_pairs)
      : program_(program),
        arguments_(arguments),
        key_(key),
        number_of_first_(number_of_first),
        begin_(begin),
        end_(end),
        first_slot_(first_slot),
        wants_ledger_(wants_ledger),
        in_pairs_(in_pairs),
        tape_(tape_pool<Lazy>::take()) {
    tape_->rewind({});
    tape_->begin_at(first_slot_);
    tape_->set_first_of_recording(tape_->next_slot());
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    start_ = tape_->mark();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (lift_into(std::get<I>(arguments_), std::get<I>(variables_), as_it_is{}), ...);
    }(std::index_sequence_for<Arguments...>{});
    behind_arguments_ = tape_->next_slot();
  }
  sample_shard(const sample_shard&) = delete;
  sample_shard& operator=(const sample_shard&) = delete;
  ~sample_shard() {
    recorded_.clear();
    tape_->rewind({});
    tape_pool<Lazy>::give_back(std::move(tape_));
  }

  /// Runs the samples. False if the path-wise derivatives of continuous draws are not all, since
  /// the program decides by them: then everything must be run with `by_score`.
  bool run(bool by_score, record* records) {
    drawn_.continuous_by_score = by_score;
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    for (std::size_t i = begin_; i < end_; ++i) {
      recorded_.push_back(run_sample(i));
      if (!by_score && !drawn_.is_smooth()) return false;
      records[i] = summary(recorded_.back());
      if (in_pairs_ && i % 2 == 1)
        weigh_flips(recorded_[i - begin_ - 1].flips, recorded_.back().flips);
      keeps_ = keeps_ && tape_->operand_count() < most_kept_operands;
      if (!keeps_) forget(recorded_.back());
    }
    return true;
  }

  /// Sweeps every sample once for each of its `fits_of(i)`, a range of fits with the residual;
  /// writes the gradients to the sample's row of `rows[0]`, `rows[1]`, ... `channels` are the fits'
  /// numbers of this shard's channels.
  template <class Fits>
  void sweep(const Fits& fits_of, const std::vector<std::uint32_t>& channels, std::size_t width,
             const std::vector<double*>& rows) {
    const tape_scope<deferred<double, Program>> on_tape(*tape_);
    for (std::size_t i = end_; i-- > begin_;) {
      auto& sample = recorded_[i - begin_];
      if (sample.forgotten) run_again(sample, i);
      std::size_t which = 0;
      for (const auto& [fit, residual] : fits_of(i)) {
        std::fill(tape_->adjoints(start_.next_slot), tape_->adjoints(behind_arguments_), 0.0);
        tape_->clear_adjoints(sample.start);
        for (const adjoint_slot slot : sample.log_probabilities) tape_->adjoint(slot) += residual;
        for (const auto& flip : sample.flips)
          if (flip.slot) tape_->adjoint(flip.slot) += residual * flip.weight;
        for (const auto& c : sample.increments) {
          if (c.mean == 0 || fit->weights.empty()) continue;
          const auto& weights = fit->weights[channels[c.channel]];
          const auto features = features_of(c);
          double weight = 0;
          for (std::size_t k = 0; k < most_features; ++k) weight += weights[k] * features[k];
          tape_->adjoint(c.mean) += weight;
        }
        if (sample.result) tape_->adjoint(sample.result) += 1;
        tape_->reverse(sample.start);
        read_gradient(rows[which++] + i * width);
      }
      tape_->rewind(sample.start);
    }
  }

  const auto& book() const { return book_; }
  const auto& sites() const { return drawn_.sites; }
  std::size_t evaluations() const { return evaluations_; }

 private:
  struct recorded_sample {
    typename Tape::position start;
    double value = 0;
    adjoint_slot result = 0;
    bool forgotten = false;
    std::vector<adjoint_slot> log_probabilities;
    std::vector<choice_increment> increments;
    std::vector<paired_flip> flips;  ///< their logarithms are not among the ones above
  };

  recorded_sample run_sample(std::size_t i) {
    recorded_sample sample;
    ++evaluations_;
    sample.start = tape_->mark();
    drawn_.begin(key_.split(number_of_first_ + i));
    if (in_pairs_) drawn_.begin_run(i % 2 == 1 ? &recorded_[i - begin_ - 1].flips : nullptr);
    const sampler_scope drawing(drawn_);
    std::optional<ledger_scope> counting;
    if (wants_ledger_) counting.emplace(book_);
    const deferred<var, Program> result(call_with(program_, std::as_const(variables_)));
    sample.value = result.value();
    sample.result = result.slot();
    sample.log_probabilities =
        in_pairs_ ? drawn_.take_other_logs() : std::move(drawn_.log_probabilities);
    sample.increments = std::move(drawn_.increments);
    sample.flips = std::move(drawn_.flips);
    return sample;
  }
  /// The run that was forgotten; the weights of its flips were not.
  void run_again(recorded_sample& sample, std::size_t i) {
    const auto known = std::move(sample.flips);
    sample = run_sample(i);
    for (std::size_t k = 0; k < known.size(); ++k) sample.flips[k].weight = known[k].weight;
  }
  void forget(recorded_sample& sample) {
    sample.forgotten = true;
    sample.log_probabilities = {};
    sample.increments = {};
    tape_->rewind(sample.start);
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
  void read_gradient(double* row) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto adjoints =
          std::tuple<Arguments...>{adjoints_of<Arguments>(std::get<I>(variables_), *tape_)...};
      const auto numbers = flatten(adjoints);
      std::copy(numbers.begin(), numbers.end(), row);
    }(std::index_sequence_for<Arguments...>{});
  }

  const Program& program_;
  const std::tuple<Arguments...>& arguments_;
  random_key key_;
  std::size_t number_of_first_, begin_, end_;
  adjoint_slot first_slot_;
  bool wants_ledger_, in_pairs_;
  bool keeps_ = true;
  std::size_t evaluations_ = 0;
  std::unique_ptr<Tape> tape_;
  typename Tape::position start_;
  adjoint_slot behind_arguments_ = 0;
  std::tuple<lifted<Arguments>...> variables_;
  deferred<paired_sampler, Program> drawn_;
  deferred<ledger, Program> book_;
  std::vector<recorded_sample> recorded_;
};

}  // namespace tc::detail
