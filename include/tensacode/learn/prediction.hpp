// tensacode/learn/prediction.hpp -- what a model believes about an output, field by field.
// Layer 5.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/decoder.hpp>
#include <tensacode/core/error.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace tc {

/// The distribution that a model gives to one output field.
class field_belief {
 public:
  template <std::same_as<leaf_belief> Leaf>
  field_belief(const Leaf& leaf, Eigen::Index instance)
      : path_(leaf.node->path), categories_(leaf.node->categories) {
    const auto row = static_cast<std::size_t>(instance);
    if (leaf.node->kind == node_kind::category) {
      probabilities_.assign(leaf.probabilities.col(instance).begin(),
                            leaf.probabilities.col(instance).end());
    } else {
      mean_ = leaf.mean[row];
      deviation_ = leaf.deviation[row];
      presence_ = leaf.presence[row];
    }
  }
  const std::string& path() const { return path_; }
  /// Of a category: in the order of the enumerators; one more for "absent" where allowed.
  const std::vector<double>& probabilities() const { return probabilities_; }
  /// Of a category, by enumerator name ("false", "true" for bool).
  double probability(std::string_view category) const;
  /// Of a number: its mean, standard deviation, and quantiles of the normal distribution they
  /// give; `presence` is the probability that there is a value at all.
  double mean() const { return mean_; }
  double deviation() const { return deviation_; }
  double presence() const { return presence_; }
  double quantile(double p) const;

 private:
  std::string path_;
  std::vector<std::string> categories_;
  std::vector<double> probabilities_;
  double mean_ = std::numeric_limits<double>::quiet_NaN();
  double deviation_ = std::numeric_limits<double>::quiet_NaN();
  double presence_ = 1;
};

/// What `predict` returns: the most likely object, and the belief about each of its fields that
/// every object has (elements of sequences and optional structs have no belief of their own).
template <class Out>
struct prediction {
  Out most_likely{};
  std::vector<field_belief> fields;

  const field_belief& operator[](std::string_view path) const {
    for (const auto& field : fields)
      if (field.path() == path) return field;
    throw argument_error(format("prediction: no belief about a field '{}'", path));
  }
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/prediction.hpp>
#endif
