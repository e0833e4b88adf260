// tensacode/control/detail/running_loop.hpp -- a loop in progress, and how `break_if` and
// `continue_if` reach it.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>
#include <tensacode/transform/active.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

/// The exception of `break_if` and `continue_if`. The innermost loop catches it.
struct leave_body {
  bool whole_loop;
};

/// One of the loops whose bodies this thread is inside of.
struct loop_frame {
  loop_frame* enclosing;
  int depth;  ///< how many relaxed branches there are around the loop
  /// Takes the fraction `p` of the running probability out of the body. `p` points to a
  /// `basic_var<Scalar>`, where `scalar_tag` identifies the Scalar. Null if the state has no
  /// variables.
  void (*leave_partly)(loop_frame&, const void* p, bool whole_loop) = nullptr;
  const void* scalar_tag = nullptr;
};
inline constinit thread_local loop_frame* current_loop = nullptr;

template <class Scalar>
inline constexpr char scalar_tag_of = 0;

class loop_scope {
 public:
  explicit loop_scope(loop_frame& frame) : enclosing_(std::exchange(current_loop, &frame)) {}
  loop_scope(const loop_scope&) = delete;
  loop_scope& operator=(const loop_scope&) = delete;
  ~loop_scope() { current_loop = enclosing_; }

 private:
  loop_frame* enclosing_;
};

/// A loop in progress that may have stopped at several rounds already, each with some probability:
///
///   expected = sum over stops of (probability of that stop) x (state there)
///
/// It is an ordinary loop until the first stop whose probability is below 1.
template <class State>
class running_loop : public loop_frame {
 public:
  using Scalar =
      std::conditional_t<std::is_void_v<active_scalar<State>>, double, active_scalar<State>>;
  using number = basic_var<Scalar>;
  static constexpr bool has_variables = !std::is_void_v<active_scalar<State>>;

  explicit running_loop(State state)
      : loop_frame{current_loop, relaxed_depth}, state(std::move(state)) {
    if constexpr (has_variables) {
      leave_partly = [](loop_frame& frame, const void* p, bool whole_loop) {
        static_cast<running_loop&>(frame).leave(*static_cast<const number*>(p), whole_loop);
      };
      scalar_tag = &scalar_tag_of<Scalar>;
    }
  }

  /// Runs the body once. Returns false if that ended the loop.
  template <class Body>
  bool run(const Body& body) {
    try {
      const loop_scope scope(*this);
      body(state);
    } catch (const leave_body& left) {
      return finish_left_body(left.whole_loop);
    }
    if constexpr (has_variables)
      if (is_divided_) merge_skipped();
    return true;
  }

  /// Stops with probability 1 - p, given that the loop still runs.
  void stop_partly(const number& p) {
    add_stop(number(1 - p));
    survival_ = survival_ * p;
  }
  /// Stops with the remaining probability, and returns the expected state.
  State finish() {
    if constexpr (has_variables)
      if (stops_ > 0) {
        accumulate(expected_, state, survival_, false);
        return std::move(expected_);
      }
    return std::move(state);
  }
  const number& survival() const { return survival_; }

  State state;

 private:
  /// Takes the fraction p of what still runs in this body out of it.
  void leave(const number& p, bool whole_loop) {
    is_divided_ = true;
    const number leaving = present_ * p;
    if (whole_loop) {
      add_stop(leaving);
      broken_ = broken_ + leaving;
    } else {
      skipped_.push_back({leaving, state});
    }
    present_ = present_ * (1 - p);
  }
  void add_stop(const number& part) {
    const number weight = survival_ * part;
    if (stops_++ == 0) expected_ = state;
    accumulate(expected_, state, weight, stops_ == 1);
  }
  bool finish_left_body(bool whole_loop) {
    if constexpr (has_variables)
      if (is_divided_) {
        if (whole_loop) {
          add_stop(present_);
          if (skipped_.empty()) {
            survival_ = 0;
            end_division();
            return false;
          }
          broken_ = broken_ + present_;
          present_ = 0;
        }
        merge_skipped();
        return true;
      }
    return !whole_loop;
  }
  /// Called at the end of a body. Mixes the state that ran to the end with the states of the parts
  /// that skipped the rest.
  void merge_skipped() {
    const number alive = 1 - broken_;
    if (!skipped_.empty()) {
      const bool none_present = present_.value() == Scalar(0) && present_.slot() == 0;
      std::size_t first = 0;
      if (none_present) {
        state = skipped_[0].state;
        present_ = skipped_[0].part;
        first = 1;
      }
      for (std::size_t i = first; i < skipped_.size(); ++i) {
        const number both = present_ + skipped_[i].part;
        blend(state, skipped_[i].state, number(present_ / both));
        present_ = both;
      }
    }
    survival_ = survival_ * alive;
    end_division();
  }
  void end_division() {
    skipped_.clear();
    present_ = 1;
    broken_ = 0;
    is_divided_ = false;
  }

  struct skipped_part {
    number part;
    State state;
  };
  number survival_ = 1;  ///< probability that the loop has not stopped yet
  State expected_{};
  std::size_t stops_ = 0;
  // Within a body, as fractions of `survival_`: what still runs in it, and what has left the loop.
  number present_ = 1, broken_ = 0;
  bool is_divided_ = false;
  std::vector<skipped_part> skipped_;
};

}  // namespace tc::detail
