// tensacode/control/detail/recorded_runs.hpp -- runs of a random program, recorded on their own
// tape.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tc::detail {

/// Reuses tapes from one estimate to the next, so that their memory is not allocated again.
class tape_pool {
 public:
  static std::unique_ptr<tc::tape> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<tc::tape>(halvings);
    auto last = std::move(free_.back());
    free_.pop_back();
    return last;
  }
  static void give_back(std::unique_ptr<tc::tape> used) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(used));
  }

 private:
  /// A block of samples keeps many tapes alive, and each holds only some samples, so they start
  /// small.
  static constexpr unsigned halvings = 4;
  static inline std::mutex mutex_;
  static inline std::vector<std::unique_ptr<tc::tape>> free_;
};

/// A tape that holds the arguments as variables, followed by the recorded runs of a program. The
/// caller opens a `tape_scope` of the tape around runs and sweeps.
template <class Program, class... Arguments>
class recorded_runs {
 public:
  using record = tc::tape;
  using position = typename record::position;

  recorded_runs(const Program& program, const std::tuple<Arguments...>& arguments,
                adjoint_slot first_slot, bool wants_ledger)
      : program_(program), wants_ledger_(wants_ledger), tape_(tape_pool::take()) {
    tape_->rewind({});
    tape_->begin_at(first_slot);
    tape_->set_first_of_recording(tape_->next_slot());
    const tape_scope<double> on_tape(*tape_);
    start_ = tape_->mark();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (lift_into(std::get<I>(arguments), std::get<I>(variables_), as_it_is{}), ...);
    }(std::index_sequence_for<Arguments...>{});
    behind_arguments_ = tape_->next_slot();
  }
  recorded_runs(const recorded_runs&) = delete;
  recorded_runs& operator=(const recorded_runs&) = delete;
  ~recorded_runs() {
    tape_->rewind({});
    tape_pool::give_back(std::move(tape_));
  }

  record& tape() { return *tape_; }
  const auto& book() const { return book_; }

  /// Runs the program once. `drawn` makes its random choices.
  template <class Sampler>
  var run(Sampler& drawn) {
    const sampler_scope drawing(drawn);
    std::optional<ledger_scope> counting;
    if (wants_ledger_) counting.emplace(book_);
    return var(call_with(program_, std::as_const(variables_)));
  }
  /// Sweeps everything recorded after `from`. `seed` sets the initial adjoints. The gradient with
  /// respect to the arguments is written to `row`.
  template <class Seed>
  void sweep(const position& from, const Seed& seed, double* row) {
    std::fill(tape_->adjoints(start_.next_slot), tape_->adjoints(behind_arguments_), 0.0);
    tape_->clear_adjoints(from);
    seed();
    tape_->reverse(from);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto adjoints =
          std::tuple<Arguments...>{adjoints_of<Arguments>(std::get<I>(variables_), *tape_)...};
      const auto numbers = flatten(adjoints);
      std::copy(numbers.begin(), numbers.end(), row);
    }(std::index_sequence_for<Arguments...>{});
  }

 private:
  const Program& program_;
  bool wants_ledger_;
  std::unique_ptr<record> tape_;
  position start_;
  adjoint_slot behind_arguments_ = 0;
  std::tuple<lifted<Arguments>...> variables_;
  ledger book_;
};

}  // namespace tc::detail
