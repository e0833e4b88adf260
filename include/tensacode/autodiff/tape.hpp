// tensacode/autodiff/tape.hpp -- the tape of a thread, and recordings on it.
// Layer 2. basic_tape.hpp has the class of tapes, reverse_sweep.hpp its backward sweep.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/basic_tape.hpp>
#include <tensacode/autodiff/reverse_sweep.hpp>

namespace tc {

using tape = basic_tape<double>;

namespace detail {

/// The tape on which statements of this thread are recorded; null outside of a recording.
template <class Scalar>
inline constinit thread_local basic_tape<Scalar>* current_tape = nullptr;

/// The tape of a recording that this thread has paused; `current_tape` is null in the meantime.
template <class Scalar>
inline constinit thread_local basic_tape<Scalar>* paused_tape = nullptr;

/// The tape of this thread's recording, if one is in progress or paused; else null.
template <class Scalar>
basic_tape<Scalar>* tape_in_use() {
  return current_tape<Scalar> ? current_tape<Scalar> : paused_tape<Scalar>;
}

template <class Scalar>
basic_tape<Scalar>& tape_of_thread() {
  static thread_local basic_tape<Scalar> instance;
  return instance;
}

/// The first slot that no variable of this thread's recording uses; 1 if there is no recording.
template <class Scalar>
adjoint_slot next_slot_of_thread() {
  const auto* const tape = tape_in_use<Scalar>();
  return tape ? tape->next_slot() : 1;
}

}  // namespace detail

/// While an object of this class lives, statements of this thread are recorded. They are recorded
/// on the thread's tape; or, if another recording is in progress, on its tape after what it has
/// recorded. The destructor drops what was recorded, so no variable of the recording may be used
/// afterwards. Variables of the enclosing recording count as constants in the inner one.
template <class Scalar>
class recording {
 public:
  /// `first_slot` is for a recording that another thread has started: pass the result of
  /// `detail::next_slot_of_thread` on that thread. Variables that the function captured there then
  /// count as constants.
  explicit recording(adjoint_slot first_slot = 1)
      : recording(detail::tape_in_use<Scalar>(), first_slot) {}
  recording(const recording&) = delete;
  recording& operator=(const recording&) = delete;
  ~recording() {
    tape_.rewind(before_);
    tape_.set_first_of_recording(first_of_enclosing_);
    detail::current_tape<Scalar> = enclosing_;
  }

  basic_tape<Scalar>& tape() { return tape_; }
  /// The position on the tape at which the recording begins.
  const typename basic_tape<Scalar>::position& start() const { return start_; }

  /// Computes the gradient of the variable with adjoint slot `result` with respect to everything
  /// recorded here. Afterwards `tape().adjoint(slot)` is `seed` times the derivative with respect
  /// to the variable with that slot.
  void differentiate(adjoint_slot result, Scalar seed = Scalar(1)) {
    tape_.clear_adjoints(start_);
    if (result == 0) return;
    tape_.adjoint(result) = seed;
    tape_.reverse(start_);
  }

 private:
  recording(basic_tape<Scalar>* in_use, adjoint_slot first_slot)
      : tape_(in_use ? *in_use : detail::tape_of_thread<Scalar>()),
        enclosing_(detail::current_tape<Scalar>),
        before_(tape_.mark()),
        separate_(tape_, in_use != nullptr) {
    tape_.begin_at(first_slot);
    start_ = tape_.mark();
    first_of_enclosing_ = tape_.set_first_of_recording(start_.next_slot);
    detail::current_tape<Scalar> = &tape_;  // comes last, since the lines above may throw
  }

  basic_tape<Scalar>& tape_;
  basic_tape<Scalar>* enclosing_;
  typename basic_tape<Scalar>::position before_, start_;
  typename basic_tape<Scalar>::separate_adjoints separate_;
  adjoint_slot first_of_enclosing_;
};

}  // namespace tc
