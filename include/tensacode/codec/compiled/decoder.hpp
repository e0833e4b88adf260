// tensacode/codec/compiled/decoder.hpp -- the functions that codec/decoder.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/decoder.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE Eigen::Index head_rows(const codec_node& node) {
  const Eigen::Index absent = node.absent_allowed ? 1 : 0;
  if (node.kind == node_kind::number) return 2 + absent;
  return static_cast<Eigen::Index>(node.categories.size()) + absent;
}

/// All elements of all instances, one after the other: the instance that each belongs to, and its
/// position there.
struct element_positions {
  std::vector<std::int32_t> owner, position;
  template <class Offsets>
  element_positions(const Offsets& offsets, std::size_t longest) {
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
      for (auto j = offsets[i]; j < offsets[i + 1]; ++j) {
        owner.push_back(static_cast<std::int32_t>(i));
        position.push_back(static_cast<std::int32_t>(
            std::min<std::size_t>(j - offsets[i], longest == 0 ? 0 : longest - 1)));
      }
  }
};

template <class Scalar>
basic_tensor_var<Scalar> element_features(const bound_parameters<Scalar>& p, std::size_t first,
                                          const basic_tensor_var<Scalar>& features,
                                          const element_positions& at) {
  const auto shared = linear(p[first], p[first + 1], features);
  return relu(gather_columns<Scalar>(shared, at.owner) +
              gather_columns<Scalar>(p[first + 2], at.position));
}

template <class Scalar>
std::size_t add_element_map(parameter_set<Scalar>& set, const std::string& name,
                            const codec_node& node, Eigen::Index inputs, Eigen::Index width,
                            random_key& key) {
  const auto first = add_linear(set, name + ".element", width, inputs, 1.0, key);
  add_table(set, name + ".position", width, std::max<std::size_t>(node.longest, 1), 0.5, key);
  return first;
}

/// exp(z) / sum of exp(z) for every column, in double precision.
template <class Logits>
matrix_of<double> softmax_of_columns(const Logits& logits) {
  matrix_of<double> probabilities(logits.rows(), logits.cols());
  for (Eigen::Index i = 0; i < logits.cols(); ++i) {
    const auto z = logits.col(i).template cast<double>().eval();
    const auto weights = (z.array() - z.maxCoeff()).exp().eval();
    probabilities.col(i) = weights.matrix() / weights.sum();
  }
  return probabilities;
}

}  // namespace tc::detail

namespace tc {

template <class Scalar>
decoder_plan plan_decoder(const codec_node& node, parameter_set<Scalar>& set, random_key& key,
                          Eigen::Index inputs, const encoder_sizes& sizes) {
  const std::string name = node.path + "/decoder";
  const double small = 0.1;  // heads start near the uninformed answer
  decoder_plan plan;
  plan.first_parameter = set.blocks.size();
  Eigen::Index child_inputs = inputs;
  switch (node.kind) {
    case node_kind::number:
    case node_kind::category:
      detail::add_linear(set, name, detail::head_rows(node), inputs, small, key);
      break;
    case node_kind::text:
      detail::add_linear(set, name + ".length", static_cast<Eigen::Index>(node.longest) + 1, inputs,
                         small, key);
      detail::add_element_map(set, name, node, inputs, sizes.element, key);
      detail::add_linear(set, name + ".character",
                         static_cast<Eigen::Index>(std::max<std::size_t>(node.alphabet.size(), 1)),
                         sizes.element, small, key);
      break;
    case node_kind::record:
      break;
    case node_kind::optional:
      detail::add_linear(set, name + ".presence", 2, inputs, small, key);
      break;
    case node_kind::sequence:
      detail::add_linear(set, name + ".length", static_cast<Eigen::Index>(node.longest) + 1, inputs,
                         small, key);
      detail::add_element_map(set, name, node, inputs, sizes.element, key);
      child_inputs = sizes.element;
      break;
    case node_kind::alternatives:
      detail::add_linear(set, name + ".choice", static_cast<Eigen::Index>(node.children.size()),
                         inputs, small, key);
      break;
  }
  for (const auto& child : node.children)
    plan.children.push_back(plan_decoder(child, set, key, child_inputs, sizes));
  return plan;
}

}  // namespace tc

namespace tc::detail {

/// The lengths between the offsets, cut at the longest length that can be decoded.
inline std::vector<std::int32_t> length_targets(const std::vector<std::uint32_t>& offsets,
                                                std::size_t longest) {
  std::vector<std::int32_t> targets;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
    targets.push_back(
        static_cast<std::int32_t>(std::min<std::size_t>(offsets[i + 1] - offsets[i], longest)));
  return targets;
}

/// The weight of one element in a loss, by which all elements together weigh as much as the
/// sequences.
template <class Scalar>
Scalar element_weight(Scalar weight, std::size_t sequences, std::size_t elements) {
  return weight * static_cast<Scalar>(sequences) /
         static_cast<Scalar>(std::max<std::size_t>(elements, 1));
}

/// Texts as sequences of positions in the alphabet, cut at the longest that can be decoded;
/// unknown code points are -1.
struct spelled_texts {
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::int32_t> characters;
  template <class Node, class Columns>
  spelled_texts(const Node& node, const Columns& c) {
    for (const auto& text : c.texts) {
      auto points = code_points(text);
      if (points.size() > node.longest) points.resize(node.longest);
      for (const auto point : points) {
        const auto at = std::lower_bound(node.alphabet.begin(), node.alphabet.end(), point);
        const bool known = at != node.alphabet.end() && *at == point;
        characters.push_back(known ? static_cast<std::int32_t>(at - node.alphabet.begin()) : -1);
      }
      offsets.push_back(static_cast<std::uint32_t>(characters.size()));
    }
  }
};

}  // namespace tc::detail

namespace tc {

template <class Scalar>
basic_var<Scalar> decoder_loss(const codec_node& node, const decoder_plan& plan,
                               const bound_parameters<Scalar>& p,
                               const basic_tensor_var<Scalar>& features, const columns& target,
                               Scalar weight) {
  using Tensor = basic_tensor_var<Scalar>;
  using Var = basic_var<Scalar>;
  using positions = std::vector<std::int32_t>;
  const std::size_t first = plan.first_parameter;
  const auto head = [&](std::size_t i, const Tensor& x) { return linear(p[i], p[i + 1], x); };
  if (target.instances == 0) return Var(0);
  switch (node.kind) {
    case node_kind::number: {
      const auto outputs = head(first, features);
      std::vector<Scalar> standardised;
      positions present;
      for (const double x : target.numbers) {
        standardised.push_back(static_cast<Scalar>((x - node.mean) / node.deviation));
        present.push_back(std::isnan(x) ? 0 : 1);
      }
      const Tensor moments = node.absent_allowed ? outputs.block(0, 0, 2, outputs.cols()) : outputs;
      Var loss = gaussian_loss<Scalar>(moments, standardised, weight);
      if (node.absent_allowed) {
        // The presence logit against a fixed 0 for "absent".
        const Tensor parts[] = {Tensor(matrix_of<Scalar>::Zero(1, outputs.cols())), outputs.row(2)};
        loss += cross_entropy<Scalar>(vcat<Scalar>(parts), present, weight);
      }
      return loss;
    }
    case node_kind::category: {
      positions classes(target.indices);
      if (node.absent_allowed)
        for (auto& c : classes)
          if (c < 0) c = static_cast<std::int32_t>(node.categories.size());
      return cross_entropy<Scalar>(head(first, features), classes, weight);
    }
    case node_kind::text: {
      const detail::spelled_texts spelled(node, target);
      Var loss = cross_entropy<Scalar>(
          head(first, features), detail::length_targets(spelled.offsets, node.longest), weight);
      const detail::element_positions at(spelled.offsets, node.longest);
      if (at.owner.empty() || node.alphabet.empty()) return loss;
      const auto elements = detail::element_features(p, first + 2, features, at);
      loss += cross_entropy<Scalar>(
          head(first + 5, elements), spelled.characters,
          detail::element_weight(weight, target.instances, spelled.characters.size()));
      return loss;
    }
    case node_kind::record: {
      Var loss = 0;
      for (std::size_t i = 0; i < node.children.size(); ++i)
        loss += decoder_loss(node.children[i], plan.children[i], p, features, target.children[i],
                             weight);
      return loss;
    }
    case node_kind::optional: {
      Var loss = cross_entropy<Scalar>(head(first, features), target.indices, weight);
      positions present;
      for (std::size_t i = 0; i < target.indices.size(); ++i)
        if (target.indices[i] == 1) present.push_back(static_cast<std::int32_t>(i));
      if (!present.empty())
        loss += decoder_loss(node.children[0], plan.children[0], p,
                             gather_columns<Scalar>(features, present), target.children[0], weight);
      return loss;
    }
    case node_kind::sequence: {
      Var loss = cross_entropy<Scalar>(
          head(first, features), detail::length_targets(target.offsets, node.longest), weight);
      const detail::element_positions at(target.offsets, node.longest);
      if (at.owner.empty()) return loss;
      loss += decoder_loss(
          node.children[0], plan.children[0], p,
          detail::element_features(p, first + 2, features, at), target.children[0],
          detail::element_weight(weight, target.instances, target.children[0].instances));
      return loss;
    }
    case node_kind::alternatives: {
      Var loss = cross_entropy<Scalar>(head(first, features), target.indices, weight);
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        positions chosen;
        for (std::size_t j = 0; j < target.indices.size(); ++j)
          if (target.indices[j] == static_cast<std::int32_t>(i))
            chosen.push_back(static_cast<std::int32_t>(j));
        if (!chosen.empty())
          loss +=
              decoder_loss(node.children[i], plan.children[i], p,
                           gather_columns<Scalar>(features, chosen), target.children[i], weight);
      }
      return loss;
    }
  }
  throw error("decoder_loss: unknown node kind");
}

template <class Scalar>
void run_decoder(const codec_node& node, const decoder_plan& plan,
                 const bound_parameters<Scalar>& p, const basic_tensor_var<Scalar>& features,
                 columns& out, std::vector<leaf_belief>* beliefs) {
  using belief_of_leaf = leaf_belief;
  using positions = std::vector<std::int32_t>;
  const std::size_t first = plan.first_parameter;
  const auto head = [&](std::size_t i, const auto& x) { return linear(p[i], p[i + 1], x); };
  const auto instances = features.cols();
  out.instances = static_cast<std::size_t>(instances);
  const auto choose = [&](const auto& logits) {
    positions choices;
    for (Eigen::Index i = 0; i < logits.cols(); ++i)
      choices.push_back(detail::most_likely(logits.value().col(i)));
    return choices;
  };
  const auto columns_where = [](const positions& indices, std::int32_t wanted) {
    positions found;
    for (std::size_t i = 0; i < indices.size(); ++i)
      if (indices[i] == wanted) found.push_back(static_cast<std::int32_t>(i));
    return found;
  };
  switch (node.kind) {
    case node_kind::number: {
      const auto outputs = head(first, features);
      belief_of_leaf belief;
      belief.node = &node;
      for (Eigen::Index i = 0; i < instances; ++i) {
        const auto z = outputs.value().col(i);
        const double mean = node.mean + node.deviation * static_cast<double>(z(0));
        const double log_deviation = std::clamp(static_cast<double>(z(1)), -7.0, 7.0);
        const double presence = node.absent_allowed ? sigmoid(static_cast<double>(z(2))) : 1.0;
        double most_likely = std::clamp(mean, node.least, node.greatest);
        if (node.integral) most_likely = std::nearbyint(most_likely);
        out.numbers.push_back(presence < 0.5 ? std::numeric_limits<double>::quiet_NaN()
                                             : most_likely);
        belief.mean.push_back(mean);
        belief.deviation.push_back(node.deviation * std::exp(log_deviation));
        belief.presence.push_back(presence);
      }
      if (beliefs) beliefs->push_back(std::move(belief));
      return;
    }
    case node_kind::category: {
      const auto logits = head(first, features);
      for (const auto choice : choose(logits))
        out.indices.push_back(choice == static_cast<std::int32_t>(node.categories.size()) ? -1
                                                                                          : choice);
      if (beliefs) {
        belief_of_leaf belief;
        belief.node = &node;
        belief.probabilities = detail::softmax_of_columns(logits.value());
        beliefs->push_back(std::move(belief));
      }
      return;
    }
    case node_kind::text: {
      std::vector<std::uint32_t> offsets{0};
      for (const auto length : choose(head(first, features)))
        offsets.push_back(offsets.back() + static_cast<std::uint32_t>(length));
      const detail::element_positions at(offsets, node.longest);
      positions characters;
      if (!at.owner.empty())
        characters = choose(head(first + 5, detail::element_features(p, first + 2, features, at)));
      for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
        auto& text = out.texts.emplace_back();
        for (auto j = offsets[i]; j < offsets[i + 1]; ++j)
          append_code_point(text, node.alphabet[static_cast<std::size_t>(characters[j])]);
      }
      return;
    }
    case node_kind::record:
      for (std::size_t i = 0; i < node.children.size(); ++i)
        run_decoder(node.children[i], plan.children[i], p, features, out.children[i], beliefs);
      return;
    case node_kind::optional: {
      out.indices = choose(head(first, features));
      const auto present = columns_where(out.indices, 1);
      run_decoder(node.children[0], plan.children[0], p, gather_columns<Scalar>(features, present),
                  out.children[0]);
      return;
    }
    case node_kind::sequence: {
      for (const auto length : choose(head(first, features)))
        out.offsets.push_back(out.offsets.back() + static_cast<std::uint32_t>(length));
      const detail::element_positions at(out.offsets, node.longest);
      run_decoder(node.children[0], plan.children[0], p,
                  detail::element_features(p, first + 2, features, at), out.children[0]);
      return;
    }
    case node_kind::alternatives: {
      out.indices = choose(head(first, features));
      for (std::size_t i = 0; i < node.children.size(); ++i)
        run_decoder(node.children[i], plan.children[i], p,
                    gather_columns<Scalar>(
                        features, columns_where(out.indices, static_cast<std::int32_t>(i))),
                    out.children[i]);
      return;
    }
  }
}

}  // namespace tc
