// tensacode/autodiff/tensor/gather.hpp -- elements and rows by index, and tensors side by side.
// Layer 2. Not in the door. Columns by index and tensors on top of each other are in nn/layers.hpp
// too, with spans that a network has.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/elementwise.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace tc {
namespace detail {

/// y[i] = x[from[i]], or 0 where from[i] is negative; with `scatter` y[from[i]] += x[i].
template <class Scalar, bool scatter>
struct gather_node {
  tensor_operand<Scalar> x, y;
  const Eigen::Index* from;
  Eigen::Index count, length;  ///< `length` consecutive numbers move for each index
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    Scalar* const dx = x.adjoints(tape);
    const Scalar* const dy = y.adjoints(tape);
    for (Eigen::Index i = 0; i < count; ++i) {
      if (from[i] < 0) continue;
      for (Eigen::Index k = 0; k < length; ++k)
        if constexpr (scatter)
          dx[i * length + k] += dy[from[i] * length + k];
        else
          dx[from[i] * length + k] += dy[i * length + k];
    }
  }
};

template <class Scalar>
const Eigen::Index* keep_indices(const char* what, std::span<const Eigen::Index> indices,
                                 Eigen::Index end) {
  for (const Eigen::Index i : indices)
    check_shape<Scalar>(i < end, "{}: index {} of {}", what, i, end);
  auto* const kept = recording_tape<Scalar>().template allocate<Eigen::Index>(indices.size());
  std::copy(indices.begin(), indices.end(), kept);
  return kept;
}

template <class Scalar>
void gather_into(const char* what, const basic_tensor_var<Scalar>& x, basic_tensor_var<Scalar>& y,
                 std::span<const Eigen::Index> indices, Eigen::Index length) {
  const Scalar* const values = x.value().data();
  Scalar* const to = y.mutable_value().data();
  const auto count = static_cast<Eigen::Index>(indices.size());
  const Eigen::Index* const from =
      keep_indices<Scalar>(what, indices, length == 0 ? x.cols() : x.size() / length);
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index k = 0; k < length; ++k)
      to[i * length + k] = from[i] < 0 ? Scalar(0) : values[from[i] * length + k];
  if (x.active())
    y.computed_by(gather_node<Scalar, false>{x.operand(), y.result(), from, count, length});
}

template <class Scalar, std::size_t count, bool on_top>
struct join_node {
  tensor_operand<Scalar> parts[count], y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    Eigen::Index at = 0;
    for (const auto& part : parts) {
      if (part.active())
        part.adjoint(tape) +=
            y.adjoint(tape).block(on_top ? at : 0, on_top ? 0 : at, part.rows(), part.cols());
      at += on_top ? part.rows() : part.cols();
    }
  }
};
template <bool on_top, class Scalar, class... Parts>
basic_tensor_var<Scalar> join(const char* what, const Parts&... operands) {
  using Tensor = basic_tensor_var<Scalar>;
  const Tensor parts[] = {Tensor(as_tensor<Scalar>(operands))...};
  Eigen::Index sum = 0;
  bool active = false;
  const Eigen::Index across = on_top ? parts[0].cols() : parts[0].rows();
  for (const auto& part : parts) {
    check_shape<Scalar>((on_top ? part.cols() : part.rows()) == across,
                        "{}: parts of {} x {} and {} x {}", what, parts[0].rows(), parts[0].cols(),
                        part.rows(), part.cols());
    sum += on_top ? part.rows() : part.cols();
    active = active || part.active();
  }
  auto y = on_top ? Tensor::uninitialised(sum, across) : Tensor::uninitialised(across, sum);
  join_node<Scalar, sizeof...(Parts), on_top> node{{parts->operand()}, y.result()};
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < sizeof...(Parts); ++i) {
    node.parts[i] = parts[i].operand();
    y.mutable_value().block(on_top ? at : 0, on_top ? 0 : at, parts[i].rows(), parts[i].cols()) =
        parts[i].value();
    at += on_top ? parts[i].rows() : parts[i].cols();
  }
  if (active) y.computed_by(node);
  return y;
}

template <class A, class... More>
struct first_tensor : first_tensor<More...> {};
template <class A, class... More>
  requires(tensor_handle<A> || elementwise<A>)
struct first_tensor<A, More...> {
  using type = typename A::scalar_type;
};

}  // namespace detail

/// A rows x columns matrix of the elements of `x` at these positions, which count column by column;
/// 0 where a position is negative. An element may be taken any number of times.
/// Errors  shape_error if a position is outside, or if there are not rows * columns of them
template <class Scalar>
basic_tensor_var<Scalar> gather(const basic_tensor_var<Scalar>& x,
                                std::span<const Eigen::Index> positions, Eigen::Index rows,
                                Eigen::Index columns) {
  detail::check_shape<Scalar>(static_cast<Eigen::Index>(positions.size()) == rows * columns,
                              "gather: {} positions for a {} x {} matrix", positions.size(), rows,
                              columns);
  auto y = basic_tensor_var<Scalar>::uninitialised(rows, columns);
  detail::gather_into<Scalar>("gather", x, y, positions, 1);
  return y;
}
/// The columns of `x` with these indices; zeros for a negative one. Shapes  (r, c) -> (r, n)
template <class Scalar>
basic_tensor_var<Scalar> gather_columns(const basic_tensor_var<Scalar>& x,
                                        std::span<const Eigen::Index> columns) {
  auto y =
      basic_tensor_var<Scalar>::uninitialised(x.rows(), static_cast<Eigen::Index>(columns.size()));
  detail::gather_into<Scalar>("gather_columns", x, y, columns, x.rows());
  return y;
}
/// The rows of `x` with these indices; zeros for a negative one. Shapes  (r, c) -> (n, c)
template <class Scalar>
basic_tensor_var<Scalar> gather_rows(const basic_tensor_var<Scalar>& x,
                                     std::span<const Eigen::Index> rows) {
  return gather_columns(x.transpose(), rows).transpose();
}
/// A matrix of `columns` columns, zero but that column i of `x` is added to column indices[i];
/// columns with a negative index are left out. Shapes  (r, n) -> (r, columns)
template <class Scalar>
basic_tensor_var<Scalar> scatter_columns(const basic_tensor_var<Scalar>& x,
                                         std::span<const Eigen::Index> indices,
                                         Eigen::Index columns) {
  detail::check_shape<Scalar>(static_cast<Eigen::Index>(indices.size()) == x.cols(),
                              "scatter_columns: {} indices for {} columns", indices.size(),
                              x.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), columns);
  y.mutable_value().setZero();
  const Eigen::Index* const to = detail::keep_indices<Scalar>("scatter_columns", indices, columns);
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    if (to[i] >= 0) y.mutable_value().col(to[i]) += x.value().col(i);
  if (x.active())
    y.computed_by(
        detail::gather_node<Scalar, true>{x.operand(), y.result(), to, x.cols(), x.rows()});
  return y;
}
/// The same with rows. Shapes  (n, c) -> (rows, c)
template <class Scalar>
basic_tensor_var<Scalar> scatter_rows(const basic_tensor_var<Scalar>& x,
                                      std::span<const Eigen::Index> indices, Eigen::Index rows) {
  return scatter_columns(x.transpose(), indices, rows).transpose();
}

/// The parts side by side; at least one is a tensor variable, the others may be Eigen matrices.
/// Shapes  (r, a), (r, b), ... -> (r, a + b + ...)
template <class... Parts>
auto hcat(const Parts&... parts) {
  return detail::join<false, typename detail::first_tensor<Parts...>::type>("hcat", parts...);
}
/// The parts on top of each other. Shapes  (a, c), (b, c), ... -> (a + b + ..., c)
template <class... Parts>
auto vcat(const Parts&... parts) {
  return detail::join<true, typename detail::first_tensor<Parts...>::type>("vcat", parts...);
}

}  // namespace tc
