// tensacode/engine/decision.hpp -- choices learned from rewards.
// Layer 6. A contextual bandit: a network predicts the reward of every choice from the context;
// the best is taken, but for a share of the decisions, which shrinks with experience, that is
// spread evenly so that every choice goes on being tried (Sutton & Barto 2018, section 2.4).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/codec.hpp>
#include <tensacode/engine/store.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/learn/training.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// A choice that was taken. As a bool, whether it is not the first one.
struct decision {
  std::size_t choice = 0;
  double probability = 1;             ///< with which this choice was taken
  std::vector<double> probabilities;  ///< of every choice
  std::int64_t handle = 0;            ///< for `feedback`

  double log_probability() const { return std::log(probability); }
  operator bool() const { return choice != 0; }
};

/// What `improve` did.
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

/// A decision whatever the type of its context.
class decision_site_base {
 public:
  virtual ~decision_site_base() = default;
  virtual void feedback(std::int64_t handle, double reward) = 0;
  virtual improvement improve(std::size_t steps) = 0;
};

template <class Context>
class decision_site : public decision_site_base {
  using numbers = std::vector<double>;
  using parameters = parameter_set<double>;
  using row_numbers = std::vector<std::size_t>;

 public:
  decision_site(std::string label, std::size_t choices, Eigen::Index width, std::uint64_t seed,
                decision_options options, experience_store& store)
      : label_(std::move(label)),
        choices_(choices),
        width_(width),
        key_(random_key(seed).split(fnv1a(label_))),
        options_(options),
        store_(store) {
    for (const auto& item : store.of_site(label_, schema_hash<Context>())) {
      if (item.choice < 0 || static_cast<std::size_t>(item.choice) >= choices_) continue;
      memories_.push_back({item.handle, from_json<Context>(item.context),
                           static_cast<std::size_t>(item.choice), reward_or_nan(item)});
      rewarded_ += item.reward ? 1 : 0;
    }
    taken_ = memories_.size();
    if (rewarded_ >= 2) improve(options_.steps);
  }

  std::size_t choices() const { return choices_; }

  decision decide(const Context& context) {
    std::size_t best = 0;
    double explored = 1;
    if (trained_) {
      const auto expected = expected_rewards(context);
      best = static_cast<std::size_t>(std::max_element(expected.begin(), expected.end()) -
                                      expected.begin());
      explored = std::max(
          options_.least_exploration,
          options_.exploration_span / (options_.exploration_span + static_cast<double>(rewarded_)));
    }
    decision result;
    result.probabilities.assign(choices_, explored / static_cast<double>(choices_));
    result.probabilities[best] += 1 - explored;
    double u = key_.split(1).uniform(taken_++);
    while (result.choice + 1 < choices_ && u >= result.probabilities[result.choice])
      u -= result.probabilities[result.choice++];
    result.probability = result.probabilities[result.choice];

    experience item;
    item.site = label_;
    item.schema = schema_hash<Context>();
    item.context = to_json(context);
    item.choice = static_cast<std::int64_t>(result.choice);
    item.probability = result.probability;
    result.handle = store_.add(item);
    memories_.push_back({result.handle, context, result.choice, missing});
    return result;
  }

  void feedback(std::int64_t handle, double reward) override {
    const auto found =
        std::lower_bound(memories_.begin(), memories_.end(), handle,
                         [](const memory& m, std::int64_t wanted) { return m.handle < wanted; });
    if (found == memories_.end() || found->handle != handle) return;
    if (std::isnan(found->reward)) ++rewarded_;
    found->reward = reward;
    // Learning as it goes: whenever experience has grown by a quarter.
    if (rewarded_ >= 8 && rewarded_ >= rewarded_at_improvement_ + rewarded_at_improvement_ / 4)
      improve(options_.steps);
  }

  improvement improve(std::size_t steps) override {
    improvement result;
    row_numbers rows;
    for (std::size_t i = 0; i < memories_.size(); ++i)
      if (!std::isnan(memories_[i].reward)) rows.push_back(i);
    result.experiences = rows.size();
    if (rows.size() < 2) return result;
    rewarded_at_improvement_ = rows.size();
    // The newest fifth, which the old network has not seen either, judges old and new.
    const std::size_t held_out = rows.size() >= 10 ? rows.size() / 5 : 0;
    const row_numbers judges(rows.end() - static_cast<std::ptrdiff_t>(held_out), rows.end());
    const row_numbers training(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(held_out));
    network candidate = fit(training, steps);
    if (trained_ && held_out > 0) {
      result.error_before = squared_error(network_, judges);
      result.error_after = squared_error(candidate, judges);
      // Never worse on the replay set: noise decides nothing, so a tie within 2 % is for the new.
      if (result.error_after > 1.02 * result.error_before) return result;
    } else if (held_out > 0) {
      result.error_after = squared_error(candidate, judges);
    }
    network_ = fit(rows, steps);
    exact_ = network_.parameters().template cast<double>();
    trained_ = true;
    result.adopted = true;
    return result;
  }

 private:
  static constexpr double missing = std::numeric_limits<double>::quiet_NaN();

  struct memory {
    std::int64_t handle;
    Context context;
    std::size_t choice;
    double reward;  ///< NaN until there is feedback
  };

  static double reward_or_nan(const experience& item) { return item.reward.value_or(missing); }

  /// A record of one number a choice: its expected reward.
  codec_node reward_node() const {
    codec_node node;
    for (std::size_t i = 0; i < choices_; ++i) {
      codec_node reward = codec<double>::describe(format("reward[{}]", i));
      reward.field = reward.path;
      node.children.push_back(std::move(reward));
    }
    return node;
  }

  void append(std::size_t i, columns& in, columns& out) const {
    const memory& m = memories_[i];
    codec<Context>::append(m.context, in);
    ++out.instances;
    for (std::size_t c = 0; c < choices_; ++c) {
      ++out.children[c].instances;
      out.children[c].numbers.push_back(c == m.choice ? m.reward : missing);
    }
  }

  network fit(const row_numbers& rows, std::size_t steps) const {
    codec_node input = codec<Context>::describe(""), output = reward_node();
    columns in(input), out(output);
    numbers rewards;
    for (const auto row : rows) {
      append(row, in, out);
      rewards.push_back(memories_[row].reward);
    }
    measure(input, in, {.knots = 16});
    // All choices share one scale, so that their predictions compare.
    codec_node scale = codec<double>::describe("");
    detail::measure_numbers(scale, rewards, 16);
    for (auto& child : output.children) {
      child.mean = scale.mean;
      child.deviation = scale.deviation;
      child.knots = scale.knots;
    }
    network net(std::move(input), std::move(output),
                {.width = width_, .dropout = 0.0, .sizes = {.leaf = 8, .text = 16, .element = 16}},
                key_.bits(2));
    training_options options;
    options.batch = 64;
    options.steps = steps;
    options.least_epochs = 1;
    options.most_epochs = steps;
    options.optimizer.learning_rate = 5e-3;
    train(
        net, rows, {}, [this](std::size_t i, columns& a, columns& b) { append(i, a, b); }, options,
        key_.bits(3), [](const fit_progress&) { return true; });
    return net;
  }

  std::vector<numbers> predict(const network& net, const parameters& exact,
                               const columns& in) const {
    const recording<double> scratch;
    const bound_parameters<double> p(exact, false);
    columns decoded(net.output());
    std::vector<leaf_belief> beliefs;
    run_decoder(net.output(), net.decoder(), p, net.encode(p, in), decoded, &beliefs);
    std::vector<numbers> means;
    means.reserve(beliefs.size());
    for (const auto& belief : beliefs) means.push_back(belief.mean);
    return means;
  }

  numbers expected_rewards(const Context& context) const {
    columns in(network_.input());
    codec<Context>::append(context, in);
    numbers rewards;
    for (const auto& mean : predict(network_, exact_, in)) rewards.push_back(mean[0]);
    return rewards;
  }

  double squared_error(const network& net, const row_numbers& rows) const {
    columns in(net.input());
    for (const auto row : rows) codec<Context>::append(memories_[row].context, in);
    const auto means = predict(net, net.parameters().template cast<double>(), in);
    double total = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& m = memories_[rows[i]];
      const double residual = m.reward - means[m.choice][i];
      total += residual * residual;
    }
    return total / static_cast<double>(rows.size());
  }

  std::string label_;
  std::size_t choices_;
  Eigen::Index width_;
  random_key key_;
  decision_options options_;
  experience_store& store_;
  std::vector<memory> memories_;
  std::size_t taken_ = 0, rewarded_ = 0, rewarded_at_improvement_ = 0;
  bool trained_ = false;
  network network_;
  parameters exact_;
};

}  // namespace detail
}  // namespace tc
