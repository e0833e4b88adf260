// tensacode/control/loop.hpp -- `while_` and `for_`: loops whose gradient can reach their stopping
// time; `break_if` and `continue_if` inside of them.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/branch.hpp>
#include <tensacode/control/detail/running_loop.hpp>
#include <tensacode/core/block_setting.hpp>
#include <tensacode/transform/active.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// What a relaxed loop did, for who asks by `while_options::report`.
struct loop_report {
  std::size_t iterations = 0;  ///< bodies run
  double survival = 0;         ///< probability of still running where the loop was cut
  /// Bound of what the cut took away from any number of the state: the survival times the change
  /// of the last rounds, continued by the rates at which both last changed. It holds if the
  /// probability of going on does not rise, and changes do not grow faster, behind the cut.
  double truncation_bound = 0;
};

struct while_options {
  /// Exceeding it throws `loop_bound_reached`. 0: no bound for a hard loop; a gate, which may relax
  /// a loop that ends into one that never quite does, then has a bound of 10^7.
  std::size_t max_iterations = 0;
  std::optional<estimator> how = {};  ///< nothing: the enclosing scope's
  /// A hard loop then keeps at most so many states, and computes the others again in the sweep.
  /// 0: it is recorded whole.
  std::size_t snapshots = 0;
  loop_report* report = nullptr;  ///< filled by relaxed loops
};

struct for_options {
  std::size_t snapshots = 0;  ///< as in `while_options`
};

namespace detail {

/// Where a relaxed loop is cut: what is left of its probability, times how fast that changes with
/// the margins.
inline constexpr double survival_cutoff = 1e-15;

/// The expected state when the loop stops after k bodies with probability w_k = S_k (1 - p_k),
/// S_k = p_0 ... p_{k-1}: sum of w_k x_k. The remainder at the cut goes to the last state, so the
/// weights sum to 1. Exact for logistic noise on the condition when the body is deterministic.
/// Cut where S (1 + sum |d log p|) is small, so that the gradient is complete too.
template <class State, class Continue, class Body>
State soft_while(State initial, const Continue& go_on, const Body& body, const estimator& e,
                 const while_options& options, const control_site& site) {
  const std::size_t bound = options.max_iterations ? options.max_iterations : 10'000'000;
  running_loop<State> loop(std::move(initial));
  using number = typename running_loop<State>::number;
  std::optional<State> before;
  double change = 0, growth = 1, sensitivity = 0;
  for (std::size_t k = 0;; ++k) {
    const auto condition = go_on(std::as_const(loop.state));
    const number p = relaxed_truth(condition, e);
    count_visit(site, "while_", condition, p);
    const auto go = static_cast<double>(value(p));
    const double survival = static_cast<double>(value(loop.survival())) * go;
    // |d log p| by the margin in units of the temperature.
    sensitivity += 1 - go;
    if (before) {
      double now = 0;
      State moved = loop.state;
      for_each_pair(moved, *before,
                    [&](const auto& a, const auto& b) { now = std::max(now, distance(a, b)); });
      growth = change > 0 ? now / change : 1;
      change = now;
    }
    const double rate = std::min(go * std::max(growth, 1.0), 1 - 1e-12);
    const double rest = survival / (1 - rate);
    if (rest * (1 + sensitivity) * std::max(1.0, change) < survival_cutoff) {
      if (options.report) *options.report = {k, survival, rest * change};
      if (auto* const book = ledger_in_use()) {
        auto& record = book->at(site, "while_");
        record.truncation_bound = std::max(record.truncation_bound, rest * change);
      }
      return loop.finish();
    }
    if (k >= bound)
      throw loop_bound_reached(format(
          "while_: after {} iterations under a gate of temperature {} the loop still runs with "
          "probability {}",
          k, e.temperature, survival));
    loop.stop_partly(p);
    before = loop.state;
    if (!loop.run(body)) {
      if (options.report) *options.report = {k + 1, 0, 0};
      return loop.finish();
    }
  }
}

/// The hard loop, with the derivative of each round's going on by its gate.
template <class State, class Continue, class Body>
State straight_through_while(State initial, const Continue& go_on, const Body& body,
                             const estimator& e, const while_options& options,
                             const control_site& site) {
  running_loop<State> loop(std::move(initial));
  for (std::size_t k = 0;; ++k) {
    const auto condition = go_on(std::as_const(loop.state));
    const auto p = relaxed_truth(condition, e);
    count_visit(site, "while_", condition, p);
    const bool goes_on = condition.truth;
    if (goes_on && options.max_iterations > 0 && k == options.max_iterations)
      throw loop_bound_reached(format(
          "while_: the condition still holds after {} iterations, the bound it was given", k));
    const auto other_weight = static_cast<double>(value(goes_on ? 1 - p.value() : p.value()));
    const State before = loop.state;
    if (goes_on) {
      const bool runs_on = loop.run(body);
      if (other_weight >= weight_cutoff) pass_straight_through(loop.state, before, p);
      if (!runs_on) return loop.finish();
    } else {
      if (other_weight >= weight_cutoff) {
        const auto after = attempt<State>(
            [&] {
              running_loop<State> once(before);
              once.run(body);
              return once.finish();
            },
            site, "while_");
        using number = std::remove_const_t<decltype(p)>;
        if (after) pass_straight_through(loop.state, *after, number(1 - p));
      }
      return loop.finish();
    }
  }
}

/// A hard loop of which some states are kept, and the rounds between them recorded in the sweep.
/// While it runs forwards every d-th state is kept; when there are too many, every other one goes
/// and d doubles.
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

/// A hard loop: `go_on(state, round)`, `body(state, round)`.
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

template <class Condition>
void leave_if(const Condition& condition, const estimator& e, const control_site& site,
              bool whole_loop) {
  const char* const name = whole_loop ? "break_if" : "continue_if";
  if (!current_loop)
    throw argument_error(format("{}: it stands in no body of tc::while_ or tc::for_", name));
  check_temperature(e);
  if (current_loop->depth != relaxed_depth)
    throw argument_error(
        format("{}: it stands in a branch of a relaxed if_, which can only leave the loop in part. "
               "Combine the conditions: {}(this && that)",
               name, name));
  if constexpr (is_predicate<Condition>) {
    using number = basic_var<typename Condition::scalar_type>;
    if (e.how == estimator::type::straight_through)
      throw argument_error(
          format("{}: what the loop would do otherwise is not known, which straight_through needs. "
                 "Use a gate, score_function or hard here",
                 name));
    if (e.how == estimator::type::gate) {
      const number p = relaxed_truth(condition, e);
      count_visit(site, name, condition, p);
      const auto weight = static_cast<double>(value(p));
      if (weight < weight_cutoff) return;
      if (1 - weight < weight_cutoff) throw leave_body{whole_loop};
      if (!current_loop->leave_partly ||
          current_loop->scalar_tag != &scalar_tag_of<typename Condition::scalar_type>)
        throw argument_error(
            format("{}: a gate mixes the states of the loop, and this loop's has no variables. "
                   "Make them part of its state, or use tc::hard or tc::score_function here",
                   name));
      current_loop->leave_partly(*current_loop, &p, whole_loop);
      return;
    }
  }
  if (decide(condition, e, site, name)) throw leave_body{whole_loop};
}

}  // namespace detail

/// Leaves the innermost `while_` or `for_` of this thread if the condition holds; inside of its
/// body, which it may be called from at any depth. Under `gate` the part of the loop for which it
/// holds stops here, and the rest goes on. By exception, so that the body's objects are destroyed.
///
/// Errors   argument_error outside of a body, inside of a relaxed branch, and under
///          `straight_through`
template <class Condition>
  requires detail::is_condition<Condition>
void break_if(const Condition& condition, estimator e, control_site site = {}) {
  detail::leave_if(condition, e, site, true);
}
template <class Condition>
  requires detail::is_condition<Condition>
void break_if(const Condition& condition, control_site site = {}) {
  detail::leave_if(condition, detail::scope_estimator(), site, true);
}
/// Skips the rest of the body if the condition holds; as `break_if`. Under `gate` the states of
/// the part that skips and of the part that does not are mixed at the end of the body.
template <class Condition>
  requires detail::is_condition<Condition>
void continue_if(const Condition& condition, estimator e, control_site site = {}) {
  detail::leave_if(condition, e, site, false);
}
template <class Condition>
  requires detail::is_condition<Condition>
void continue_if(const Condition& condition, control_site site = {}) {
  detail::leave_if(condition, detail::scope_estimator(), site, false);
}

/// Runs `body(state)` while `go_on(state)` holds and returns the final state. `go_on` returns a
/// bool, or a predicate through which the gradient reaches the stopping time: under `gate` the
/// result is the expectation over when the loop stops, under `straight_through` the hard result
/// with the derivative of going on, under `score_function` each round is drawn.
///
/// Errors   loop_bound_reached; branch_disagreement; argument_error as `if_`, and for snapshots of
///          a loop that is not hard
/// Cost     the rounds; with snapshots each body runs twice, once of it recorded
template <class State, std::invocable<const State&> Continue, std::invocable<State&> Body>
State while_(State state, Continue&& go_on, Body&& body, while_options options = {},
             control_site site = {}) {
  using Condition = std::remove_cvref_t<std::invoke_result_t<Continue, const State&>>;
  static_assert(detail::is_condition<Condition>,
                "tensacode[F03] while_: the condition returns neither a bool nor a comparison. "
                "Fix: return `state.x > 0` or the like.");
  const estimator e = options.how.value_or(detail::scope_estimator());
  detail::check_temperature(e);
  if constexpr (is_predicate<Condition>) {
    const bool relaxes =
        e.how == estimator::type::gate || e.how == estimator::type::straight_through;
    TC_CHECK(options.snapshots == 0 || e.how == estimator::type::hard, argument_error,
             "while_: snapshots are for hard loops");
    if (relaxes) {
      if constexpr (detail::running_loop<State>::has_variables) {
        if (e.how == estimator::type::gate)
          return detail::soft_while(std::move(state), go_on, body, e, options, site);
        return detail::straight_through_while(std::move(state), go_on, body, e, options, site);
      } else {
        throw argument_error(
            "while_: a relaxed loop mixes states, and this one has no variables in it. Make them "
            "part of the state, or use tc::hard or tc::score_function here");
      }
    }
  }
  return detail::hard_loop(
      std::move(state),
      [go_on, e, site](const State& now, std::size_t) {
        return detail::decide(go_on(now), e, site, "while_");
      },
      [body](State& now, std::size_t) { body(now); }, options.max_iterations, options.snapshots);
}

/// `for (i = first; i < last; ++i) body(i, state);`, and returns the final state. `first` and
/// `last` are integers. `body` may leave it by `break_if`.
///
/// Cost     as `while_`
template <std::integral First, std::integral Last, class State,
          std::invocable<std::common_type_t<First, Last>, State&> Body>
State for_(First first, Last last, State state, Body&& body, for_options options = {}) {
  using Index = std::common_type_t<First, Last>;
  const auto begin = static_cast<Index>(first), end = static_cast<Index>(last);
  const auto rounds = begin < end ? static_cast<std::size_t>(end - begin) : std::size_t{0};
  return detail::hard_loop(
      std::move(state), [rounds](const State&, std::size_t k) { return k < rounds; },
      [body, begin](State& now, std::size_t k) {
        body(static_cast<Index>(begin + static_cast<Index>(k)), now);
      },
      0, options.snapshots);
}

}  // namespace tc
