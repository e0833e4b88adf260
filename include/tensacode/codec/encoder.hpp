// tensacode/codec/encoder.hpp -- columns to features: one small encoder per node.
// Layer 4. `plan_encoder` lays out the parameters of a node tree; `run_encoder` is the same walk
// over a batch. A record concatenates its fields, so nesting structs costs nothing; a sequence is
// encoded element by element and pooled; an optional has a learned value for "absent".
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

/// Writes the features of one number. Interval i contributes the part of it that lies below x, in
/// [0, 1]; the standardised value is cut at 5 deviations, beyond which nothing was seen.
template <class Scalar>
void write_number_features(const codec_node& node, double x, Scalar* out) {
  const std::size_t intervals = node.knots.size() - 1;
  if (std::isnan(x)) {
    std::fill_n(out, number_feature_count(node), Scalar(0));
    if (node.absent_allowed) out[intervals + 1] = Scalar(1);
    return;
  }
  for (std::size_t i = 0; i < intervals; ++i) {
    // Halves, so that the difference of two finite numbers is finite.
    const double part = (x / 2 - node.knots[i] / 2) / (node.knots[i + 1] / 2 - node.knots[i] / 2);
    out[i] = static_cast<Scalar>(std::clamp(part, 0.0, 1.0));
  }
  out[intervals] = static_cast<Scalar>(std::clamp((x - node.mean) / node.deviation, -5.0, 5.0));
  if (node.absent_allowed) out[intervals + 1] = Scalar(0);
}

namespace detail {

/// A linear map drawn so that outputs vary as inputs do, times `gain` (He et al. 2015 for 2).
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
