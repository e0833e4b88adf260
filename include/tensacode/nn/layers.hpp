// tensacode/nn/layers.hpp -- whole-batch statements that networks are made of.
// Layer 3. A batch is a matrix of one column per instance. Each function is one node on the tape.
// `linear` and its kin are in autodiff/tensor/products.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
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
struct gather_columns_node {
  tensor_operand<Scalar> x, y;
  std::span<const std::int32_t> columns;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    auto dx = x.adjoint(tape);
    const auto dy = y.adjoint(tape);
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i] >= 0) dx.col(columns[i]) += dy.col(static_cast<Eigen::Index>(i));
  }
};

}  // namespace detail

/// Column `columns[i]` of `x` as column i of the result; zeros where the index is negative.
/// An embedding lookup, when x is the table.
template <class Scalar>
basic_tensor_var<Scalar> gather_columns(const basic_tensor_var<Scalar>& x,
                                        std::span<const std::int32_t> columns) {
  auto y =
      basic_tensor_var<Scalar>::uninitialised(x.rows(), static_cast<Eigen::Index>(columns.size()));
  const auto from = x.value();
  auto to = y.mutable_value();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    TC_CHECK(columns[i] < x.cols(), shape_error, "gather_columns: column {} of {}", columns[i],
             x.cols());
    if (columns[i] >= 0)
      to.col(static_cast<Eigen::Index>(i)) = from.col(columns[i]);
    else
      to.col(static_cast<Eigen::Index>(i)).setZero();
  }
  if (x.active())
    y.computed_by(detail::gather_columns_node<Scalar>{x.operand(), y.result(),
                                                      detail::keep_on_tape<Scalar>(columns)});
  return y;
}

namespace detail {

template <class Scalar>
struct concatenate_node {
  std::span<const tensor_operand<Scalar>> parts;
  tensor_operand<Scalar> y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto dy = y.adjoint(tape);
    Eigen::Index row = 0;
    for (const auto& part : parts) {
      if (part.active()) part.adjoint(tape) += dy.middleRows(row, part.rows());
      row += part.rows();
    }
  }
};

}  // namespace detail

/// The parts on top of each other.
/// Shapes  (a, n), (b, n), ... -> (a + b + ..., n)
template <class Scalar>
basic_tensor_var<Scalar> concatenate_rows(std::span<const basic_tensor_var<Scalar>> parts) {
  Eigen::Index rows = 0;
  bool active = false;
  for (const auto& part : parts) {
    TC_CHECK(part.cols() == parts[0].cols(), shape_error,
             "concatenate_rows: parts of {} and {} columns", parts[0].cols(), part.cols());
    rows += part.rows();
    active = active || part.active();
  }
  auto y = basic_tensor_var<Scalar>::uninitialised(rows, parts.empty() ? 0 : parts[0].cols());
  Eigen::Index row = 0;
  for (const auto& part : parts) {
    y.mutable_value().middleRows(row, part.rows()) = part.value();
    row += part.rows();
  }
  if (active) {
    std::vector<detail::tensor_operand<Scalar>> operands;
    for (const auto& part : parts) operands.push_back(part.operand());
    y.computed_by(detail::concatenate_node<Scalar>{
        detail::keep_on_tape<Scalar, detail::tensor_operand<Scalar>>(operands), y.result()});
  }
  return y;
}

namespace detail {

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
template <class Lazy = void>
Eigen::Index segment_count(std::span<const std::uint32_t> offsets, Eigen::Index columns) {
  TC_CHECK(!offsets.empty() && std::is_sorted(offsets.begin(), offsets.end()) &&
               static_cast<Eigen::Index>(offsets.back()) <= columns,
           shape_error, "segments: {} offsets do not ascend within {} columns", offsets.size(),
           columns);
  return static_cast<Eigen::Index>(offsets.size()) - 1;
}

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
  // Eight decisions a word; a rate is honoured to 1/256.
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
