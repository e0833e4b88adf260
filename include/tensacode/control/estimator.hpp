// tensacode/control/estimator.hpp -- the estimators of gradients through a branch or a loop. Each
// call of `if_`, `switch_`, `while_`, ... may have its own.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/block_setting.hpp>
#include <tensacode/core/error.hpp>

#include <bit>
#include <concepts>
#include <optional>
#include <source_location>
#include <utility>

namespace tc {

/// Runs the branch that the condition chooses. No gradient passes through the condition.
struct hard_branch {};
inline constexpr hard_branch hard{};

/// The noise that a gate assumes on a comparison. The weight of a gate is the distribution function
/// of this noise at m / t, where m is the margin and t the temperature. For `==` the weight is the
/// density at the difference d, scaled to 1 at d = 0.
enum class kernel {
  logistic,  ///< sigmoid(m / t); equal: 1 / cosh(d / (2 t))^2
  gaussian,  ///< the normal distribution function of m / t; equal: exp(-(d / t)^2 / 2)
  cauchy,    ///< 1/2 + atan(m / t) / pi; equal: 1 / (1 + (d / t)^2)
};

/// Runs both branches and returns their weighted mean. The weight is the probability that the
/// comparison holds under noise of scale `temperature`. The result is the expectation over that
/// noise if the rest of the program is affine in it, and biased otherwise. The temperature has the
/// units of the compared numbers.
struct gate {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// Returns the result of the branch that the condition chooses, with the gate's gradient through
/// the condition (Bengio, Leonard & Courville 2013, arXiv:1308.3432). The value is exact, the
/// gradient biased. If the other branch throws or returns a number that is not finite, the
/// condition gets no gradient from it.
struct straight_through {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// Draws one branch with the gate's probability and runs it. The gradient of the expectation comes
/// from the score of the draw, and is unbiased. It works only inside `tc::estimate` and
/// `tc::expectation`.
struct score_function {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// Any one of the estimators above.
struct estimator {
  enum class type { hard, gate, straight_through, score_function };
  type how = type::hard;
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;

  constexpr estimator() = default;
  constexpr estimator(hard_branch) {}
  constexpr estimator(gate g) : how(type::gate), temperature(g.temperature), kernel(g.kernel) {}
  constexpr estimator(straight_through s)
      : how(type::straight_through), temperature(s.temperature), kernel(s.kernel) {}
  constexpr estimator(score_function s)
      : how(type::score_function), temperature(s.temperature), kernel(s.kernel) {}
};

/// Identifies a branch, a loop or a draw: by its source location, or by a label. It is the last
/// argument of `if_` and the others: `tc::if_(x < 1, then, otherwise, tc::gate{}, "valve")`.
struct control_site {
  const char* label = nullptr;
  std::source_location where;

  constexpr control_site(std::source_location here = std::source_location::current())
      : where(here) {}
  constexpr control_site(const char* name,
                         std::source_location here = std::source_location::current())
      : label(name), where(here) {}
};

namespace detail {

/// The estimator of the enclosing `control_scope`; `hard` if there is none.
inline estimator scope_estimator() {
  static_assert(sizeof(estimator) == sizeof(block_setting) && int(estimator::type::hard) == 0);
  return std::bit_cast<estimator>(current_block_setting);
}

inline void check_temperature(const estimator& e) {
  TC_CHECK(e.how == estimator::type::hard || e.temperature > 0, argument_error,
           "control: the temperature must be positive, got {}", e.temperature);
}

}  // namespace detail

/// Sets the estimator of every site in the enclosing block that names none itself. It also holds on
/// the threads that run samples of `tc::estimate` or terms of `tc::parallel_gradient` for this
/// block, and when a sweep runs part of the block again. Scopes must end in reverse order.
class control_scope {
 public:
  explicit control_scope(estimator e)
      : scope_((detail::check_temperature(e), std::bit_cast<detail::block_setting>(e))) {}
  control_scope(const control_scope&) = delete;
  control_scope& operator=(const control_scope&) = delete;

 private:
  detail::block_setting_scope scope_;
};

/// A loop reached the number of iterations it was allowed.
struct loop_bound_reached : error {
  using error::error;
};

/// Two branches of a relaxed `if_` leave different values in a part that cannot be mixed, such as
/// an integer or a string.
struct branch_disagreement : error {
  using error::error;
};

}  // namespace tc
