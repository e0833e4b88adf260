// tensacode/codec/encoder.hpp -- columns to features: one small encoder per node.
// Layer 4. `plan_encoder` lays out the parameters of a node tree; `run_encoder` visits
// the nodes in the same order and computes the features of a batch. The features of a record are
// those of its fields, one after the other, so a nested struct adds no layer. A sequence is encoded
// element by element and pooled. An optional has learned features for "absent".
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/node.hpp>
#include <tensacode/codec/tokens.hpp>
#include <tensacode/nn/nn.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tc {

struct encoder_sizes {
  Eigen::Index leaf = 16;     ///< features of a number, a category, a length
  Eigen::Index text = 32;     ///< features of a text
  Eigen::Index element = 64;  ///< features of a pooled element, and of an alternative
};

/// Where the parameters of a node are, and how many features it yields.
struct encoder_plan {
  Eigen::Index width = 0;
  std::size_t first_parameter = 0;
  std::vector<encoder_plan> children;
};

/// Number of inputs to the linear map of a number: one for each interval between knots, the
/// standardised value, and a flag where absence is allowed.
inline Eigen::Index number_feature_count(const codec_node& node) {
  return static_cast<Eigen::Index>(node.knots.size()) + (node.absent_allowed ? 1 : 0);
}

/// Writes the features of one number x. Feature i is the share of interval i that lies below x, in
/// [0, 1]. The standardised value is clamped to 5 standard deviations, since the training rows say
/// nothing about larger ones.
template <class Scalar>
void write_number_features(const codec_node& node, double x, Scalar* out) {
  const std::size_t intervals = node.knots.size() - 1;
  if (std::isnan(x)) {
    std::fill_n(out, number_feature_count(node), Scalar(0));
    if (node.absent_allowed) out[intervals + 1] = Scalar(1);
    return;
  }
  for (std::size_t i = 0; i < intervals; ++i) {
    // Subtract halves: the difference of two finite numbers may overflow, that of halves may not.
    const double part = (x / 2 - node.knots[i] / 2) / (node.knots[i + 1] / 2 - node.knots[i] / 2);
    out[i] = static_cast<Scalar>(std::clamp(part, 0.0, 1.0));
  }
  out[intervals] = static_cast<Scalar>(std::clamp((x - node.mean) / node.deviation, -5.0, 5.0));
  if (node.absent_allowed) out[intervals + 1] = Scalar(0);
}

namespace detail {

/// Adds a linear map with random weights. The variance of its outputs is `gain` times that of its
/// inputs (He et al. 2015 use a gain of 2 before a rectifier).
template <class Scalar>
std::size_t add_linear(parameter_set<Scalar>& set, const std::string& name, Eigen::Index outputs,
                       Eigen::Index inputs, double gain, random_key& key);
template <class Scalar>
std::size_t add_table(parameter_set<Scalar>& set, const std::string& name, Eigen::Index width,
                      std::size_t entries, double deviation, random_key& key);

}  // namespace detail

/// Lays out the encoder of a node tree and draws its parameters from `key`.
template <class Scalar>
encoder_plan plan_encoder(const codec_node& node, parameter_set<Scalar>& set, random_key& key,
                          const encoder_sizes& sizes);

/// The features of every instance in `c`.
/// Shapes  -> (plan.width, c.instances)
template <class Scalar>
basic_tensor_var<Scalar> run_encoder(const codec_node& node, const encoder_plan& plan,
                                     const bound_parameters<Scalar>& p, const columns& c);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/encoder.hpp>
#endif
