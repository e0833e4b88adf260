// tensacode/learn/prediction.hpp -- the distribution of every field of an output.
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
  /// For a category: the probabilities in the order of the enumerators, and last that of "absent"
  /// if the field is optional.
  const std::vector<double>& probabilities() const { return probabilities_; }
  /// For a category: the probability of an enumerator by its name ("false" or "true" for bool).
  double probability(std::string_view category) const;
  /// For a number: its mean, its standard deviation, and quantiles of the normal distribution with
  /// these. `presence` is the probability that there is a value at all.
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

/// The result of `predict`: the most likely object, and the distribution of each of its fields. The
/// elements of sequences and the fields of optional structs have none.
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
