// tensacode/control/estimator.hpp -- how a gradient passes a branch, chosen site by site.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <concepts>
#include <optional>
#include <utility>

namespace tc {

/// The branch that the program takes, and no gradient through the condition.
struct hard_branch {};
inline constexpr hard_branch hard{};

/// Both branches, weighted by sigmoid(margin / temperature). Exact for the expectation over
/// logistic noise of scale `temperature` on the compared numbers if what follows is affine in the
/// result; biased otherwise. Units of the temperature: those of the margin.
struct gate {
  double temperature = 1.0;
};

/// One branch, drawn with probability sigmoid(margin / temperature); the gradient is the score
/// function's. Unbiased; only inside `tc::estimate` and `tc::expectation`.
struct score_function {
  double temperature = 1.0;
};

/// Any of them, as the default of a scope.
struct estimator {
  enum class type { hard, gate, score_function };
  type how = type::hard;
  double temperature = 1.0;

  constexpr estimator() = default;
  constexpr estimator(hard_branch) {}
  constexpr estimator(gate g) : how(type::gate), temperature(g.temperature) {}
  constexpr estimator(score_function s) : how(type::score_function), temperature(s.temperature) {}
};

namespace detail {

inline thread_local estimator scope_estimator{};

template <class Lazy = void>
void check_temperature(const estimator& e) {
  TC_CHECK(e.how == estimator::type::hard || e.temperature > 0, argument_error,
           "control: the temperature must be positive, got {}", e.temperature);
}

}  // namespace detail

/// The estimator of every site in the enclosing block that names none itself, on this thread.
class control_scope {
 public:
  template <class Lazy = void>
  explicit control_scope(estimator e) : enclosing_(detail::scope_estimator) {
    detail::check_temperature(e);
    detail::scope_estimator = e;
  }
  control_scope(const control_scope&) = delete;
  control_scope& operator=(const control_scope&) = delete;
  ~control_scope() { detail::scope_estimator = enclosing_; }

 private:
  estimator enclosing_;
};

/// A loop came to the bound it was given.
struct loop_bound_reached : error {
  using error::error;
};

/// Two relaxed branches leave different values where no mixture exists.
struct branch_disagreement : error {
  using error::error;
};

}  // namespace tc
