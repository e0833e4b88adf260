// tensacode/engine/compiled/learner.hpp -- the functions that engine/learner.hpp declares.
// Layer 6. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/engine/learner.hpp>

namespace tc {

TC_INLINE engine::engine(engine_options options)
    : options_(std::move(options)), store_(detail::open_store(options_.store)) {
  TC_CHECK(options_.width > 0, argument_error, "engine: the width must be positive, got {}",
           options_.width);
}

TC_INLINE void engine::feedback(std::int64_t handle, double reward) {
  TC_CHECK(std::isfinite(reward), argument_error, "feedback: the reward must be finite, got {}",
           reward);
  store_->set_reward(handle, reward);
  for (auto& each : decisions_) each.site->feedback(handle, reward);
}

TC_INLINE std::vector<improvement> engine::improve(std::size_t steps) {
  std::vector<improvement> results;
  results.reserve(decisions_.size());
  for (auto& each : decisions_) results.push_back(each.site->improve(steps));
  return results;
}

TC_INLINE fit_options engine::default_fit() {
  fit_options options;
  options.training.most_epochs = 2000;
  options.training.optimizer.weight_decay = 0;
  return options;
}

TC_INLINE engine& current_engine() {
  static thread_local engine standard;
  return detail::scope_engine ? *detail::scope_engine : standard;
}

}  // namespace tc
