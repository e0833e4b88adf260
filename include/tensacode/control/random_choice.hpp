// tensacode/control/random_choice.hpp -- random choices inside a program, and their scores.
// Layer 3. While `tc::estimate` runs a sample, this thread has a sampler: a random stream that
// belongs to the sample alone, and the sum of the log-probabilities of what was drawn, which is
// where the score function's gradient comes from (Williams 1992).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/core/random.hpp>

#include <utility>

namespace tc {
namespace detail {

struct sampler {
  random_stream stream;
  var log_probability = 0;  ///< of the choices whose probability is differentiable
};

inline constinit thread_local sampler* current_sampler = nullptr;

class sampler_scope {
 public:
  explicit sampler_scope(sampler& s) : enclosing_(std::exchange(current_sampler, &s)) {}
  sampler_scope(const sampler_scope&) = delete;
  sampler_scope& operator=(const sampler_scope&) = delete;
  ~sampler_scope() { current_sampler = enclosing_; }

 private:
  sampler* enclosing_;
};

template <class Lazy = void>
sampler& sampler_in_use(const char* what) {
  if (!current_sampler)
    throw tc::error(
        format("{}: random choices are made inside a program run by tc::estimate or "
               "tc::expectation",
               what));
  return *current_sampler;
}

}  // namespace detail

/// True with probability p. A hard branch may depend on it: the gradient of the expectation by p
/// comes from the score of the choice. Throws `argument_error` unless 0 <= p <= 1.
template <class Probability>
  requires detail::scalar_operand<Probability>
bool flip(const Probability& p) {
  auto& sampler = detail::sampler_in_use("flip");
  const double probability = static_cast<double>(value(p));
  TC_CHECK(probability >= 0 && probability <= 1, argument_error,
           "flip: the probability must be in [0, 1], got {}", probability);
  const bool heads = sampler.stream.uniform() < probability;
  if constexpr (detail::expression<Probability>) {
    const var q(p);
    if (q.slot() != 0) sampler.log_probability += heads ? var(log(q)) : var(log1p(-q));
  }
  return heads;
}

}  // namespace tc
