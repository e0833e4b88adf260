// tensacode/transform/checkpoint.hpp -- recomputing instead of recording, to save memory.
// Layer 3. `checkpoint` keeps the arguments of a function and runs the function again in the sweep.
// `checkpoint_loop` keeps some states of a loop and recomputes the others from them. It chooses
// those states by the binomial schedule (Griewank & Walther 2000, Algorithm 799: revolve, ACM TOMS
// 26(1)).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/block_setting.hpp>
#include <tensacode/transform/active.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

template <class F, class... Arguments>
struct checkpointed_call {
  F f;
  std::tuple<Arguments...> arguments;
  block_setting setting = current_block_setting;

  template <class Scalar>
  void backward(basic_tape<Scalar>& tape, const std::vector<Scalar>& cotangent) const {
    const block_setting_scope scope(setting);
    scratch_recording<Scalar> again(tape);
    const auto result = settled(call_with(f, arguments));
    const auto slots = slots_of(result);
    TC_CHECK(slots.size() == cotangent.size(), shape_error,
             "checkpoint: the function returned {} numbers, and {} when it was called again",
             cotangent.size(), slots.size());
    again.clear();
    add_adjoints(tape, slots, cotangent);
    again.sweep();
  }
};

template <class F, class... Arguments>
auto checkpoint_call(F f, const Arguments&... arguments) {
  using Scalar = active_scalar<Arguments...>;
  if constexpr (std::is_void_v<Scalar>) {
    return settled(f(arguments...));
  } else {
    using Result = decltype(settled(f(arguments...)));
    basic_tape<Scalar>* const tape = tape_in_use<Scalar>();
    if (!tape) return settled(f(arguments...));
    plain_of<Result> values{};
    {
      const paused_recording<Scalar> forgotten(*tape);
      const std::tuple<Arguments...> constants{detached(arguments)...};
      values_into(settled(call_with(f, constants)), values);
    }
    return record_block<Result>(*tape, values,
                                checkpointed_call<F, Arguments...>{std::move(f), {arguments...}});
  }
}

}  // namespace detail

/// Returns `f(arguments...)`. Only the arguments and the result stay on the tape: the sweep calls
/// `f` again and records it then. Arguments and result are any trees. `f` may call `checkpoint` in
/// turn. The gradients equal those of the plain call bit by bit. `f` must do the same when it is
/// called again. It is kept until the recording ends, so it should capture by value; captured
/// variables get their gradients just as arguments do. On plain numbers this is just
/// `f(arguments...)`.
///
/// Errors   those of `f`; shape_error if its second result has another number of scalars
/// Cost     one more call of `f` for each sweep
template <class F, class... Arguments>
auto checkpoint(F f, const Arguments&... arguments) {
  return detail::checkpoint_call(std::move(f), detail::settled(arguments)...);
}

/// The options of `checkpoint_loop`, which trade memory for time.
struct checkpoint_schedule {
  /// The largest number of states of the loop that are kept at once.
  std::size_t snapshots = 64;
  /// The number of steps that the sweep records at once. 0 chooses it: steps / snapshots if that
  /// many states have at most 65536 scalars in total, so that each step is evaluated twice.
  /// Otherwise the number is smaller, but at least 2 steps / ((snapshots + 1) (snapshots + 2)), so
  /// that each step is evaluated at most three times.
  std::size_t recorded_steps = 0;
};

namespace detail {

/// The binomial coefficient (snapshots + repetitions) over repetitions. This is the number of
/// blocks that can be reversed with so many snapshots if the run advances over no block more than
/// `repetitions` times. A double, so that large values do not overflow.
inline double most_blocks(std::size_t snapshots, std::size_t repetitions) {
  double product = 1;
  for (std::size_t i = 1; i <= repetitions; ++i)
    product = product * static_cast<double>(snapshots + i) / static_cast<double>(i);
  return product;
}

/// How many blocks to advance from a snapshot before the next one is taken. There are `blocks` > 1
/// blocks to reverse, and `free` >= 1 further snapshots can be taken. The choice minimises the
/// total work.
inline std::size_t next_snapshot(std::size_t blocks, std::size_t free) {
  const auto wanted = static_cast<double>(blocks);
  std::size_t repetitions = 1;
  while (most_blocks(free + 1, repetitions) < wanted) ++repetitions;
  const double distance =
      std::min(most_blocks(free + 1, repetitions - 1), wanted - most_blocks(free, repetitions - 1));
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(distance)));
}

template <class Scalar, class State, class Body>
class checkpointed_loop {
 public:
  checkpointed_loop(std::size_t steps, Body body, checkpoint_schedule schedule,
                    const State& initial)
      : body_(std::move(body)),
        steps_(steps),
        most_snapshots_(std::max<std::size_t>(1, schedule.snapshots)),
        initial_slots_(slots_of(initial)) {
    recorded_steps_ = schedule.recorded_steps;
    if (recorded_steps_ == 0) {
      const auto share = [steps](std::size_t blocks) { return (steps + blocks - 1) / blocks; };
      const std::size_t once_more = share(most_snapshots_);
      const std::size_t twice_more = share((most_snapshots_ + 1) * (most_snapshots_ + 2) / 2);
      const std::size_t cheap = 65536 / std::max<std::size_t>(1, initial_slots_.size());
      recorded_steps_ = std::max({std::size_t{1}, twice_more, std::min(once_more, cheap)});
    }
    snapshots_.push_back({0, values_of(initial)});
  }

  /// Runs the loop without recording it and keeps the states that the sweep needs first.
  plain_of<State> run_forward(basic_tape<Scalar>& tape) {
    take_snapshots(tape, blocks());
    plain_of<State> state = snapshots_.back().state;
    advance(tape, state, snapshots_.back().block, blocks());
    return state;
  }

  void backward(basic_tape<Scalar>& tape, std::vector<Scalar> cotangent) {
    const block_setting_scope scope(setting_);
    for (std::size_t end = blocks(); end > 0; --end) {
      take_snapshots(tape, end);
      const snapshot& last = snapshots_.back();
      plain_of<State> state = last.state;
      advance(tape, state, last.block, end - 1);
      // The first state is kept in case of another sweep.
      if (last.block == end - 1 && end > 1) snapshots_.pop_back();
      sweep_block(tape, end - 1, state, cotangent);
    }
    add_adjoints(tape, initial_slots_, cotangent);
  }

 private:
  /// The state before a block of steps.
  struct snapshot {
    std::size_t block;
    plain_of<State> state;
  };

  std::size_t blocks() const { return (steps_ + recorded_steps_ - 1) / recorded_steps_; }
  std::size_t end_of(std::size_t block) const {
    return std::min(steps_, (block + 1) * recorded_steps_);
  }

  /// Takes snapshots after the last one, up to the block before `end`.
  void take_snapshots(basic_tape<Scalar>& tape, std::size_t end) {
    while (snapshots_.size() < most_snapshots_ && end - snapshots_.back().block > 1) {
      const std::size_t from = snapshots_.back().block;
      const std::size_t to = from + next_snapshot(end - from, most_snapshots_ - snapshots_.size());
      plain_of<State> state = snapshots_.back().state;
      advance(tape, state, from, to);
      snapshots_.push_back({to, std::move(state)});
    }
  }

  /// Runs the blocks [from, to) on constants.
  void advance(basic_tape<Scalar>& tape, plain_of<State>& state, std::size_t from,
               std::size_t to) const {
    for (std::size_t block = from; block < to; ++block) {
      const paused_recording<Scalar> forgotten(tape);
      State constants{};
      constants_into(state, constants);
      for (std::size_t i = block * recorded_steps_; i < end_of(block); ++i) body_(i, constants);
      values_into(constants, state);
    }
  }

  /// Records a block and sweeps it back. Replaces the cotangent of the state after the block by
  /// that of the state before it.
  void sweep_block(basic_tape<Scalar>& tape, std::size_t block, const plain_of<State>& before,
                   std::vector<Scalar>& cotangent) const {
    sweep_again<State>(
        tape, "checkpoint_loop", before,
        [&](State& state) {
          for (std::size_t i = block * recorded_steps_; i < end_of(block); ++i) body_(i, state);
        },
        cotangent);
  }

  Body body_;
  std::size_t steps_;
  std::size_t most_snapshots_;
  std::size_t recorded_steps_;
  block_setting setting_ = current_block_setting;
  slot_list initial_slots_;
  std::vector<snapshot> snapshots_;
};

template <class State, class Body>
auto run_checkpointed_loop(std::size_t steps, State state, Body body,
                           checkpoint_schedule schedule) {
  using Scalar = active_scalar<State>;
  const auto run_plainly = [&] {
    for (std::size_t i = 0; i < steps; ++i) body(i, state);
    return state;
  };
  if constexpr (std::is_void_v<Scalar>) {
    return run_plainly();
  } else {
    basic_tape<Scalar>* const tape = tape_in_use<Scalar>();
    if (!tape || steps == 0) return run_plainly();
    checkpointed_loop<Scalar, State, Body> loop(steps, std::move(body), schedule, state);
    const auto values = loop.run_forward(*tape);
    return record_block<State>(*tape, values, std::move(loop));
  }
}

}  // namespace detail

/// Runs `for (i = 0; i < steps; ++i) body(i, state);` and returns the last state, which may be any
/// tree. At any time, at most `schedule.snapshots` states and the record of
/// `schedule.recorded_steps` steps are kept:
/// `checkpoint_loop(n, state, [dt](std::size_t i, auto& s) { ... }, {.snapshots = 64})`.
///
/// With the default `recorded_steps`, value and gradient together evaluate the body two or three
/// times for each step. In general they evaluate it at most r + 1 times, if steps / recorded_steps
/// <= (snapshots + r)! / (snapshots! r!).
///
/// `body` changes the state in place and must do the same when it is called again. It is kept until
/// the recording ends, so it should capture by value; captured variables get their gradients. It is
/// called through a const object. On plain numbers this is just the loop. The types and the number
/// of the state's scalars may change as the loop runs. A second sweep of the same recording starts
/// again from the first state.
///
/// Errors   those of `body`
/// Cost     see above; memory for the snapshots, each a copy of the state's scalars
template <class State, class Body>
auto checkpoint_loop(std::size_t steps, const State& state, Body body,
                     checkpoint_schedule schedule = {}) {
  return detail::run_checkpointed_loop(steps, detail::settled(state), std::move(body), schedule);
}

}  // namespace tc
