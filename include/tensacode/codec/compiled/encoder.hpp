// tensacode/codec/compiled/encoder.hpp -- the functions that codec/encoder.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/encoder.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

template <class Scalar>
std::size_t add_linear(parameter_set<Scalar>& set, const std::string& name, Eigen::Index outputs,
                       Eigen::Index inputs, double gain, random_key& key) {
  key = key.split(1);
  const double deviation = std::sqrt(gain / static_cast<double>(std::max<Eigen::Index>(inputs, 1)));
  const auto first =
      set.add(name + ".weight", normal_matrix<Scalar>(outputs, inputs, deviation, key), true);
  set.add(name + ".bias", matrix_of<Scalar>::Zero(outputs, 1), false);
  return first;
}

template <class Scalar>
std::size_t add_table(parameter_set<Scalar>& set, const std::string& name, Eigen::Index width,
                      std::size_t entries, double deviation, random_key& key) {
  key = key.split(2);
  return set.add(name,
                 normal_matrix<Scalar>(width, static_cast<Eigen::Index>(entries), deviation, key),
                 false);
}

template <class Scalar>
basic_tensor_var<Scalar> encode_numbers(const codec_node& node, std::size_t parameter,
                                        const bound_parameters<Scalar>& p,
                                        const std::vector<double>& values) {
  auto features = basic_tensor_var<Scalar>::uninitialised(number_feature_count(node),
                                                          static_cast<Eigen::Index>(values.size()));
  auto out = features.mutable_value();
  for (std::size_t i = 0; i < values.size(); ++i)
    write_number_features(node, values[i], out.col(static_cast<Eigen::Index>(i)).data());
  return linear(p[parameter], p[parameter + 1], features);
}

inline std::vector<double> lengths_of(const columns& c) {
  std::vector<double> lengths;
  for (std::size_t i = 0; i + 1 < c.offsets.size(); ++i)
    lengths.push_back(static_cast<double>(c.offsets[i + 1] - c.offsets[i]));
  return lengths;
}

/// Numbers the entries of `indices` that equal `wanted` from 0; the other entries become -1.
inline std::vector<std::int32_t> positions_where(const std::vector<std::int32_t>& indices,
                                                 std::int32_t wanted) {
  std::vector<std::int32_t> positions(indices.size(), -1);
  std::int32_t next = 0;
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (indices[i] == wanted) positions[i] = next++;
  return positions;
}

}  // namespace tc::detail

namespace tc {

template <class Scalar>
encoder_plan plan_encoder(const codec_node& node, parameter_set<Scalar>& set, random_key& key,
                          const encoder_sizes& sizes) {
  const std::string name = node.path + "/encoder";
  encoder_plan plan;
  for (const auto& child : node.children)
    plan.children.push_back(plan_encoder(child, set, key, sizes));
  plan.first_parameter = set.blocks.size();
  switch (node.kind) {
    case node_kind::number:
      detail::add_linear(set, name, sizes.leaf, number_feature_count(node), 1.0, key);
      plan.width = sizes.leaf;
      break;
    case node_kind::category:
      detail::add_table(set, name + ".table", sizes.leaf, node.categories.size() + 1, 0.3, key);
      plan.width = sizes.leaf;
      break;
    case node_kind::text:
      detail::add_table(set, name + ".table", sizes.text, node.vocabulary.size(), 0.3, key);
      detail::add_linear(set, name + ".length", sizes.leaf, number_feature_count(node), 1.0, key);
      plan.width = sizes.text + sizes.leaf;
      break;
    case node_kind::record:
      for (const auto& child : plan.children) plan.width += child.width;
      break;
    case node_kind::optional:
      plan.width = plan.children[0].width;
      detail::add_table(set, name + ".absent", plan.width, 1, 0.3, key);
      break;
    case node_kind::sequence:
      detail::add_linear(set, name + ".element", sizes.element, plan.children[0].width, 2.0, key);
      detail::add_linear(set, name + ".length", sizes.leaf, number_feature_count(node), 1.0, key);
      plan.width = 2 * sizes.element + sizes.leaf;
      break;
    case node_kind::alternatives:
      detail::add_table(set, name + ".table", sizes.element, node.children.size(), 0.3, key);
      for (std::size_t i = 0; i < node.children.size(); ++i)
        detail::add_linear(set, node.children[i].path + "/encoder.alternative", sizes.element,
                           plan.children[i].width, 1.0, key);
      plan.width = sizes.element;
      break;
  }
  return plan;
}

template <class Scalar>
basic_tensor_var<Scalar> run_encoder(const codec_node& node, const encoder_plan& plan,
                                     const bound_parameters<Scalar>& p, const columns& c) {
  using Tensor = basic_tensor_var<Scalar>;
  using positions = std::vector<std::int32_t>;
  const std::size_t first = plan.first_parameter;
  const auto instances = static_cast<Eigen::Index>(c.instances);
  switch (node.kind) {
    case node_kind::number:
      return detail::encode_numbers(node, first, p, c.numbers);
    case node_kind::category: {
      // The last entry of the table stands for "absent".
      positions entries(c.indices);
      for (auto& entry : entries)
        if (entry < 0) entry = static_cast<std::int32_t>(node.categories.size());
      return gather_columns<Scalar>(p[first], entries);
    }
    case node_kind::text: {
      positions entries;
      std::vector<std::uint32_t> offsets{0};
      std::vector<double> lengths;
      for (const auto& text : c.texts) {
        for_each_token(text, [&](std::uint64_t token) {
          const auto at = std::lower_bound(node.vocabulary.begin(), node.vocabulary.end(), token);
          if (at != node.vocabulary.end() && *at == token)
            entries.push_back(static_cast<std::int32_t>(at - node.vocabulary.begin()));
        });
        offsets.push_back(static_cast<std::uint32_t>(entries.size()));
        lengths.push_back(static_cast<double>(code_points(text).size()));
      }
      const Tensor parts[] = {
          segment_mean<Scalar>(gather_columns<Scalar>(p[first], entries), offsets, 0.5),
          detail::encode_numbers(node, first + 1, p, lengths)};
      return vcat<Scalar>(parts);
    }
    case node_kind::record: {
      std::vector<Tensor> parts;
      parts.reserve(node.children.size());
      for (std::size_t i = 0; i < node.children.size(); ++i)
        parts.push_back(run_encoder(node.children[i], plan.children[i], p, c.children[i]));
      if (parts.empty()) return Tensor(matrix_of<Scalar>(0, instances));
      return vcat<Scalar>(parts);
    }
    case node_kind::optional: {
      // Put the learned "absent" column behind the present ones, and pick.
      const auto present = run_encoder(node.children[0], plan.children[0], p, c.children[0]);
      const positions owners = detail::positions_where(c.indices, 1);
      positions absent(owners.size());
      for (std::size_t i = 0; i < owners.size(); ++i) absent[i] = owners[i] < 0 ? 0 : -1;
      return gather_columns<Scalar>(present, owners) + gather_columns<Scalar>(p[first], absent);
    }
    case node_kind::sequence: {
      const auto elements = run_encoder(node.children[0], plan.children[0], p, c.children[0]);
      const auto hidden = linear_relu(p[first], p[first + 1], elements);
      const Tensor parts[] = {segment_mean<Scalar>(hidden, c.offsets),
                              segment_max<Scalar>(hidden, c.offsets),
                              detail::encode_numbers(node, first + 2, p, detail::lengths_of(c))};
      return vcat<Scalar>(parts);
    }
    case node_kind::alternatives: {
      auto sum = gather_columns<Scalar>(p[first], c.indices);
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (c.children[i].instances == 0) continue;
        const auto child = run_encoder(node.children[i], plan.children[i], p, c.children[i]);
        const auto widened = linear(p[first + 1 + 2 * i], p[first + 2 + 2 * i], child);
        sum = sum + gather_columns<Scalar>(
                        widened, detail::positions_where(c.indices, static_cast<std::int32_t>(i)));
      }
      return sum;
    }
  }
  throw error("run_encoder: unknown node kind");
}

}  // namespace tc
