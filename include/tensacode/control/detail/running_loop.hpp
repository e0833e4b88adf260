// tensacode/control/detail/running_loop.hpp -- a loop in progress, whose state may be spread over
// several stopping times, and how its bodies are left.
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

/// Thrown out of a body by `break_if` and `continue_if`, caught by the loop it belongs to.
struct leave_body {
  bool whole_loop;
};

/// The loops whose bodies this thread is in.
struct loop_frame {
  loop_frame* enclosing;
  int depth;  ///< relaxed branches around the loop
  /// Takes the part p of what runs here out of the body; null if the state has no variables. The
  /// weight is a `basic_var<Scalar>` of the tag's type.
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

/// A loop in progress whose state may be spread over several stopping times:
///
///   expected = sum over stops of (probability of that stop) x (state there)
///
/// Starts as an ordinary loop, and becomes one with weights at the first partial stop.
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

  /// Runs the body once; false if it left the loop.
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

  /// The loop stops here with probability 1 - p, given that it runs.
  void stop_partly(const number& p) {
    add_stop(number(1 - p));
    survival_ = survival_ * p;
  }
  /// Everything that still runs stops here.
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
  /// The part p of what runs in the body leaves it.
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
  /// At the end of a body: what went on, and what skipped the rest of it, are one state again.
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
  number survival_ = 1;  ///< probability of the stops still to come
  State expected_{};
  std::size_t stops_ = 0;
  // Within a body: the part that has not left it, and those that skip the rest or left the loop.
  number present_ = 1, broken_ = 0;
  bool is_divided_ = false;
  std::vector<skipped_part> skipped_;
};

}  // namespace tc::detail
