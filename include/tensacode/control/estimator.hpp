// tensacode/control/estimator.hpp -- how a gradient passes a branch, chosen site by site.
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

/// The branch that the program takes, and no gradient through the condition.
struct hard_branch {};
inline constexpr hard_branch hard{};

/// The noise on a comparison whose distribution function is the weight of a gate. For `==` the
/// weight is the density, 1 where the two are equal.
enum class kernel {
  logistic,  ///< sigmoid(m / t); equal: 1 / cosh(d / (2 t))^2
  gaussian,  ///< the normal distribution function of m / t; equal: exp(-(d / t)^2 / 2)
  cauchy,    ///< 1/2 + atan(m / t) / pi; equal: 1 / (1 + (d / t)^2)
};

/// Both branches, weighted by the kernel's probability that the comparison holds under noise of
/// scale `temperature`. Exact for the expectation over that noise if what follows is affine in the
/// result; biased otherwise. Units of the temperature: those of the compared numbers.
struct gate {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// The branch that the program takes, with the gate's gradient through the condition (Bengio,
/// Leonard & Courville 2013, arXiv:1308.3432). The value is exact, the gradient biased. What the
/// other branch throws, or where it is not finite, counts as if it had no influence.
struct straight_through {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// One branch, drawn with the gate's probability; the gradient is the score function's. Unbiased
/// for the expectation over the draws; only inside `tc::estimate` and `tc::expectation`.
struct score_function {
  double temperature = 1.0;
  tc::kernel kernel = tc::kernel::logistic;
};

/// Any of them, as the default of a scope.
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

/// Where a program branches: its place in the source, or a name given to it. What `if_` and the
/// others take last: `tc::if_(x < 1, then, otherwise, tc::gate{}, "valve")`.
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

/// That of the enclosing block; `hard` where there is none.
inline estimator scope_estimator() {
  static_assert(sizeof(estimator) == sizeof(block_setting) && int(estimator::type::hard) == 0);
  return std::bit_cast<estimator>(current_block_setting);
}

inline void check_temperature(const estimator& e) {
  TC_CHECK(e.how == estimator::type::hard || e.temperature > 0, argument_error,
           "control: the temperature must be positive, got {}", e.temperature);
}

}  // namespace detail

/// The estimator of every site in the enclosing block that names none itself: on this thread, on
/// those that run parts of the block for it, the samples of `tc::estimate` and the terms of
/// `tc::parallel_gradient`, and where a sweep runs a part of the block again. Scopes must end in
/// reverse order.
class control_scope {
 public:
  explicit control_scope(estimator e)
      : scope_((detail::check_temperature(e), std::bit_cast<detail::block_setting>(e))) {}
  control_scope(const control_scope&) = delete;
  control_scope& operator=(const control_scope&) = delete;

 private:
  detail::block_setting_scope scope_;
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
