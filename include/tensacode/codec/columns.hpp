// tensacode/codec/columns.hpp -- a batch of objects, stored leaf by leaf.
// Layer 4. The tree of columns has the shape of the tree of nodes. Each node holds one entry for
// each instance in the batch: under an optional only the values that are present, under a sequence
// all elements of all rows. Networks read and write columns and never see the user's type.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/node.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tc {

struct columns {
  std::size_t instances = 0;
  std::vector<double> numbers;        ///< number: the value, NaN where absent
  std::vector<std::int32_t> indices;  ///< category: position, -1 where absent; optional: 0 or 1;
                                      ///< alternatives: position of the child
  std::vector<std::uint32_t> offsets{0};  ///< sequence: child instances before each instance
  std::vector<std::string> texts;         ///< text
  std::vector<columns> children;
  std::size_t taken = 0;  ///< instances already read back into objects

  columns() = default;
  template <std::same_as<codec_node> Node>
  explicit columns(const Node& node) {
    for (const auto& child : node.children) children.emplace_back(child);
  }
  /// Removes all instances, keeping the memory.
  void clear();
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/columns.hpp>
#endif
