// tensacode/engine/decision.hpp -- choices learned from rewards.
// Layer 6. A contextual bandit: a network predicts the reward of every choice from the context, and
// the engine takes the choice with the highest one. A share of the decisions takes a random choice
// instead, so that every choice is tried again and again. This share shrinks with experience
// (epsilon-greedy; Sutton & Barto 2018, section 2.4).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/leaves.hpp>
#include <tensacode/codec/node.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/engine/store.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/learn/learned_network.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// A choice that was taken. Converted to bool, it is false for the first choice and true for the
/// others.
struct decision {
  std::size_t choice = 0;
  double probability = 1;             ///< with which this choice was taken
  std::vector<double> probabilities;  ///< of every choice
  std::int64_t handle = 0;            ///< for `feedback`

  double log_probability() const { return std::log(probability); }
  operator bool() const { return choice != 0; }
};

/// The result of `engine::improve`.
struct improvement {
  std::size_t experiences = 0;
  bool adopted = false;
  double error_before = std::numeric_limits<double>::quiet_NaN();  ///< mean squared, held out
  double error_after = std::numeric_limits<double>::quiet_NaN();
};

struct decision_options {
  double least_exploration = 0.02;  ///< share of decisions spread evenly, in the long run
  double exploration_span = 25;     ///< feedbacks after which it is about one half
  std::size_t steps = 300;          ///< optimizer steps of one improvement
};

namespace detail {

/// Learns from rewards which choice to take for the decisions of one label. It does not know the
/// type of the contexts: `decision_site` below keeps them and appends them to columns.
class decision_learner {
 public:
  decision_learner(std::string label, std::uint64_t schema, std::size_t choices, Eigen::Index width,
                   std::uint64_t seed, decision_options options, experience_store& store);
  decision_learner(const decision_learner&) = delete;
  decision_learner& operator=(const decision_learner&) = delete;
  virtual ~decision_learner() = default;

  std::size_t choices() const { return choices_; }
  /// Notes the reward of a decision taken here, and learns once experience has grown by a quarter.
  /// Does nothing for a handle of another site.
  void feedback(std::int64_t handle, double reward);
  /// Trains a network on all rewarded decisions, and keeps it unless it predicts held-out rewards
  /// worse than the network in use.
  improvement improve(std::size_t steps);

 protected:
  virtual codec_node describe_context() const = 0;
  /// Appends the context of the i-th decision to `in`.
  virtual void append_context(std::size_t i, columns& in) const = 0;

  /// The decisions of this site in the store, oldest first. Leaves out those whose choice does not
  /// exist any more.
  std::vector<experience> stored() const;
  /// Adds a decision from the store. The caller has added its context already.
  void remember(const experience& item);
  /// Trains a network on the decisions from the store, if there are enough of them.
  void start();
  /// Takes a choice for a context, and writes both to the store, the context as JSON. `append`
  /// appends the context to columns. The caller keeps the context.
  decision choose(const std::function<void(columns&)>& append, std::string json);

 private:
  static constexpr double missing = std::numeric_limits<double>::quiet_NaN();

  struct memory {
    std::int64_t handle;
    std::size_t choice;
    double reward;  ///< NaN until there is feedback
  };

  codec_node reward_node() const;
  void append(std::size_t i, columns& in, columns& out) const;
  learned_network fit(const std::vector<std::size_t>& rows, std::size_t steps) const;
  double squared_error(const learned_network& net, const std::vector<std::size_t>& rows) const;

  std::string label_;
  std::uint64_t schema_;
  std::size_t choices_;
  Eigen::Index width_;
  random_key key_;
  decision_options options_;
  experience_store& store_;
  std::vector<memory> memories_;
  std::size_t taken_ = 0, rewarded_ = 0, rewarded_at_improvement_ = 0;
  learned_network learned_;  ///< not trained before the first improvement
};

/// A decision learner with contexts of one type.
template <class Context>
class decision_site : public decision_learner {
 public:
  decision_site(std::string label, std::size_t choices, Eigen::Index width, std::uint64_t seed,
                decision_options options, experience_store& store)
      : decision_learner(std::move(label), schema_hash<Context>(), choices, width, seed, options,
                         store) {
    for (const auto& item : stored()) {
      contexts_.push_back(from_json<Context>(item.context));
      remember(item);
    }
    start();
  }

  decision decide(const Context& context) {
    decision result =
        choose([&](columns& in) { codec<Context>::append(context, in); }, to_json(context));
    contexts_.push_back(context);
    return result;
  }

 private:
  codec_node describe_context() const override { return codec<Context>::describe(""); }
  void append_context(std::size_t i, columns& in) const override {
    codec<Context>::append(contexts_[i], in);
  }

  std::vector<Context> contexts_;
};

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/engine/compiled/decision.hpp>
#endif
