// tensacode/engine/compiled/learner.hpp -- the functions that engine/learner.hpp declares.
// Layer 6. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/engine/learner.hpp>

#include <cmath>
#include <utility>

namespace tc {

struct engine::contents {
  struct kept_decision {
    std::string label;
    const std::type_info* type;
    std::unique_ptr<detail::decision_learner> site;
  };
  struct kept_codec {
    const std::type_info* type;
    std::unique_ptr<detail::codec_site_base> site;
  };

  std::unique_ptr<experience_store> store;
  // A vector in the order of first use. A program has few of them, so a search is quick.
  std::vector<kept_decision> decisions;
  std::vector<kept_codec> codecs;
};

TC_INLINE engine::engine(engine_options options)
    : options_(std::move(options)), contents_(std::make_unique<contents>()) {
  TC_CHECK(options_.width > 0, argument_error, "engine: the width must be positive, got {}",
           options_.width);
  contents_->store = detail::open_store(options_.store);
}
TC_INLINE engine::engine(engine&&) noexcept = default;
TC_INLINE engine& engine::operator=(engine&&) noexcept = default;
TC_INLINE engine::~engine() = default;

TC_INLINE detail::decision_learner& engine::decision_site(const std::string& label,
                                                          const std::type_info& type,
                                                          std::size_t choices,
                                                          make_decision_site make) {
  for (auto& each : contents_->decisions)
    if (*each.type == type && each.label == label) {
      TC_CHECK(each.site->choices() == choices, argument_error,
               "choose: decision '{}' had {} choices, now {}", label, each.site->choices(),
               choices);
      return *each.site;
    }
  std::unique_ptr<detail::decision_learner> site(make(label, choices, options_, *contents_->store));
  contents_->decisions.push_back({label, &type, std::move(site)});
  return *contents_->decisions.back().site;
}

TC_INLINE detail::codec_site_base& engine::codec_site(const std::type_info& type,
                                                      make_codec_site make) {
  for (auto& each : contents_->codecs)
    if (*each.type == type) return *each.site;
  std::unique_ptr<detail::codec_site_base> site(make(options_));
  contents_->codecs.push_back({&type, std::move(site)});
  return *contents_->codecs.back().site;
}

TC_INLINE void engine::feedback(std::int64_t handle, double reward) {
  TC_CHECK(std::isfinite(reward), argument_error, "feedback: the reward must be finite, got {}",
           reward);
  contents_->store->set_reward(handle, reward);
  for (auto& each : contents_->decisions) each.site->feedback(handle, reward);
}

TC_INLINE std::vector<improvement> engine::improve(std::size_t steps) {
  std::vector<improvement> results;
  results.reserve(contents_->decisions.size());
  for (auto& each : contents_->decisions) results.push_back(each.site->improve(steps));
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
