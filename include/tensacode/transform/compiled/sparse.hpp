// tensacode/transform/compiled/sparse.hpp -- colouring and index sets.
// Layer 3. Defines the functions that transform/sparse.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/transform/sparse.hpp>

namespace tc::detail {

TC_INLINE std::uint32_t index_set_graph::leaf(std::uint32_t index) {
  nodes_.push_back({index, is_leaf});
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

TC_INLINE std::uint32_t index_set_graph::unite(std::uint32_t a, std::uint32_t b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  nodes_.push_back({a, b});
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

TC_INLINE std::vector<std::uint32_t> index_set_graph::members(std::uint32_t set) {
  std::vector<std::uint32_t> found;
  if (set == 0) return found;
  seen_.resize(nodes_.size(), 0);
  ++search_;
  pending_.assign(1, set);
  while (!pending_.empty()) {
    const std::uint32_t at = pending_.back();
    pending_.pop_back();
    if (std::exchange(seen_[at], search_) == search_) continue;
    if (nodes_[at].right == is_leaf) {
      found.push_back(nodes_[at].left);
    } else {
      pending_.push_back(nodes_[at].left);
      pending_.push_back(nodes_[at].right);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE std::size_t sparsity_pattern::entries() const {
  std::size_t count = 0;
  for (const auto& row : rows) count += row.size();
  return count;
}

}  // namespace tc

namespace tc::detail {

TC_INLINE sparsity_pattern transposed(const sparsity_pattern& pattern) {
  sparsity_pattern result;
  result.columns = pattern.rows.size();
  result.rows.resize(pattern.columns);
  for (std::size_t i = 0; i < pattern.rows.size(); ++i)
    for (const std::uint32_t j : pattern.rows[i])
      result.rows[j].push_back(static_cast<std::uint32_t>(i));
  return result;
}

TC_INLINE std::vector<std::uint32_t> by_degree(
    const std::vector<std::vector<std::uint32_t>>& rows) {
  std::vector<std::uint32_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return rows[a].size() != rows[b].size() ? rows[a].size() > rows[b].size() : a < b;
  });
  return order;
}

TC_INLINE std::uint32_t smallest_free(std::vector<std::uint32_t>& forbidden, std::uint32_t vertex) {
  std::uint32_t colour = 0;
  while (colour < forbidden.size() && forbidden[colour] == vertex) ++colour;
  if (colour == forbidden.size()) forbidden.push_back(no_colour);
  return colour;
}

TC_INLINE std::vector<std::uint32_t> colours_of_columns(const sparsity_pattern& by_rows) {
  const sparsity_pattern by_columns = transposed(by_rows);
  std::vector<std::uint32_t> colours(by_rows.columns, no_colour), forbidden;
  for (const std::uint32_t column : by_degree(by_columns.rows)) {
    for (const std::uint32_t row : by_columns.rows[column])
      for (const std::uint32_t other : by_rows.rows[row])
        if (colours[other] != no_colour) forbidden[colours[other]] = column;
    colours[column] = smallest_free(forbidden, column);
  }
  return colours;
}

TC_INLINE std::vector<std::uint32_t> star_colours(const sparsity_pattern& pattern) {
  const auto& rows = pattern.rows;
  std::vector<std::uint32_t> colours(rows.size(), no_colour), forbidden, seen_around;
  for (const std::uint32_t v : by_degree(rows)) {
    // Counts how often each colour occurs among the neighbours. If a colour occurs twice, v is the
    // middle of a path whose ends have that colour.
    seen_around.assign(forbidden.size(), 0);
    for (const std::uint32_t w : rows[v])
      if (w != v && colours[w] != no_colour) {
        forbidden[colours[w]] = v;
        ++seen_around[colours[w]];
      }
    for (const std::uint32_t w : rows[v]) {
      if (w == v) continue;
      for (const std::uint32_t x : rows[w]) {
        if (x == v || x == w || colours[x] == no_colour || forbidden[colours[x]] == v) continue;
        bool closes = colours[w] == no_colour || seen_around[colours[w]] > 1;
        for (auto y = rows[x].begin(); !closes && y != rows[x].end(); ++y)
          closes = *y != w && *y != x && colours[*y] == colours[w];
        if (closes) forbidden[colours[x]] = v;
      }
    }
    colours[v] = smallest_free(forbidden, v);
  }
  return colours;
}

TC_INLINE std::size_t count_colours(const std::vector<std::uint32_t>& colours) {
  std::size_t count = 0;
  for (const std::uint32_t colour : colours)
    count = std::max(count, static_cast<std::size_t>(colour) + 1);
  return count;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE hessian_coloring::hessian_coloring(sparsity_pattern pattern)
    : pattern_(std::move(pattern)),
      colours_of_(detail::star_colours(pattern_)),
      colours_(detail::count_colours(colours_of_)) {
  const auto& rows = pattern_.rows;
  // How often each colour occurs in the current row.
  std::vector<std::uint32_t> occurrences(colours_, 0);
  std::vector<std::vector<bool>> alone(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::uint32_t j : rows[i]) ++occurrences[colours_of_[j]];
    for (const std::uint32_t j : rows[i]) alone[i].push_back(occurrences[colours_of_[j]] == 1);
    for (const std::uint32_t j : rows[i]) occurrences[colours_of_[j]] = 0;
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows[i].size(); ++k) {
      const std::uint32_t j = rows[i][k];
      if (alone[i][k])
        sources_.push_back({static_cast<std::uint32_t>(i), colours_of_[j]});
      else
        sources_.push_back({j, colours_of_[i]});
    }
}

TC_INLINE jacobian_coloring::jacobian_coloring(sparsity_pattern pattern)
    : by_rows_(std::move(pattern)), by_columns_(detail::transposed(by_rows_)) {
  colours_of_columns_ = detail::colours_of_columns(by_rows_);
  colours_of_rows_ = detail::colours_of_columns(by_columns_);
  const std::size_t runs =
      (detail::count_colours(colours_of_columns_) + detail::columns_a_run - 1) /
      detail::columns_a_run;
  by_sweeps_ = detail::count_colours(colours_of_rows_) <= 3 * runs;
}

}  // namespace tc
