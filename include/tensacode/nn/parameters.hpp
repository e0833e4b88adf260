// tensacode/nn/parameters.hpp -- named blocks of trainable numbers.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/tensor/tensor.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tc {

/// One block. `name` is the path of the field it belongs to and its role, `age/encoder.weight`;
/// it is the block's name in files and messages. `decay` says whether AdamW shrinks it.
template <class Scalar>
struct parameter {
  std::string name;
  matrix_of<Scalar> value;
  bool decay = false;
};

/// The parameters of a network, in a fixed order. A layer refers to its blocks by their positions.
/// So the same layers run on blocks of another scalar type, or on tape variables.
template <class Scalar>
struct parameter_set {
  std::vector<parameter<Scalar>> blocks;

  std::size_t add(std::string name, matrix_of<Scalar> value, bool decay) {
    blocks.push_back({std::move(name), std::move(value), decay});
    return blocks.size() - 1;
  }
  std::size_t number_count() const {
    std::size_t count = 0;
    for (const auto& block : blocks) count += static_cast<std::size_t>(block.value.size());
    return count;
  }
  template <class Other>
  parameter_set<Other> cast() const {
    parameter_set<Other> other;
    for (const auto& block : blocks)
      other.add(block.name, block.value.template cast<Other>(), block.decay);
    return other;
  }
};

/// Normal numbers of the given standard deviation, drawn from `key` alone.
template <class Scalar>
matrix_of<Scalar> normal_matrix(Eigen::Index rows, Eigen::Index columns, double deviation,
                                random_key key) {
  matrix_of<Scalar> matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = static_cast<Scalar>(deviation * key.normal(static_cast<std::uint64_t>(i)));
  return matrix;
}

/// The blocks of a set as tensor variables of the recording in progress: independent variables
/// when gradients are wanted, constants otherwise. It refers to the set, which must live longer.
template <class Scalar>
class bound_parameters {
 public:
  bound_parameters(const parameter_set<Scalar>& set, bool trainable) {
    variables_.reserve(set.blocks.size());
    for (const auto& block : set.blocks)
      variables_.push_back(trainable ? basic_tensor_var<Scalar>::input_reference(block.value)
                                     : basic_tensor_var<Scalar>::reference(block.value));
  }
  const basic_tensor_var<Scalar>& operator[](std::size_t i) const { return variables_[i]; }
  std::size_t size() const { return variables_.size(); }

 private:
  std::vector<basic_tensor_var<Scalar>> variables_;
};

}  // namespace tc
