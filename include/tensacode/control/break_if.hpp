// tensacode/control/break_if.hpp -- `break_if` and `continue_if`, called in the body of a loop.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/decision.hpp>
#include <tensacode/control/detail/running_loop.hpp>
#include <tensacode/control/estimator.hpp>

#include <concepts>

namespace tc {
namespace detail {

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

/// Ends the innermost `while_` or `for_` of this thread if the condition holds. The body of the
/// loop may call it directly or from a function. It throws an exception that the loop catches, so
/// the destructors of the body's objects run. Under `gate` the loop stops here with the probability
/// that the condition holds, and goes on with the remaining probability.
///
/// Errors   argument_error outside of a body, inside of a relaxed branch, under `straight_through`,
///          and under `gate` if the state of the loop has no variables
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
/// Skips the rest of the body if the condition holds, and goes on with the next round. Otherwise as
/// `break_if`. Under `gate` the state at this call is mixed with the state at the end of the body.
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

}  // namespace tc
