// tensacode/autodiff/tensor/strip.hpp -- elementwise functions, computed strip by strip.
// Layer 2. A strip is a part of a matrix that fits into the first-level cache. Here are the loops
// over the elements of a strip and over the strips of a matrix.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/elementary.hpp>
#include <tensacode/autodiff/tensor/map_function.hpp>

#include <Eigen/Core>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace tc::detail {

// --- functions of arrays that scalars do not have -----------------------------------------------
struct inverse_op {
  static auto value(auto a) { return decltype(a)(1) / a; }
  static auto partial(auto, auto y) { return -(y * y); }
};
struct relu_op {
  static auto value(auto a) { return a < 0 ? decltype(a)(0) : a; }  // keeps not-a-number
  static auto partial(auto, auto y) { return decltype(y)(y > 0 ? 1 : 0); }
};

template <class T, class... Others>
inline constexpr bool is_one_of = (std::same_as<T, Others> || ...);

/// Whether the derivative of a function reads the values of its operands, or its result.
template <class Op>
inline constexpr bool reads_operands =
    !is_one_of<Op, add_op, subtract_op, negate_op, exp_op, expm1_op, sqrt_op, tanh_op, sigmoid_op,
               inverse_op, relu_op>;
template <class Op>
inline constexpr bool reads_result =
    !is_one_of<Op, add_op, subtract_op, negate_op, multiply_op, square_op, abs_op, log_op, log1p_op,
               sin_op, cos_op>;
/// Whether computing the function again costs no more than storing the result and loading it.
template <class Op>
inline constexpr bool is_cheap =
    is_one_of<Op, add_op, subtract_op, negate_op, multiply_op, square_op>;

/// The vectorised loop for a function, as a struct of vector_math.hpp; void if there is none.
template <class Op>
struct elementwise_kernel {
  using lanes = void;
};
template <>
struct elementwise_kernel<exp_op> {
  using lanes = exp_lanes;
};
template <>
struct elementwise_kernel<expm1_op> {
  using lanes = expm1_lanes;
};
template <>
struct elementwise_kernel<tanh_op> {
  using lanes = tanh_lanes;
};
template <>
struct elementwise_kernel<sigmoid_op> {
  using lanes = sigmoid_lanes;
};

/// to[i] = f(i). The pragma allows vectorisation: arrays overlap only if a loop reads and writes
/// them at the same index.
template <class Scalar, class F>
[[gnu::always_inline]] inline void store_each(Scalar* to, Eigen::Index count, const F& f) {
#if !defined(__clang__)
#pragma GCC ivdep
#endif
  for (Eigen::Index i = 0; i < count; ++i) to[i] = f(i);
}
/// to[i] += f(i).
template <class Scalar, class F>
[[gnu::always_inline]] inline void add_each(Scalar* to, Eigen::Index count, const F& f) {
#if !defined(__clang__)
#pragma GCC ivdep
#endif
  for (Eigen::Index i = 0; i < count; ++i) to[i] += f(i);
}
/// The sum of f(i). Adds up eight partial sums, so that an addition need not wait for the last one.
template <class Scalar, class F>
Scalar sum_each(Eigen::Index count, const F& f) {
  Scalar part[8] = {};
  Eigen::Index i = 0;
  for (; i + 8 <= count; i += 8)
    for (Eigen::Index j = 0; j < 8; ++j) part[j] += f(i + j);
  for (Eigen::Index j = 0; i < count; ++i, ++j) part[j] += f(i);
  return ((part[0] + part[4]) + (part[1] + part[5])) + ((part[2] + part[6]) + (part[3] + part[7]));
}

template <class Op, class Scalar, class A>
void evaluate(const A& a, Scalar* y, Eigen::Index count) {
  using Lanes = typename elementwise_kernel<Op>::lanes;
  if constexpr (!std::is_void_v<Lanes> && lanes_of<Scalar>::exist) {
    if constexpr (std::is_pointer_v<A>) {
      map_function<Lanes>(a, y, static_cast<std::size_t>(count));
    } else {
      store_each(y, count, [=](Eigen::Index i) { return a[i]; });
      map_function<Lanes>(static_cast<const Scalar*>(y), y, static_cast<std::size_t>(count));
    }
  } else if constexpr (lanes_of<Scalar>::exist && is_one_of<Op, log_op, sqrt_op>) {
    using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    store_each(y, count, [=](Eigen::Index i) { return a[i]; });
    Eigen::Map<Array> numbers(y, count);
    if constexpr (std::same_as<Op, log_op>)
      numbers = numbers.log();
    else
      numbers = numbers.sqrt();
  } else {
    store_each(y, count, [=](Eigen::Index i) { return Op::value(a[i]); });
  }
}

// --- strips -------------------------------------------------------------------------------------
/// The number of elements in a strip: few enough for the cache, many enough for the loops.
inline constexpr Eigen::Index strip_length = 256;

/// A part of one column, or several whole columns. It has `size` elements from `offset` on. They
/// lie in runs of `rows` elements of the same column. `row` and `column` are the indices of the
/// first.
struct strip {
  Eigen::Index offset, size, row, column, rows;
};

/// Calls `f` for each strip of a matrix. Set `by_column` if an operand is broadcast along rows or
/// columns: then a strip holds whole columns or lies within one column. Otherwise the matrix counts
/// as one long column.
template <bool by_column, class F>
void for_each_strip(Eigen::Index rows, Eigen::Index columns, const F& f) {
  if constexpr (!by_column) {
    const Eigen::Index count = rows * columns;
    for (Eigen::Index i = 0; i < count; i += strip_length) {
      const Eigen::Index size = count - i < strip_length ? count - i : strip_length;
      f(strip{i, size, i, 0, size});
    }
    return;
  }
  if (rows == 0) return;
  const Eigen::Index wide = rows < strip_length ? strip_length / rows : 1;
  for (Eigen::Index column = 0; column < columns; column += wide) {
    const Eigen::Index width = columns - column < wide ? columns - column : wide;
    for (Eigen::Index row = 0; row < rows; row += strip_length) {
      const Eigen::Index height = rows - row < strip_length ? rows - row : strip_length;
      f(strip{row + column * rows, height * width, row, column, height});
    }
  }
}

}  // namespace tc::detail
