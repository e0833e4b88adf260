// tensacode/codec/compiled/statistics.hpp -- the functions that codec/statistics.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/statistics.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

inline void measure_numbers(codec_node& node, std::vector<double> values, std::size_t knots) {
  std::erase_if(values, [](double x) { return !std::isfinite(x); });
  std::sort(values.begin(), values.end());
  node.knots.clear();
  node.mean = 0;
  node.deviation = 1;
  if (values.empty()) {
    node.knots = {0, 1};
    return;
  }
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double x : values) sum += x / n;
  for (const double x : values) squares += (x - sum) * (x - sum) / n;
  node.mean = sum;
  if (squares > 0 && std::isfinite(squares)) node.deviation = std::sqrt(squares);
  for (std::size_t i = 0; i <= knots; ++i) {
    const auto rank = static_cast<std::size_t>(
        std::llround(static_cast<double>(i) / static_cast<double>(knots) * (n - 1)));
    if (node.knots.empty() || values[rank] > node.knots.back()) node.knots.push_back(values[rank]);
  }
  if (node.knots.size() == 1) {
    // All values are equal. Add a second knot nearer to zero, where it cannot overflow, and far
    // enough from the first to be another number.
    const double only = node.knots[0], step = std::max(1.0, std::abs(only) * 1e-6);
    if (only > 0)
      node.knots = {only - step, only};
    else
      node.knots = {only, only + step};
  }
}

/// The `most` keys with the largest counts, of those counted at least `least` times, in ascending
/// order.
template <class Key>
std::vector<Key> most_frequent(const std::unordered_map<Key, std::size_t>& counts, std::size_t most,
                               std::size_t least) {
  std::vector<std::pair<std::size_t, Key>> ranked;
  for (const auto& [key, count] : counts)
    if (count >= least) ranked.emplace_back(count, key);
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (ranked.size() > most) ranked.resize(most);
  std::vector<Key> keys;
  keys.reserve(ranked.size());
  for (const auto& [count, key] : ranked) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE void measure(codec_node& node, const columns& c, const measure_options& options) {
  using numbers = std::vector<double>;
  using count = std::size_t;
  if (node.kind == node_kind::number) {
    detail::measure_numbers(node, c.numbers, options.knots);
  } else if (node.kind == node_kind::text) {
    std::unordered_map<std::uint64_t, count> tokens;
    std::unordered_map<std::uint32_t, count> points;
    numbers lengths;
    for (const auto& text : c.texts) {
      for_each_token(text, [&](std::uint64_t token) { ++tokens[token]; });
      const auto spelled = code_points(text);
      for (const auto point : spelled) ++points[point];
      lengths.push_back(static_cast<double>(spelled.size()));
      node.longest = std::min(options.longest_text, std::max(node.longest, spelled.size()));
    }
    node.vocabulary = detail::most_frequent(tokens, options.vocabulary, options.least_count);
    node.alphabet = detail::most_frequent(points, options.alphabet, 1);
    detail::measure_numbers(node, std::move(lengths), options.knots);
  } else if (node.kind == node_kind::sequence) {
    numbers lengths;
    for (std::size_t i = 0; i + 1 < c.offsets.size(); ++i) {
      const std::size_t length = c.offsets[i + 1] - c.offsets[i];
      lengths.push_back(static_cast<double>(length));
      node.longest = std::min(options.longest_sequence, std::max(node.longest, length));
    }
    detail::measure_numbers(node, std::move(lengths), options.knots);
  }
  for (std::size_t i = 0; i < node.children.size(); ++i)
    measure(node.children[i], c.children[i], options);
}

}  // namespace tc
