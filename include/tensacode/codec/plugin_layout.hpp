// tensacode/codec/plugin_layout.hpp -- columns as the structs of an emitted plugin, and back.
// Layer 4. The layout is the one that emit.hpp declares: slots of 8 bytes, in declaration order.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/emit.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// One member of an emitted struct.
union plugin_slot {
  double number;
  long long integer;
  const void* pointer;
};
static_assert(sizeof(plugin_slot) == 8);

namespace detail {

/// Slots of the members that a node has in an output struct.
std::size_t output_slots(const codec_node& node);

/// An input struct for one instance. Elements of sequences are kept beside it.
class plugin_input {
  using slot_list = std::vector<plugin_slot>;

 public:
  plugin_input(const codec_node& node, columns& c) { write(node, &c, root_); }
  const void* address() const { return root_.data(); }

 private:
  /// Appends the members of the next instance in `c`, or zeros if `c` is null.
  void write(const codec_node& node, columns* c, slot_list& slots);

  slot_list root_;
  std::vector<slot_list> kept_;
};

/// Appends the instance that `slots` holds to columns, and beliefs as `run_decoder` would.
/// Returns the slot behind the node's members.
const plugin_slot* read_plugin_output(const codec_node& node, const plugin_slot* slots,
                                      columns& out, std::vector<leaf_belief>* beliefs = nullptr);

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/plugin_layout.hpp>
#endif
