// tensacode/codec/compiled/plugin_layout.hpp -- the functions that codec/plugin_layout.hpp
// declares. Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/plugin_layout.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::size_t output_slots(const codec_node& node) {
  std::size_t children = 0;
  for (const auto& child : node.children) children += output_slots(child);
  switch (node.kind) {
    case node_kind::number:
      return 4;
    case node_kind::category:
      return 1 + static_cast<std::size_t>(head_rows(node));
    case node_kind::text:
      return decoded_text_bytes(node) / 8 + 1;
    case node_kind::record:
      return children == 0 ? 1 : children;
    case node_kind::optional:
      return 1 + children;
    case node_kind::sequence:
      return 1 + decoded_capacity(node) * children;
    case node_kind::alternatives:
      return 1 + children;
  }
  return children;
}

TC_INLINE void plugin_input::write(const codec_node& node, columns* c, slot_list& slots) {
  const auto put = [&](auto value) {
    plugin_slot slot;
    if constexpr (std::is_floating_point_v<decltype(value)>)
      slot.number = value;
    else if constexpr (std::is_pointer_v<decltype(value)>)
      slot.pointer = value;
    else
      slot.integer = static_cast<long long>(value);
    slots.push_back(slot);
  };
  const std::size_t at = c ? c->taken++ : 0;
  switch (node.kind) {
    case node_kind::number:
      put(c ? c->numbers[at] : std::numeric_limits<double>::quiet_NaN());
      return;
    case node_kind::category:
      put(c ? c->indices[at] : -1);
      return;
    case node_kind::text:
      put(c ? static_cast<const void*>(c->texts[at].data()) : nullptr);
      put(c ? c->texts[at].size() : 0);
      return;
    case node_kind::record:
      for (std::size_t i = 0; i < node.children.size(); ++i)
        write(node.children[i], c ? &c->children[i] : nullptr, slots);
      if (node.children.empty()) put(0);
      return;
    case node_kind::optional: {
      const bool present = c && c->indices[at] == 1;
      put(present ? 1 : 0);
      write(node.children[0], present ? c->children.data() : nullptr, slots);
      return;
    }
    case node_kind::sequence: {
      slot_list elements;
      const std::size_t count = c ? c->offsets[at + 1] - c->offsets[at] : 0;
      for (std::size_t i = 0; i < count; ++i) write(node.children[0], c->children.data(), elements);
      put(static_cast<const void*>(elements.data()));
      put(count);
      kept_.push_back(std::move(elements));  // the slots stay where they are
      return;
    }
    case node_kind::alternatives: {
      const std::int32_t choice = c ? c->indices[at] : 0;
      put(choice);
      for (std::size_t i = 0; i < node.children.size(); ++i)
        write(node.children[i],
              c && choice == static_cast<std::int32_t>(i) ? &c->children[i] : nullptr, slots);
      return;
    }
  }
}

TC_INLINE const plugin_slot* read_plugin_output(const codec_node& node, const plugin_slot* slots,
                                                columns& out, std::vector<leaf_belief>* beliefs) {
  ++out.instances;
  switch (node.kind) {
    case node_kind::number:
      out.numbers.push_back(slots[0].number);
      if (beliefs) {
        leaf_belief belief;
        belief.node = &node;
        belief.mean = {slots[1].number};
        belief.deviation = {slots[2].number};
        belief.presence = {slots[3].number};
        beliefs->push_back(std::move(belief));
      }
      return slots + 4;
    case node_kind::category: {
      out.indices.push_back(static_cast<std::int32_t>(slots[0].integer));
      const Eigen::Index rows = head_rows(node);
      if (beliefs) {
        leaf_belief belief;
        belief.node = &node;
        belief.probabilities.resize(rows, 1);
        for (Eigen::Index i = 0; i < rows; ++i) belief.probabilities(i) = slots[1 + i].number;
        beliefs->push_back(std::move(belief));
      }
      return slots + 1 + rows;
    }
    case node_kind::text: {
      const std::size_t width = decoded_text_bytes(node) / 8;
      out.texts.emplace_back(reinterpret_cast<const char*>(slots),
                             static_cast<std::size_t>(slots[width].integer));
      return slots + width + 1;
    }
    case node_kind::record: {
      const plugin_slot* next = slots;
      for (std::size_t i = 0; i < node.children.size(); ++i)
        next = read_plugin_output(node.children[i], next, out.children[i], beliefs);
      return node.children.empty() ? slots + 1 : next;
    }
    case node_kind::optional: {
      out.indices.push_back(static_cast<std::int32_t>(slots[0].integer));
      if (slots[0].integer == 1) read_plugin_output(node.children[0], slots + 1, out.children[0]);
      return slots + output_slots(node);
    }
    case node_kind::sequence: {
      const plugin_slot* next = slots + 1;
      for (long long i = 0; i < slots[0].integer; ++i)
        next = read_plugin_output(node.children[0], next, out.children[0]);
      out.offsets.push_back(static_cast<std::uint32_t>(out.children[0].instances));
      return slots + output_slots(node);
    }
    case node_kind::alternatives: {
      out.indices.push_back(static_cast<std::int32_t>(slots[0].integer));
      const plugin_slot* next = slots + 1;
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (slots[0].integer == static_cast<long long>(i))
          read_plugin_output(node.children[i], next, out.children[i]);
        next += output_slots(node.children[i]);
      }
      return slots + output_slots(node);
    }
  }
  return slots;
}

}  // namespace tc::detail
