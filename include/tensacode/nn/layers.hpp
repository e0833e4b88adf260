// tensacode/nn/layers.hpp -- whole-batch statements that networks are made of.
// Layer 3. A batch is a matrix of one column per instance. Each function is one node on the tape.
// `linear` and its kin are in autodiff/tensor/products.hpp, `gather_columns` and `vcat` in
// gather.hpp. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tc {
namespace detail {

/// A copy of `items` in the tape's arena, for nodes that need them during the sweep.
template <class Scalar, class T>
std::span<const T> keep_on_tape(std::span<const T> items) {
  T* copy = recording_tape<Scalar>().template allocate<T>(items.size());
  std::copy(items.begin(), items.end(), copy);
  return {copy, items.size()};
}

template <class Scalar>
struct segment_mean_node {
  tensor_operand<Scalar> x, y;
  std::span<const std::uint32_t> offsets;
  double power;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    auto dx = x.adjoint(tape);
    const auto dy = y.adjoint(tape);
    for (std::size_t s = 0; s + 1 < offsets.size(); ++s) {
      const auto count = offsets[s + 1] - offsets[s];
      if (count == 0) continue;
      const auto scale = static_cast<Scalar>(std::pow(count, -power));
      for (auto i = offsets[s]; i < offsets[s + 1]; ++i)
        dx.col(i) += scale * dy.col(static_cast<Eigen::Index>(s));
    }
  }
};

template <class Scalar>
struct segment_max_node {
  tensor_operand<Scalar> x, y;
  std::span<const std::int32_t> winners;  ///< column of x, or -1, for each element of y
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    auto dx = x.adjoint(tape);
    const auto dy = y.adjoint(tape);
    for (Eigen::Index i = 0; i < dy.size(); ++i) {
      const auto winner = winners[static_cast<std::size_t>(i)];
      if (winner >= 0) dx(i % dy.rows(), winner) += dy.data()[i];
    }
  }
};

}  // namespace detail

namespace detail {

/// Throws unless `offsets` cut [0, columns) into segments; returns their number.
Eigen::Index segment_count(std::span<const std::uint32_t> offsets, Eigen::Index columns);

}  // namespace detail

/// For each segment [offsets[s], offsets[s + 1]) of columns: their sum over count^power (power 1:
/// the mean; 1/2: a sum of stable variance). Zeros for an empty segment.
/// Shapes  x (d, m), offsets (n + 1) -> (d, n)
template <class Scalar>
basic_tensor_var<Scalar> segment_mean(const basic_tensor_var<Scalar>& x,
                                      std::span<const std::uint32_t> offsets, double power = 1.0) {
  const auto segments = detail::segment_count(offsets, x.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), segments);
  auto out = y.mutable_value();
  out.setZero();
  for (Eigen::Index s = 0; s < segments; ++s) {
    const auto begin = offsets[static_cast<std::size_t>(s)];
    const auto count = offsets[static_cast<std::size_t>(s) + 1] - begin;
    if (count > 0)
      out.col(s) = x.value().middleCols(begin, count).rowwise().sum() *
                   static_cast<Scalar>(std::pow(count, -power));
  }
  if (x.active())
    y.computed_by(detail::segment_mean_node<Scalar>{x.operand(), y.result(),
                                                    detail::keep_on_tape<Scalar>(offsets), power});
  return y;
}

/// For each segment of columns their elementwise maximum; zeros for an empty segment. The first
/// of several equal columns takes the gradient.
template <class Scalar>
basic_tensor_var<Scalar> segment_max(const basic_tensor_var<Scalar>& x,
                                     std::span<const std::uint32_t> offsets) {
  const auto segments = detail::segment_count(offsets, x.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), segments);
  auto out = y.mutable_value();
  std::vector<std::int32_t> winners(static_cast<std::size_t>(x.rows() * segments), -1);
  for (Eigen::Index s = 0; s < segments; ++s) {
    const auto begin = offsets[static_cast<std::size_t>(s)];
    const auto end = offsets[static_cast<std::size_t>(s) + 1];
    for (Eigen::Index row = 0; row < x.rows(); ++row) {
      Scalar greatest = begin == end ? Scalar(0) : -std::numeric_limits<Scalar>::infinity();
      auto& winner = winners[static_cast<std::size_t>(row + s * x.rows())];
      for (auto i = begin; i < end; ++i) {
        const Scalar candidate = x.value()(row, i);
        if (winner < 0 || candidate > greatest) {
          greatest = candidate;
          winner = static_cast<std::int32_t>(i);
        }
      }
      out(row, s) = greatest;
    }
  }
  if (x.active())
    y.computed_by(detail::segment_max_node<Scalar>{
        x.operand(), y.result(), detail::keep_on_tape<Scalar, std::int32_t>(winners)});
  return y;
}

/// x with each element zeroed with probability `rate` and the others divided by 1 - rate, by
/// draws from `key` (Srivastava et al. 2014).
template <class Scalar>
basic_tensor_var<Scalar> dropout(const basic_tensor_var<Scalar>& x, double rate, random_key key) {
  if (rate <= 0) return x;
  auto mask = basic_tensor_var<Scalar>::uninitialised(x.rows(), x.cols());
  auto out = mask.mutable_value();
  const auto kept = static_cast<Scalar>(1.0 / (1.0 - rate));
  // One random word decides for eight elements, with 8 bits each. So `rate` is rounded to 1/256.
  const auto threshold = static_cast<std::uint64_t>(std::lround(rate * 256.0));
  for (Eigen::Index i = 0; i < out.size(); i += 8) {
    std::uint64_t word = key.bits(static_cast<std::uint64_t>(i));
    const Eigen::Index end = std::min(i + 8, out.size());
    for (Eigen::Index j = i; j < end; ++j, word >>= 8)
      out.data()[j] = (word & 255) < threshold ? Scalar(0) : kept;
  }
  return x.cwiseProduct(mask);
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/nn/compiled/layers.hpp>
#endif
