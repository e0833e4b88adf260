// tensacode/codec/decoder.hpp -- features to columns: one small decoder per node.
// Layer 4. `decoder_loss` is the negative log-likelihood of columns given features;
// `run_decoder` finds the most likely columns. A decoder yields valid objects only: a category is
// one of its names, a number lies in the range of its type, and a sequence is no longer than the
// longest in the training rows. Sequences are decoded element by element, each from the features
// and its position.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/encoder.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tc {

/// The predicted distribution of one leaf, for n instances that all have this leaf.
/// Shapes  probabilities (categories [+ 1 for absent], n); mean, deviation, presence (n)
struct leaf_belief {
  const codec_node* node = nullptr;
  matrix_of<double> probabilities;  ///< of categories
  std::vector<double> mean;         ///< of numbers, in their own unit
  std::vector<double> deviation;    ///< of numbers: standard deviation
  std::vector<double> presence;     ///< of numbers that may be absent: probability of a value
};

struct decoder_plan {
  std::size_t first_parameter = 0;
  std::vector<decoder_plan> children;
};

namespace detail {

/// Number of outputs that predict a leaf. A number needs two: its mean and the logarithm of its
/// standard deviation.
Eigen::Index head_rows(const codec_node& node);

/// Index of the largest logit; the first one if several are equal.
template <class Column>
std::int32_t most_likely(const Column& logits) {
  Eigen::Index best = 0;
  logits.maxCoeff(&best);
  return static_cast<std::int32_t>(best);
}

}  // namespace detail

/// Lays out the decoder of a node tree for features of `inputs` rows.
template <class Scalar>
decoder_plan plan_decoder(const codec_node& node, parameter_set<Scalar>& set, random_key& key,
                          Eigen::Index inputs, const encoder_sizes& sizes);

/// weight * the negative log-likelihood of `target` given `features`, summed over its instances.
/// Shapes  features (inputs, n) with n == target.instances
template <class Scalar>
basic_var<Scalar> decoder_loss(const codec_node& node, const decoder_plan& plan,
                               const bound_parameters<Scalar>& p,
                               const basic_tensor_var<Scalar>& features, const columns& target,
                               Scalar weight);

/// Fills `out` (cleared, made for `node`) with the most likely instance for every column of
/// `features`. Appends the distributions of the leaves that every instance has to `beliefs`, unless
/// that is null.
template <class Scalar>
void run_decoder(const codec_node& node, const decoder_plan& plan,
                 const bound_parameters<Scalar>& p, const basic_tensor_var<Scalar>& features,
                 columns& out, std::vector<leaf_belief>* beliefs = nullptr);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/decoder.hpp>
#endif
