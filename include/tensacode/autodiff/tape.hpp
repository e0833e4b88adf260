// tensacode/autodiff/tape.hpp -- the tape of a thread, and the recordings on it.
// Layer 2. The class of tapes is in basic_tape.hpp, its backward sweep in reverse_sweep.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/basic_tape.hpp>
#include <tensacode/autodiff/reverse_sweep.hpp>

namespace tc {

using tape = basic_tape<double>;

namespace detail {

/// The tape that statements of this thread are recorded on; null outside of a recording.
template <class Scalar>
inline constinit thread_local basic_tape<Scalar>* current_tape = nullptr;

/// The tape of a recording that this thread has paused, so that `current_tape` is null.
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

/// Behind the slots of all variables that a recording of this thread has.
template <class Scalar>
adjoint_slot next_slot_of_thread() {
  const auto* const tape = tape_in_use<Scalar>();
  return tape ? tape->next_slot() : 1;
}

}  // namespace detail

/// While it lives, statements of this thread are recorded on the thread's tape, or, when another
/// recording is in progress, behind it on its tape. Its end forgets what it recorded: no variable
/// of it may be used afterwards. Variables of the other recording count as constants in it.
template <class Scalar>
class recording {
 public:
  /// `first_slot`: of a recording on another thread, `detail::next_slot_of_thread` of the one that
  /// started it, so that variables which its function has captured there count as constants.
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
  /// Where the recording begins.
  const typename basic_tape<Scalar>::position& start() const { return start_; }

  /// Gradient of the number with adjoint slot `result` with respect to everything recorded here;
  /// afterwards `tape().adjoint(slot)` is the derivative by the number with that slot.
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
    detail::current_tape<Scalar> = &tape_;  // what came before may throw
  }

  basic_tape<Scalar>& tape_;
  basic_tape<Scalar>* enclosing_;
  typename basic_tape<Scalar>::position before_, start_;
  typename basic_tape<Scalar>::separate_adjoints separate_;
  adjoint_slot first_of_enclosing_;
};

}  // namespace tc
