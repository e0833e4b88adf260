// tensacode/control/detail/hard_loop.hpp -- ordinary loops, with and without snapshots.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/running_loop.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/core/block_setting.hpp>
#include <tensacode/transform/active.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

/// A hard loop with snapshots. The forward run records nothing and keeps the state of every d-th
/// round. When it has too many states it drops every other one and doubles d. The sweep records
/// the rounds behind each kept state again, from the last state to the first.
template <class Scalar, class State, class Continue, class Body>
class checkpointed_rounds {
 public:
  checkpointed_rounds(Continue go_on, Body body, std::size_t snapshots, const State& initial)
      : go_on_(std::move(go_on)),
        body_(std::move(body)),
        most_(std::max<std::size_t>(2, snapshots)),
        initial_slots_(slots_of(initial)) {
    kept_.push_back(values_of(initial));
  }

  plain_of<State> run_forward(basic_tape<Scalar>& tape, std::size_t bound) {
    plain_of<State> state = kept_.front();
    bool runs = true;
    while (runs) {
      const paused_recording<Scalar> forgotten(tape);
      State constants{};
      constants_into(state, constants);
      running_loop<State> loop(std::move(constants));
      for (const std::size_t end = (rounds_ / distance_ + 1) * distance_; runs && rounds_ < end;) {
        runs = go_on_(std::as_const(loop.state), rounds_);
        if (!runs) break;
        if (bound > 0 && rounds_ == bound)
          throw loop_bound_reached(format(
              "while_: the condition still holds after {} iterations, the bound it was given",
              rounds_));
        runs = run_round(loop, rounds_++);
      }
      values_into(loop.state, state);
      if (runs) keep(state);
    }
    return state;
  }

  void backward(basic_tape<Scalar>& tape, std::vector<Scalar> cotangent) const {
    const block_setting_scope scope(setting_);
    for (std::size_t k = kept_.size(); k-- > 0;) {
      const std::size_t end = std::min(rounds_, (k + 1) * distance_);
      sweep_again<State>(
          tape, "while_", kept_[k],
          [&](State& state) {
            running_loop<State> loop(std::move(state));
            for (std::size_t i = k * distance_; i < end; ++i) run_round(loop, i);
            state = std::move(loop.state);
          },
          cotangent);
    }
    add_adjoints(tape, initial_slots_, cotangent);
  }

 private:
  bool run_round(running_loop<State>& loop, std::size_t i) const {
    return loop.run([&](State& state) { body_(state, i); });
  }
  void keep(const plain_of<State>& state) {
    if (kept_.size() == most_) {
      for (std::size_t k = 1; 2 * k < kept_.size(); ++k) kept_[k] = std::move(kept_[2 * k]);
      kept_.resize((kept_.size() + 1) / 2);
      distance_ *= 2;
    }
    if (rounds_ % distance_ == 0) kept_.push_back(state);
  }

  Continue go_on_;
  Body body_;
  std::size_t most_, distance_ = 1, rounds_ = 0;
  block_setting setting_ = current_block_setting;
  slot_list initial_slots_;
  std::vector<plain_of<State>> kept_;
};

/// Calls `body(state, round)` while `go_on(state, round)` holds. More than `bound` rounds throw
/// `loop_bound_reached`; 0 means no bound.
template <class State, class Continue, class Body>
State hard_loop(State initial, const Continue& go_on, const Body& body, std::size_t bound,
                std::size_t snapshots) {
  if constexpr (!std::is_void_v<active_scalar<State>>)
    if (snapshots > 0) {
      using Scalar = active_scalar<State>;
      if (basic_tape<Scalar>* const tape = tape_in_use<Scalar>()) {
        checkpointed_rounds<Scalar, State, Continue, Body> rounds(go_on, body, snapshots, initial);
        const auto values = rounds.run_forward(*tape, bound);
        return record_block<State>(*tape, values, std::move(rounds));
      }
    }
  running_loop<State> loop(std::move(initial));
  for (std::size_t k = 0; go_on(std::as_const(loop.state), k); ++k) {
    if (bound > 0 && k == bound)
      throw loop_bound_reached(format(
          "while_: the condition still holds after {} iterations, the bound it was given", k));
    if (!loop.run([&](State& state) { body(state, k); })) break;
  }
  return loop.finish();
}

}  // namespace tc::detail
