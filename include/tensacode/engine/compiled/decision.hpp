// tensacode/engine/compiled/decision.hpp -- the functions that engine/decision.hpp declares.
// Layer 6. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/statistics.hpp>
#include <tensacode/core/config.hpp>
#include <tensacode/engine/decision.hpp>

#include <algorithm>

namespace tc::detail {

TC_INLINE decision_learner::decision_learner(std::string label, std::uint64_t schema,
                                             std::size_t choices, Eigen::Index width,
                                             std::uint64_t seed, decision_options options,
                                             experience_store& store)
    : label_(std::move(label)),
      schema_(schema),
      choices_(choices),
      width_(width),
      key_(random_key(seed).split(fnv1a(label_))),
      options_(options),
      store_(store) {}

TC_INLINE std::vector<experience> decision_learner::stored() const {
  auto items = store_.of_site(label_, schema_);
  std::erase_if(items, [&](const experience& item) {
    return item.choice < 0 || static_cast<std::size_t>(item.choice) >= choices_;
  });
  return items;
}

TC_INLINE void decision_learner::remember(const experience& item) {
  memories_.push_back(
      {item.handle, static_cast<std::size_t>(item.choice), item.reward.value_or(missing)});
  rewarded_ += item.reward ? 1 : 0;
}

TC_INLINE void decision_learner::start() {
  taken_ = memories_.size();
  if (rewarded_ >= 2) improve(options_.steps);
}

TC_INLINE decision decision_learner::choose(const std::function<void(columns&)>& append,
                                            std::string json) {
  std::size_t best = 0;
  double explored = 1;
  if (learned_.trained()) {
    columns in(learned_.layout().input()), decoded(learned_.layout().output());
    append(in);
    std::vector<leaf_belief> expected;
    learned_.run(in, decoded, &expected);
    for (std::size_t i = 1; i < expected.size(); ++i)
      if (expected[i].mean[0] > expected[best].mean[0]) best = i;
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
  item.schema = schema_;
  item.context = std::move(json);
  item.choice = static_cast<std::int64_t>(result.choice);
  item.probability = result.probability;
  result.handle = store_.add(item);
  memories_.push_back({result.handle, result.choice, missing});
  return result;
}

TC_INLINE void decision_learner::feedback(std::int64_t handle, double reward) {
  const auto found =
      std::lower_bound(memories_.begin(), memories_.end(), handle,
                       [](const memory& m, std::int64_t wanted) { return m.handle < wanted; });
  if (found == memories_.end() || found->handle != handle) return;
  if (std::isnan(found->reward)) ++rewarded_;
  found->reward = reward;
  if (rewarded_ >= 8 && rewarded_ >= rewarded_at_improvement_ + rewarded_at_improvement_ / 4)
    improve(options_.steps);
}

TC_INLINE improvement decision_learner::improve(std::size_t steps) {
  improvement result;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < memories_.size(); ++i)
    if (!std::isnan(memories_[i].reward)) rows.push_back(i);
  result.experiences = rows.size();
  if (rows.size() < 2) return result;
  rewarded_at_improvement_ = rows.size();
  // The newest fifth of the decisions compares the two networks: neither was trained on it.
  const std::size_t held_out = rows.size() >= 10 ? rows.size() / 5 : 0;
  const auto middle = rows.end() - static_cast<std::ptrdiff_t>(held_out);
  const std::vector<std::size_t> judges(middle, rows.end()), training(rows.begin(), middle);
  const learned_network candidate = fit(training, steps);
  if (held_out > 0) {
    result.error_after = squared_error(candidate, judges);
    if (learned_.trained()) {
      result.error_before = squared_error(learned_, judges);
      // A new network within 2 % of the old one is as good: the rest is noise.
      if (result.error_after > 1.02 * result.error_before) return result;
    }
  }
  learned_ = fit(rows, steps);
  result.adopted = true;
  return result;
}

/// A record with one number for each choice: its expected reward.
TC_INLINE codec_node decision_learner::reward_node() const {
  codec_node node;
  for (std::size_t i = 0; i < choices_; ++i) {
    codec_node reward = codec<double>::describe(format("reward[{}]", i));
    reward.field = reward.path;
    node.children.push_back(std::move(reward));
  }
  return node;
}

TC_INLINE void decision_learner::append(std::size_t i, columns& in, columns& out) const {
  const memory& m = memories_[i];
  append_context(i, in);
  ++out.instances;
  for (std::size_t c = 0; c < choices_; ++c) {
    ++out.children[c].instances;
    out.children[c].numbers.push_back(c == m.choice ? m.reward : missing);
  }
}

TC_INLINE learned_network decision_learner::fit(const std::vector<std::size_t>& rows,
                                                std::size_t steps) const {
  codec_node input = describe_context(), output = reward_node();
  columns in(input), out(output);
  std::vector<double> rewards;
  for (const auto row : rows) {
    append(row, in, out);
    rewards.push_back(memories_[row].reward);
  }
  measure(input, in, {.knots = 16});
  // All choices share one scale, so that their predictions compare.
  codec_node scale = codec<double>::describe("");
  columns all(scale);
  all.instances = rewards.size();
  all.numbers = std::move(rewards);
  measure(scale, all, {.knots = 16});
  for (auto& child : output.children) {
    child.mean = scale.mean;
    child.deviation = scale.deviation;
    child.knots = scale.knots;
  }
  learned_network net;
  net.lay_out(std::move(input), std::move(output),
              {.width = width_, .dropout = 0.0, .sizes = {.leaf = 8, .text = 16, .element = 16}},
              key_.bits(2));
  fit_options options;
  options.training.batch = 64;
  options.training.steps = steps;
  options.training.least_epochs = 1;
  options.training.most_epochs = steps;
  options.training.optimizer.learning_rate = 5e-3;
  net.train(
      rows, [this](std::size_t i, columns& a, columns& b) { append(i, a, b); }, options,
      key_.bits(3));
  return net;
}

TC_INLINE double decision_learner::squared_error(const learned_network& net,
                                                 const std::vector<std::size_t>& rows) const {
  columns in(net.layout().input()), decoded(net.layout().output());
  for (const auto row : rows) append_context(row, in);
  std::vector<leaf_belief> expected;
  net.run(in, decoded, &expected);
  double total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& m = memories_[rows[i]];
    const double residual = m.reward - expected[m.choice].mean[i];
    total += residual * residual;
  }
  return total / static_cast<double>(rows.size());
}

}  // namespace tc::detail
