// tensacode/codec/detail/emitted_structs.hpp -- the structs of an emitted network, and the names of
// their members.
// Layer 4. codec/emit.hpp lists the members that each kind of node has.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/decoder.hpp>
#include <tensacode/codec/detail/emitted_sizes.hpp>
#include <tensacode/codec/detail/emitted_text.hpp>
#include <tensacode/core/lookup.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tc::detail {

/// Declares the input struct and the output struct, and says how code reaches their members.
class emitted_structs {
 protected:
  using text_set = lookup_set<std::string, text_hash>;
  using texts = std::vector<std::string>;

  /// How a node is reached in code: `in->age`, `in->home.street`; children append to it.
  struct access {
    std::string object;  ///< of the struct: `in->`, `in->home.`
    std::string member;  ///< name inside it
    std::string value() const { return object + member; }
    std::string value(const std::string& suffix) const { return object + member + suffix; }
    std::string prefixed(const std::string& prefix) const { return object + prefix + member; }
  };

  /// Reserves the name `wanted`, or `wanted` with a number if that is taken, and returns it.
  static std::string unused(const std::string& wanted, text_set& taken) {
    std::string name = wanted;
    for (int i = 2; !taken.insert(name); ++i) name = format("{}_{}", wanted, i);
    return name;
  }
  /// Everything that `member` declares under `name`, nested structs aside.
  static texts names_of(const codec_node& node, const std::string& name, bool output) {
    switch (node.kind) {
      case node_kind::number:
        if (!output) return {name};
        return {name, name + "_mean", name + "_deviation", name + "_presence"};
      case node_kind::category:
        if (!output) return {name};
        return {name, name + "_probability"};
      case node_kind::text:
        return {name, name + "_length"};
      case node_kind::record:
        return {name};
      case node_kind::sequence:
        return {name, name + "_count"};
      case node_kind::optional: {
        auto names = names_of(node.children[0], inside_optional(node, name), output);
        names.push_back("has_" + name);
        return names;
      }
      case node_kind::alternatives: {
        texts names{name + "_choice"};
        for (std::size_t i = 0; i < node.children.size(); ++i)
          for (auto& inner : names_of(node.children[i], format("{}_{}", name, i), output))
            names.push_back(std::move(inner));
        return names;
      }
    }
    return {};
  }
  /// The child of an optional keeps the name, unless it is an optional itself.
  static std::string inside_optional(const codec_node& node, const std::string& name) {
    return node.children[0].kind == node_kind::optional ? name + "_value" : name;
  }
  /// Makes the fields of all records identifiers whose members do not collide: `x` and `x_mean`,
  /// `value` and `value_`.
  static void name_members(codec_node& node, bool output) {
    text_set taken;
    for (auto& child : node.children) {
      if (node.kind == node_kind::record) {
        const std::string wanted = identifier(child.field);
        const auto collides = [&](const std::string& name) {
          const auto names = names_of(child, name, output);
          return std::any_of(names.begin(), names.end(),
                             [&](const std::string& inner) { return taken.contains(inner); });
        };
        child.field = wanted;
        for (int i = 2; collides(child.field); ++i) child.field = format("{}_{}", wanted, i);
        for (auto& inner : names_of(child, child.field, output)) taken.insert(std::move(inner));
      }
      name_members(child, output);
    }
  }

  static access root(const codec_node& node, const std::string& pointer) {
    return node.kind == node_kind::record ? access{pointer + "->", ""}
                                          : access{pointer + "->", "value"};
  }
  static access field_of(const codec_node& parent, const access& at, std::size_t i) {
    const auto& child = parent.children[i];
    if (parent.kind == node_kind::record)
      return {at.member.empty() ? at.object : at.value() + ".", child.field};
    if (parent.kind == node_kind::alternatives) return {at.object, at.member + format("_{}", i)};
    return {at.object, inside_optional(parent, at.member)};
  }

  void declare(const codec_node& node, const std::string& name, bool output) {
    std::string members;
    if (node.kind == node_kind::record) {
      for (const auto& child : node.children) member(members, child, child.field, name, output);
      if (members.empty()) members = "  long long empty_;\n";
    } else {
      member(members, node, "value", name, output);
    }
    types_ += format("struct {} {\n{}};\n\n", name, members);
  }

  void member(std::string& out, const codec_node& node, const std::string& name,
              const std::string& owner, bool output) {
    const auto declare_nested = [&](const codec_node& inner) {
      std::string type = unused(owner + "_" + name, names_);
      declare(inner, type, output);
      return type;
    };
    const auto add = [&](const std::string& text) { out += "  " + text + "\n"; };
    switch (node.kind) {
      case node_kind::number:
        add(format("double {};{}", name, node.absent_allowed ? "  // NaN: absent" : ""));
        if (output) {
          add(format("double {}_mean;  // before rounding and bounds", name));
          add(format("double {}_deviation;", name));
          add(format("double {}_presence;", name));
        }
        return;
      case node_kind::category: {
        std::string names;
        for (std::size_t i = 0; i < node.categories.size(); ++i) {
          if (i == 8 && node.categories.size() > 10) {
            names += format(" ... {} in all", node.categories.size());
            break;
          }
          names += format("{}{} {}", i ? ", " : "", i, node.categories[i]);
        }
        add(format("long long {};  // {}{}", name, node.absent_allowed ? "-1 absent, " : "",
                   names));
        if (output) add(format("double {}_probability[{}];", name, head_rows(node)));
        return;
      }
      case node_kind::text:
        add(output ? format("char {}[{}];", name, decoded_text_bytes(node))
                   : format("const char* {};", name));
        add(format("long long {}_length;", name));
        return;
      case node_kind::record:
        add(format("struct {} {};", declare_nested(node), name));
        return;
      case node_kind::optional:
        add(format("long long has_{};", name));
        member(out, node.children[0], inside_optional(node, name), owner, output);
        return;
      case node_kind::sequence: {
        const std::string nested = declare_nested(node.children[0]);
        if (output) {
          add(format("long long {}_count;", name));
          add(format("struct {} {}[{}];", nested, name, decoded_capacity(node)));
        } else {
          add(format("const struct {}* {};", nested, name));
          add(format("long long {}_count;", name));
        }
        return;
      }
      case node_kind::alternatives:
        add(format("long long {}_choice;", name));
        for (std::size_t i = 0; i < node.children.size(); ++i)
          member(out, node.children[i], name + format("_{}", i), owner, output);
        return;
    }
  }

  std::string types_;  ///< the declarations so far
  text_set names_;     ///< names of structs and arrays that are taken
};

}  // namespace tc::detail
