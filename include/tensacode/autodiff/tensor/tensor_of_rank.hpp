// tensacode/autodiff/tensor/tensor_of_rank.hpp -- tensor variables of any rank.
// Layer 2. Not included by autodiff.hpp. A tensor is a shape and a column of elements, which is a
// tensor variable. The first index runs fastest, as in Eigen::Tensor. Elementwise operations are
// those of the column. Products and contractions are matrix products of rearranged columns.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/autodiff/tensor/products.hpp>
#include <tensacode/autodiff/tensor/rearrangements.hpp>
#include <tensacode/autodiff/tensor/reductions.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace tc {

/// A differentiable tensor with `rank` indices.
template <class Scalar, std::size_t rank>
class basic_tensor_of_rank {
 public:
  using scalar_type = Scalar;
  using Shape = std::array<Eigen::Index, rank>;

  /// Makes a tensor of this shape from the elements of a matrix of any shape, taken column by
  /// column. Records nothing. Throws shape_error if the numbers of elements differ.
  basic_tensor_of_rank(const Shape& shape, const basic_tensor_var<Scalar>& numbers)
      : shape_(shape), numbers_(numbers.reshaped(numbers.size(), 1)) {
    detail::check_shape(count(0, rank) == numbers.size(),
                        "tensor_of_rank: {} numbers for a shape of {}", numbers.size(),
                        count(0, rank));
  }

  const Shape& shape() const { return shape_; }
  Eigen::Index dimension(std::size_t axis) const { return shape_[axis]; }
  Eigen::Index size() const { return numbers_.size(); }
  /// The elements as a column.
  const basic_tensor_var<Scalar>& flat() const { return numbers_; }
  /// `array()` gives the elements for elementwise expressions; `with` gives the result this shape.
  basic_array_var<Scalar> array() const { return numbers_.array(); }
  basic_tensor_of_rank with(const basic_tensor_var<Scalar>& numbers) const {
    return {shape_, numbers};
  }

  /// One element. Throws shape_error if an index is out of range.
  template <class... Indices>
    requires(sizeof...(Indices) == rank)
  basic_var<Scalar> operator()(Indices... indices) const {
    const Shape at{static_cast<Eigen::Index>(indices)...};
    Eigen::Index position = 0;
    for (std::size_t axis = rank; axis-- > 0;) {
      detail::check_shape(at[axis] >= 0 && at[axis] < shape_[axis],
                          "tensor_of_rank: index {} of axis {}, which has {}", at[axis], axis,
                          shape_[axis]);
      position = position * shape_[axis] + at[axis];
    }
    return std::as_const(numbers_)(position);
  }

  /// The same elements in another shape. Throws shape_error if the numbers of elements differ.
  template <std::size_t other_rank>
  basic_tensor_of_rank<Scalar, other_rank> reshaped(
      const std::array<Eigen::Index, other_rank>& shape) const {
    return {shape, numbers_};
  }
  /// Axis i of the result is axis order[i] of this tensor, as with Eigen's `shuffle`. Throws
  /// shape_error if `order` is not a permutation.
  basic_tensor_of_rank shuffled(const std::array<std::size_t, rank>& order) const {
    Shape shape{}, step{};
    bool seen[rank] = {};
    for (std::size_t i = 0; i < rank; ++i) {
      detail::check_shape(order[i] < rank && !seen[order[i]],
                          "tensor_of_rank shuffled: {} is not once in the order", order[i]);
      seen[order[i]] = true;
      shape[i] = shape_[order[i]];
      step[i] = count(0, order[i]);
    }
    std::vector<Eigen::Index> from(static_cast<std::size_t>(size()));
    Shape at{};
    for (auto& position : from) {
      position = 0;
      for (std::size_t i = 0; i < rank; ++i) position += at[i] * step[i];
      for (std::size_t i = 0; i < rank && ++at[i] == shape[i]; ++i) at[i] = 0;
    }
    return {shape, gather(numbers_, std::span<const Eigen::Index>(from), size(), 1)};
  }

  /// The sums along one axis. The result does not have that axis. Throws shape_error if there is no
  /// such axis.
  basic_tensor_of_rank<Scalar, rank - 1> sum(std::size_t axis) const
    requires(rank > 1)
  {
    check_axis("sum", axis);
    std::array<Eigen::Index, rank - 1> shape{};
    for (std::size_t i = 0, j = 0; i < rank; ++i)
      if (i != axis) shape[j++] = shape_[i];
    if (axis == 0) return {shape, matrix(1).colwise().sum()};
    if (axis + 1 == rank) return {shape, matrix(rank - 1).rowwise().sum()};
    // Moves the axis to the front.
    std::array<std::size_t, rank> order{axis};
    for (std::size_t i = 0, j = 1; i < rank; ++i)
      if (i != axis) order[j++] = i;
    return {shape, shuffled(order).matrix(1).colwise().sum()};
  }
  basic_tensor_of_rank<Scalar, rank - 1> mean(std::size_t axis) const
    requires(rank > 1)
  {
    const auto sums = sum(axis);
    return sums.with(sums.flat() / static_cast<Scalar>(shape_[axis]));
  }
  basic_var<Scalar> sum() const { return numbers_.sum(); }

  /// A matrix whose rows are the first `axes` axes and whose columns are the others. Records
  /// nothing.
  basic_tensor_var<Scalar> matrix(std::size_t axes) const {
    return numbers_.reshaped(count(0, axes), count(axes, rank));
  }

  friend basic_tensor_of_rank operator+(const basic_tensor_of_rank& a,
                                        const basic_tensor_of_rank& b) {
    a.check_same(b);
    return a.with(a.numbers_ + b.numbers_);
  }
  friend basic_tensor_of_rank operator-(const basic_tensor_of_rank& a,
                                        const basic_tensor_of_rank& b) {
    a.check_same(b);
    return a.with(a.numbers_ - b.numbers_);
  }

 private:
  Eigen::Index count(std::size_t first, std::size_t last) const {
    Eigen::Index product = 1;
    for (std::size_t i = first; i < last; ++i) product *= shape_[i];
    return product;
  }
  void check_axis(const char* what, std::size_t axis) const {
    detail::check_shape(axis < rank, "tensor_of_rank {}: axis {} of {}", what, axis, rank);
  }
  void check_same(const basic_tensor_of_rank& other) const {
    for (std::size_t i = 0; i < rank; ++i)
      detail::check_shape(shape_[i] == other.shape_[i],
                          "tensor_of_rank: axis {} has {} and {} numbers", i, shape_[i],
                          other.shape_[i]);
  }

  Shape shape_;
  basic_tensor_var<Scalar> numbers_;
};

template <std::size_t rank>
using tensor_of_rank = basic_tensor_of_rank<double, rank>;

/// Multiplies a and b and sums over axis `axis_a` of a and axis `axis_b` of b. The result has the
/// other axes of a, then the other axes of b. Throws shape_error if the two axes differ in length.
template <class Scalar, std::size_t rank_a, std::size_t rank_b>
  requires(rank_a + rank_b > 2)
basic_tensor_of_rank<Scalar, rank_a + rank_b - 2> contract(
    const basic_tensor_of_rank<Scalar, rank_a>& a, std::size_t axis_a,
    const basic_tensor_of_rank<Scalar, rank_b>& b, std::size_t axis_b) {
  detail::check_shape(axis_a < rank_a && axis_b < rank_b, "contract: axes {} of {} and {} of {}",
                      axis_a, rank_a, axis_b, rank_b);
  detail::check_shape(a.dimension(axis_a) == b.dimension(axis_b),
                      "contract: axes of {} and {} numbers", a.dimension(axis_a),
                      b.dimension(axis_b));
  std::array<Eigen::Index, rank_a + rank_b - 2> shape{};
  std::array<std::size_t, rank_a> order_a{};
  std::array<std::size_t, rank_b> order_b{axis_b};
  std::size_t next = 0, place_a = 0, place_b = 1;
  for (std::size_t i = 0; i < rank_a; ++i)
    if (i != axis_a) order_a[place_a++] = i, shape[next++] = a.dimension(i);
  order_a[place_a] = axis_a;
  for (std::size_t i = 0; i < rank_b; ++i)
    if (i != axis_b) order_b[place_b++] = i, shape[next++] = b.dimension(i);
  return {shape, a.shuffled(order_a).matrix(rank_a - 1) * b.shuffled(order_b).matrix(1)};
}

namespace detail {

template <class Scalar>
struct batch_product_node {
  tensor_operand<Scalar> a, b, y;
  Eigen::Index rows, inner, columns, batch;
  static matrix_map<Scalar> part(Scalar* numbers, Eigen::Index i, Eigen::Index r, Eigen::Index c) {
    return {numbers + i * r * c, r, c};
  }
  static const_matrix_map<Scalar> part(const Scalar* numbers, Eigen::Index i, Eigen::Index r,
                                       Eigen::Index c) {
    return {numbers + i * r * c, r, c};
  }
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    for (Eigen::Index i = 0; i < batch; ++i) {
      const auto dy = part(y.adjoints(tape), i, rows, columns);
      if (a.active())
        add_product(part(a.adjoints(tape), i, rows, inner), dy,
                    part(b.values(), i, inner, columns).transpose());
      if (b.active())
        add_product(part(b.adjoints(tape), i, inner, columns),
                    part(a.values(), i, rows, inner).transpose(), dy);
    }
  }
};

}  // namespace detail

/// The matrix products of a(:, :, i) and b(:, :, i) for all i, recorded as one node. Throws
/// shape_error if the shapes do not fit.
///
/// Shapes  a (r, k, n), b (k, c, n) -> (r, c, n)
template <class Scalar>
basic_tensor_of_rank<Scalar, 3> batch_product(const basic_tensor_of_rank<Scalar, 3>& a,
                                              const basic_tensor_of_rank<Scalar, 3>& b) {
  using Node = detail::batch_product_node<Scalar>;
  detail::check_shape(a.dimension(1) == b.dimension(0) && a.dimension(2) == b.dimension(2),
                      "batch_product: {} x {} x {} times {} x {} x {}", a.dimension(0),
                      a.dimension(1), a.dimension(2), b.dimension(0), b.dimension(1),
                      b.dimension(2));
  const Eigen::Index rows = a.dimension(0), inner = a.dimension(1), columns = b.dimension(1),
                     batch = a.dimension(2);
  auto y = basic_tensor_var<Scalar>::uninitialised(rows * columns * batch, 1);
  const auto left = a.flat().operand(), right = b.flat().operand();
  for (Eigen::Index i = 0; i < batch; ++i)
    detail::assign_product(Node::part(y.mutable_value().data(), i, rows, columns),
                           Node::part(left.values(), i, rows, inner),
                           Node::part(right.values(), i, inner, columns));
  if (a.flat().active() || b.flat().active())
    y.computed_by(Node{left, right, y.result(), rows, inner, columns, batch});
  return {{rows, columns, batch}, y};
}

}  // namespace tc
