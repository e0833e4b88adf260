// tensacode/codec/node.hpp -- a type as the tree of things a network reads and writes.
// Layer 4. Several C++ types share a node: an enum and a bool are categories, a set, a vector and
// a map are sequences. A node also keeps the statistics of its values in the training rows.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tc {

enum class node_kind {
  number,        ///< integers and floating-point numbers, possibly absent
  category,      ///< one of a known list: enums and bools, possibly absent
  text,          ///< a string
  record,        ///< several children, always present
  optional,      ///< one child or nothing
  sequence,      ///< any number of one child
  alternatives,  ///< exactly one of the children
};

struct codec_node {
  node_kind kind = node_kind::record;
  std::string path;             ///< from the root: `home.street`, `scores[]`; empty for the root
  std::string field;            ///< the last part of the path
  bool absent_allowed = false;  ///< of numbers and categories
  bool integral = false;        ///< of numbers: decoded values are rounded
  double least = -std::numeric_limits<double>::infinity();  ///< of numbers: range of the type
  double greatest = std::numeric_limits<double>::infinity();
  std::vector<std::string> categories;  ///< of categories: their names
  std::vector<codec_node> children;

  // Measured on the training rows.
  std::vector<double> knots;  ///< of numbers and sequence lengths: distinct quantiles, ascending
  double mean = 0;
  double deviation = 1;
  std::vector<std::uint64_t> vocabulary;  ///< of texts: hashes of known tokens, ascending
  std::vector<std::uint32_t> alphabet;    ///< of texts: known code points, ascending
  std::size_t longest = 0;                ///< of texts and sequences: bound of decoded lengths
};

/// Calls `f(node)` for `node` and everything below it, parents first.
template <class Node, class F>
void for_each_node(Node& node, const F& f) {
  f(node);
  for (auto& child : node.children) for_each_node(child, f);
}

}  // namespace tc
