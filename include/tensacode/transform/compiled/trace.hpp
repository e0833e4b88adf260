// tensacode/transform/compiled/trace.hpp -- building and printing the graph of a trace.
// Layer 3. Defines the functions that transform/trace.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/transform/trace.hpp>

namespace tc {

TC_INLINE std::string trace_graph::graphviz() const {
  std::string out = "digraph trace {\n  rankdir=LR;\n  node [fontname=\"monospace\"];\n";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const traced_node& node = nodes[i];
    std::string label = node.name;
    if (!node.text.empty()) label += " = " + node.text;
    label += node.elements == 1 ? "\nvalue " + detail::number_text(node.value)
                                : format("\n{} elements", node.elements);
    if (node.elements == 1) label += "\nadjoint " + detail::number_text(node.adjoint);
    out += format("  n{} [label=\"{}\"{}{}{}];\n", i, escaped(label),
                  node.what == traced_node::kind::input    ? ", shape=box"
                  : node.what == traced_node::kind::tensor ? ", shape=box3d"
                                                           : "",
                  node.finite ? "" : ", color=red, fontcolor=red",
                  node.reached ? "" : ", style=dashed, color=grey");
    for (const traced_operand& operand : node.operands)
      out += operand.has_partial ? format("  n{} -> n{} [label=\"{}\"];\n", operand.node, i,
                                          detail::number_text(operand.partial))
                                 : format("  n{} -> n{};\n", operand.node, i);
  }
  return out + "}\n";
}

TC_INLINE std::string trace_graph::first_not_finite() const {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [](const traced_node& n) { return !n.finite; });
  if (found == nodes.end()) return {};
  std::string out = found->text.empty() ? found->name : found->name + " = " + found->text;
  if (found->elements > 1)
    out += " has an element that is " + detail::number_text(found->value);
  else if (!std::isfinite(found->value))
    out += " is " + detail::number_text(found->value);
  else
    out +=
        format(" is {}, but a derivative of it is not finite", detail::number_text(found->value));
  const char* separator = ", where ";
  for (const traced_operand& operand : found->operands) {
    const traced_node& from = nodes[operand.node];
    out += std::exchange(separator, ", ");
    out += from.elements == 1 ? format("{} = {}", from.name, detail::number_text(from.value))
                              : format("{} has {} elements", from.name, from.elements);
    if (operand.has_partial && !std::isfinite(operand.partial))
      out += format(" (derivative {})", detail::number_text(operand.partial));
  }
  return out;
}

TC_INLINE std::vector<std::string> trace_graph::unreached_inputs() const {
  std::vector<std::string> out;
  for (const traced_node& node : nodes)
    if (node.what == traced_node::kind::input && !node.reached) out.push_back(node.name);
  return out;
}

TC_INLINE std::string trace_graph::escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

}  // namespace tc

namespace tc::detail {

TC_INLINE void trace_log::input(std::string name, double value, adjoint_slot slot) {
  open(slot, 1, traced_node::kind::input);
  auto& node = graph.nodes.back();
  node.name = std::move(name);
  set_value(node, value);
}

TC_INLINE void trace_log::node(std::string_view payload, adjoint_slot first, std::size_t results) {
  open(first, results, traced_node::kind::tensor);
  // The name of the class: "matrix_product_node<...>".
  payload = payload.substr(0, payload.find('<'));
  if (payload.ends_with("_node")) payload.remove_suffix(5);
  graph.nodes.back().text = std::string(payload);
  for (char& c : graph.nodes.back().text)
    if (c == '_') c = ' ';
  after_node_.push_back({graph.nodes.size() - 1, tape_.mark()});
}

TC_INLINE void trace_log::block(std::string_view payload, const tape_type::position& behind_node,
                                const std::vector<adjoint_slot>& results,
                                const std::vector<watched>& values) {
  node(payload, results.front(), results.size());
  after_node_.back().after = behind_node;
  set_values(graph.nodes.back(), values.data(), values.size());
}

TC_INLINE void trace_log::value(adjoint_slot slot, double value) {
  if (slot == 0 || owners_.empty()) return;
  auto& node = graph.nodes[node_at(slot)];
  if (node.what == traced_node::kind::tensor && node.elements == 1) set_value(node, value);
}

TC_INLINE std::size_t trace_log::node_at(adjoint_slot slot) const {
  const auto after = std::upper_bound(owners_.begin(), owners_.end(), slot,
                                      [](adjoint_slot s, const owner& o) { return s < o.first; });
  return after[-1].node;
}

TC_INLINE void trace_log::read_adjoints() {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (graph.nodes[i].elements == 1)
      graph.nodes[i].adjoint = tape_.adjoint(first_slots_[i]).value();
}

TC_INLINE void trace_log::find_operands_of_nodes() {
  for (const node_end& next : std::views::reverse(after_node_)) {
    auto& node = graph.nodes[next.node];
    const adjoint_slot first = first_slots_[next.node];
    auto before = next.after;
    before.next_slot = first;
    // The sweep must include the node itself, which is one statement and one node.
    --before.statements;
    --before.nodes;
    auto end = next.after;
    end.next_slot = first + static_cast<adjoint_slot>(node.elements);
    tape_.rewind(end);
    tape_.clear_adjoints(start);
    for (std::size_t i = 0; i < node.elements; ++i)  // all different, so that they do not cancel
      tape_.adjoint(first + static_cast<adjoint_slot>(i)) =
          1 + 0.1 * std::sin(1.0 + static_cast<double>(i));
    tape_.reverse(before);
    for (adjoint_slot slot = start.next_slot; slot < first; ++slot) {
      if (tape_.adjoint(slot).value() == 0) continue;
      const std::size_t from = node_at_time(slot, next.node);
      const auto known = [from](const traced_operand& o) { return o.node == from; };
      if (std::none_of(node.operands.begin(), node.operands.end(), known))
        node.operands.push_back({from, 0, false});
    }
  }
}

TC_INLINE void trace_log::open(adjoint_slot slot, std::size_t elements, traced_node::kind what) {
  const auto place = std::lower_bound(owners_.begin(), owners_.end(), slot,
                                      [](const owner& o, adjoint_slot s) { return o.first < s; });
  const std::size_t node = graph.nodes.size();
  if (elements > 0) {
    if (place != owners_.end() && place->first == slot)
      place->node = node;
    else
      owners_.insert(place, owner{slot, node});
  }
  first_slots_.push_back(slot);
  graph.nodes.emplace_back();
  graph.nodes.back().what = what;
  graph.nodes.back().elements = elements;
  if (what != traced_node::kind::input) graph.nodes.back().name = format("s{}", ++statements_);
}

TC_INLINE std::size_t trace_log::node_at_time(adjoint_slot slot, std::size_t before) const {
  std::size_t node = node_at(slot);
  const adjoint_slot first = first_slots_[node];
  while (node > before || first_slots_[node] != first) --node;
  return node;
}

TC_INLINE void trace_log::set_value(traced_node& node, double value) {
  node.value = value;
  node.finite = std::isfinite(value);
}

TC_INLINE void trace_log::set_values(traced_node& node, const watched* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = values[i].value();
    if (i == 0 || (node.finite && !std::isfinite(x))) set_value(node, x);
  }
}

TC_INLINE std::string trace_log::unary_text(std::string_view name, const std::string& operand) {
  if (name == "negate") return "-" + bracketed(operand);
  if (name == "identity") return operand;
  return format("{}({})", name, operand);
}

TC_INLINE std::string trace_log::binary_text(std::string_view name, const std::string& a,
                                             const std::string& b) {
  if (name == "add") return a + " + " + b;
  if (name == "subtract") return a + " - " + bracketed(b);
  if (name == "multiply") return bracketed(a) + " * " + bracketed(b);
  if (name == "divide") return bracketed(a) + " / " + bracketed(b);
  return format("{}({}, {})", name, a, b);
}

TC_INLINE std::string trace_log::bracketed(const std::string& text) {
  int depth = 0;
  bool is_sum = text.starts_with('-');
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    is_sum = is_sum || (depth == 0 && text[i] == ' ' && i + 2 < text.size() &&
                        (text[i + 1] != '*') && text[i + 2] == ' ');
  }
  return is_sum ? "(" + text + ")" : text;
}

}  // namespace tc::detail
