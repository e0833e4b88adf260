// tensacode/autodiff/tensor/gather.hpp -- picking elements and rows by index; joining tensors.
// Layer 2. Not included by autodiff.hpp. The same functions of plain Eigen matrices, also of dual
// numbers, return Eigen matrices.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/eigen_functions.hpp>
#include <tensacode/autodiff/tensor/elementwise.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace tc {
namespace detail {

/// The types of an index. Networks store many indices, so they use the shorter type.
template <class T>
concept index_number = std::same_as<T, Eigen::Index> || std::same_as<T, std::int32_t>;

/// The node of y[i] = x[from[i]], or of y[from[i]] += x[i] with `scatter`. Negative indices are
/// skipped.
template <class Scalar, bool scatter, index_number Index>
struct gather_node {
  tensor_operand<Scalar> x, y;
  const Index* from;
  Eigen::Index count, length;  ///< each index moves `length` consecutive scalars
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    Scalar* const dx = x.adjoints(tape);
    const Scalar* const dy = y.adjoints(tape);
    for (Eigen::Index i = 0; i < count; ++i) {
      if (from[i] < 0) continue;
      const Scalar* const seed = dy + (scatter ? from[i] : i) * length;
      add_each(dx + (scatter ? i : from[i]) * length, length,
               [=](Eigen::Index k) { return seed[k]; });
    }
  }
};

template <index_number Index>
void check_indices(const char* what, std::span<const Index> indices, Eigen::Index end) {
  for (const Eigen::Index i : indices) check_shape(i < end, "{}: index {} of {}", what, i, end);
}
template <class Scalar, index_number Index>
const Index* keep_indices(const char* what, std::span<const Index> indices, Eigen::Index end) {
  check_indices(what, indices, end);
  auto* const kept = recording_tape<Scalar>().template allocate<Index>(indices.size());
  std::copy(indices.begin(), indices.end(), kept);
  return kept;
}

template <class Scalar, index_number Index>
void gather_into(const char* what, const basic_tensor_var<Scalar>& x, basic_tensor_var<Scalar>& y,
                 std::span<const Index> indices, Eigen::Index length) {
  const Scalar* const values = x.value().data();
  Scalar* const to = y.mutable_value().data();
  const auto count = static_cast<Eigen::Index>(indices.size());
  const Index* const from =
      keep_indices<Scalar>(what, indices, length == 0 ? x.cols() : x.size() / length);
  for (Eigen::Index i = 0; i < count; ++i)
    if (from[i] < 0)
      std::fill_n(to + i * length, length, Scalar(0));
    else
      std::copy_n(values + from[i] * length, length, to + i * length);
  if (x.active())
    y.computed_by(gather_node<Scalar, false, Index>{x.operand(), y.result(), from, count, length});
}
template <class Scalar, index_number Index>
basic_tensor_var<Scalar> gather_columns_of(const basic_tensor_var<Scalar>& x,
                                           std::span<const Index> columns) {
  auto y =
      basic_tensor_var<Scalar>::uninitialised(x.rows(), static_cast<Eigen::Index>(columns.size()));
  gather_into<Scalar>("gather_columns", x, y, columns, x.rows());
  return y;
}

template <class Scalar, bool on_top>
struct join_node {
  std::span<const tensor_operand<Scalar>> parts;
  tensor_operand<Scalar> y;
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
/// The sum of the parts' lengths in the direction in which they are joined. Throws shape_error if
/// the parts do not fit.
template <bool on_top, class Part>
Eigen::Index joined_length(const char* what, std::span<const Part> parts) {
  Eigen::Index sum = 0;
  for (const Part& part : parts) {
    check_shape(on_top ? part.cols() == parts[0].cols() : part.rows() == parts[0].rows(),
                "{}: parts of {} x {} and {} x {}", what, parts[0].rows(), parts[0].cols(),
                part.rows(), part.cols());
    sum += on_top ? part.rows() : part.cols();
  }
  return sum;
}
template <bool on_top, class Scalar>
basic_tensor_var<Scalar> join(const char* what, std::span<const basic_tensor_var<Scalar>> parts) {
  using Tensor = basic_tensor_var<Scalar>;
  const Eigen::Index sum = joined_length<on_top>(what, parts);
  const Eigen::Index across = parts.empty() ? 0 : on_top ? parts[0].cols() : parts[0].rows();
  auto y = on_top ? Tensor::uninitialised(sum, across) : Tensor::uninitialised(across, sum);
  auto* const operands =
      recording_tape<Scalar>().template allocate<tensor_operand<Scalar>>(parts.size());
  bool active = false;
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    operands[i] = parts[i].operand();
    active = active || parts[i].active();
    y.mutable_value().block(on_top ? at : 0, on_top ? 0 : at, parts[i].rows(), parts[i].cols()) =
        parts[i].value();
    at += on_top ? parts[i].rows() : parts[i].cols();
  }
  if (active) y.computed_by(join_node<Scalar, on_top>{{operands, parts.size()}, y.result()});
  return y;
}

template <class A, class... More>
struct first_tensor : first_tensor<More...> {};
template <class A, class... More>
  requires(tensor_handle<A> || elementwise<A>)
struct first_tensor<A, More...> {
  using type = typename A::scalar_type;
};
template <class T>
concept joinable = tensor_handle<T> || elementwise<T> || dense_of_eigen<T>;
/// Joins tensors and Eigen expressions to a tensor; or Eigen expressions alone to an Eigen matrix,
/// whose scalar type is the common type of theirs.
template <bool on_top, class... Parts>
auto join_parts(const char* what, const Parts&... parts) {
  constexpr bool matrices = sizeof...(Parts) > 0 && (joinable<Parts> && ...);
  static_assert(matrices,
                "tensacode[A03] hcat, vcat: a part is no matrix, or there is none. Fix: pass "
                "tensor variables and Eigen matrices; a number becomes one by "
                "Eigen::MatrixXd::Constant(1, 1, number).");
  if constexpr (!matrices) {
    return dynamic_matrix<double>();
  } else if constexpr ((dense_of_eigen<Parts> && ...)) {
    using Number = common_number<Parts...>;
    const dynamic_matrix<Number> all[] = {to_matrix_of<Number>(parts)...};
    const std::span<const dynamic_matrix<Number>> span(all);
    const Eigen::Index sum = joined_length<on_top>(what, span);
    dynamic_matrix<Number> y(on_top ? sum : all[0].rows(), on_top ? all[0].cols() : sum);
    Eigen::Index at = 0;
    for (const auto& part : all) {
      y.block(on_top ? at : 0, on_top ? 0 : at, part.rows(), part.cols()) = part;
      at += on_top ? part.rows() : part.cols();
    }
    return y;
  } else {
    using Scalar = typename first_tensor<Parts...>::type;
    const basic_tensor_var<Scalar> all[] = {basic_tensor_var<Scalar>(as_tensor<Scalar>(parts))...};
    return join<on_top, Scalar>(what, all);
  }
}

}  // namespace detail

/// Returns a rows x columns matrix of the elements of `x` at these positions. Positions count the
/// elements column by column. A negative position gives 0. A position may occur several times.
///
/// Errors  shape_error if a position is too large, or if there are not rows * columns positions
template <class Scalar>
basic_tensor_var<Scalar> gather(const basic_tensor_var<Scalar>& x,
                                std::span<const Eigen::Index> positions, Eigen::Index rows,
                                Eigen::Index columns) {
  detail::check_shape(static_cast<Eigen::Index>(positions.size()) == rows * columns,
                      "gather: {} positions for a {} x {} matrix", positions.size(), rows, columns);
  auto y = basic_tensor_var<Scalar>::uninitialised(rows, columns);
  detail::gather_into<Scalar>("gather", x, y, positions, 1);
  return y;
}
/// Returns the columns of `x` with these indices, as an embedding does. A negative index gives
/// zeros.
///
/// Shapes  (r, c) -> (r, n)
/// Errors  shape_error if an index is too large
template <class Scalar>
basic_tensor_var<Scalar> gather_columns(const basic_tensor_var<Scalar>& x,
                                        std::span<const Eigen::Index> columns) {
  return detail::gather_columns_of<Scalar>(x, columns);
}
template <class Scalar>
basic_tensor_var<Scalar> gather_columns(const basic_tensor_var<Scalar>& x,
                                        std::span<const std::int32_t> columns) {
  return detail::gather_columns_of<Scalar>(x, columns);
}
/// Returns the rows of `x` with these indices. A negative index gives zeros. Throws shape_error if
/// an index is too large.
///
/// Shapes  (r, c) -> (n, c)
template <class Scalar>
basic_tensor_var<Scalar> gather_rows(const basic_tensor_var<Scalar>& x,
                                     std::span<const Eigen::Index> rows) {
  return gather_columns(x.transpose(), rows).transpose();
}
/// Returns a matrix with `columns` columns: zeros, to which column i of `x` is added in column
/// indices[i]. Columns of `x` with a negative index are left out. Throws shape_error if an index is
/// too large or the number of indices is not that of the columns of `x`.
///
/// Shapes  (r, n) -> (r, columns)
template <class Scalar>
basic_tensor_var<Scalar> scatter_columns(const basic_tensor_var<Scalar>& x,
                                         std::span<const Eigen::Index> indices,
                                         Eigen::Index columns) {
  detail::check_shape(static_cast<Eigen::Index>(indices.size()) == x.cols(),
                      "scatter_columns: {} indices for {} columns", indices.size(), x.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), columns);
  y.mutable_value().setZero();
  const Eigen::Index* const to = detail::keep_indices<Scalar>("scatter_columns", indices, columns);
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    if (to[i] >= 0) y.mutable_value().col(to[i]) += x.value().col(i);
  if (x.active())
    y.computed_by(detail::gather_node<Scalar, true, Eigen::Index>{x.operand(), y.result(), to,
                                                                  x.cols(), x.rows()});
  return y;
}
/// The same with rows.
///
/// Shapes  (n, c) -> (rows, c)
template <class Scalar>
basic_tensor_var<Scalar> scatter_rows(const basic_tensor_var<Scalar>& x,
                                      std::span<const Eigen::Index> indices, Eigen::Index rows) {
  return scatter_columns(x.transpose(), indices, rows).transpose();
}

/// Joins the parts side by side. A part is a tensor variable or an Eigen matrix, which is a
/// constant. If all parts are Eigen matrices, so is the result.
///
/// Shapes  (r, a), (r, b), ... -> (r, a + b + ...)
/// Errors  shape_error if the numbers of rows differ; at compile time A03
template <class... Parts>
auto hcat(const Parts&... parts) {
  return detail::join_parts<false>("hcat", parts...);
}
/// Joins the parts on top of each other.
///
/// Shapes  (a, c), (b, c), ... -> (a + b + ..., c)
/// Errors  shape_error if the numbers of columns differ; at compile time A03
template <class... Parts>
auto vcat(const Parts&... parts) {
  return detail::join_parts<true>("vcat", parts...);
}
/// The same for any number of parts. Without parts, the result is 0 x 0.
template <class Scalar>
basic_tensor_var<Scalar> hcat(std::span<const basic_tensor_var<Scalar>> parts) {
  return detail::join<false, Scalar>("hcat", parts);
}
template <class Scalar>
basic_tensor_var<Scalar> vcat(std::span<const basic_tensor_var<Scalar>> parts) {
  return detail::join<true, Scalar>("vcat", parts);
}

// --- the functions of Eigen matrices ------------------------------------------------------------
template <detail::matrix_of_eigen X>
auto gather(const X& from, std::span<const Eigen::Index> positions, Eigen::Index rows,
            Eigen::Index columns) {
  using Number = typename X::Scalar;
  const auto x = detail::to_matrix_of<Number>(from);
  detail::check_shape(static_cast<Eigen::Index>(positions.size()) == rows * columns,
                      "gather: {} positions for a {} x {} matrix", positions.size(), rows, columns);
  detail::check_indices("gather", positions, x.size());
  detail::dynamic_matrix<Number> y(rows, columns);
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const Eigen::Index position = positions[static_cast<std::size_t>(i)];
    y.data()[i] = position < 0 ? Number(0) : x.data()[position];
  }
  return y;
}
template <detail::matrix_of_eigen X>
auto gather_columns(const X& from, std::span<const Eigen::Index> columns) {
  using Number = typename X::Scalar;
  const auto x = detail::to_matrix_of<Number>(from);
  detail::check_indices("gather_columns", columns, x.cols());
  detail::dynamic_matrix<Number> y =
      detail::dynamic_matrix<Number>::Zero(x.rows(), static_cast<Eigen::Index>(columns.size()));
  for (Eigen::Index i = 0; i < y.cols(); ++i)
    if (const Eigen::Index column = columns[static_cast<std::size_t>(i)]; column >= 0)
      y.col(i) = x.col(column);
  return y;
}
template <detail::matrix_of_eigen X>
auto gather_rows(const X& x, std::span<const Eigen::Index> rows) {
  return gather_columns(x.transpose(), rows).transpose().eval();
}
template <detail::matrix_of_eigen X>
auto scatter_columns(const X& from, std::span<const Eigen::Index> indices, Eigen::Index columns) {
  using Number = typename X::Scalar;
  const auto x = detail::to_matrix_of<Number>(from);
  detail::check_shape(static_cast<Eigen::Index>(indices.size()) == x.cols(),
                      "scatter_columns: {} indices for {} columns", indices.size(), x.cols());
  detail::check_indices("scatter_columns", indices, columns);
  detail::dynamic_matrix<Number> y = detail::dynamic_matrix<Number>::Zero(x.rows(), columns);
  for (Eigen::Index i = 0; i < x.cols(); ++i)
    if (const Eigen::Index to = indices[static_cast<std::size_t>(i)]; to >= 0)
      y.col(to) += x.col(i);
  return y;
}
template <detail::matrix_of_eigen X>
auto scatter_rows(const X& x, std::span<const Eigen::Index> indices, Eigen::Index rows) {
  return scatter_columns(x.transpose(), indices, rows).transpose().eval();
}

}  // namespace tc
