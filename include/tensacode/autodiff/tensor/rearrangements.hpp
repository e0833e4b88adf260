// tensacode/autodiff/tensor/rearrangements.hpp -- transposes, blocks, other shapes.
// Layer 2. Each function copies elements; the sweep adds their adjoints to the elements they were
// copied from. `reshaped` copies nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor_var.hpp>

namespace tc {
namespace detail {

template <class Scalar>
struct transpose_node {
  tensor_operand<Scalar> x, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    x.adjoint(tape) += y.adjoint(tape).transpose();
  }
};
template <class Scalar>
struct block_node {
  tensor_operand<Scalar> x, y;
  Eigen::Index row, column;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    x.adjoint(tape).block(row, column, y.rows(), y.cols()) += y.adjoint(tape);
  }
};
/// The node of a y whose elements are those of x at positions 0, step, 2 step, ...
template <class Scalar>
struct stride_node {
  tensor_operand<Scalar> x, y;
  Eigen::Index step;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    for (Eigen::Index i = 0; i < y.size(); ++i) x.adjoints(tape)[i * step] += y.adjoints(tape)[i];
  }
};

}  // namespace detail

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::transpose() const {
  auto y = uninitialised(cols(), rows());
  y.mutable_value() = value().transpose();
  if (active()) y.computed_by(detail::transpose_node<Scalar>{operand(), y.result()});
  return y;
}

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::block(Eigen::Index i, Eigen::Index j,
                                                         Eigen::Index rows,
                                                         Eigen::Index columns) const {
  detail::check_shape(i >= 0 && j >= 0 && rows >= 0 && columns >= 0 && i + rows <= this->rows() &&
                          j + columns <= cols(),
                      "tensor_var block: {} x {} at ({}, {}) of a {} x {} matrix", rows, columns, i,
                      j, this->rows(), cols());
  auto y = uninitialised(rows, columns);
  y.mutable_value() = value().block(i, j, rows, columns);
  if (active()) y.computed_by(detail::block_node<Scalar>{operand(), y.result(), i, j});
  return y;
}

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::reshaped(Eigen::Index rows,
                                                            Eigen::Index columns) const {
  detail::check_shape(rows >= 0 && columns >= 0 && rows * columns == size(),
                      "tensor_var reshaped: a {} x {} matrix as {} x {}", this->rows(), cols(),
                      rows, columns);
  // The result shares the values and adjoints of x. Only the shape is new, so nothing is recorded.
  const auto x = operand();
  basic_tensor_var y;
  y.body_ = detail::recording_tape<Scalar>().template allocate<detail::tensor_body<Scalar>>(1);
  *y.body_ = {body_->values, body_->first, true, rows, columns};
  static_cast<void>(x);
  return y;
}

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::diagonal() const {
  const Eigen::Index n = rows() < cols() ? rows() : cols();
  auto y = uninitialised(n, 1);
  for (Eigen::Index i = 0; i < n; ++i)
    y.mutable_value().data()[i] = value().data()[i * (rows() + 1)];
  if (active()) y.computed_by(detail::stride_node<Scalar>{operand(), y.result(), rows() + 1});
  return y;
}

}  // namespace tc
