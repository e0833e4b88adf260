// tensacode/autodiff/tensor/softmax.hpp -- log-sum-exp, softmax and its logarithm.
// Layer 2. The functions take a whole matrix, or each of its rows or columns:
// `softmax(x.colwise())`. The largest element is subtracted first, so nothing overflows (Blanchard,
// Higham & Higham 2021).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/reductions.hpp>

#include <cmath>

namespace tc {
namespace detail {

/// Computes exp(x - greatest) and its sum. Stores the exponentials in y, which has the size of x,
/// unless y is null. `greatest` is 0 if the largest element is not finite.
template <class Scalar>
struct shifted_exponentials {
  Scalar greatest, sum;
  shifted_exponentials(const Scalar* x, Scalar* y, Eigen::Index count, Eigen::Index stride) {
    greatest = x[stride * extreme_of<false>(x, count, stride)];
    // If all elements are -infinity or one is +infinity, there is nothing to subtract.
    const Scalar shift = greatest - greatest == Scalar(0) ? greatest : Scalar(0);
    sum = Scalar(0);
    Scalar part[strip_length];
    for (Eigen::Index i = 0; i < count; i += strip_length) {
      const Eigen::Index n = count - i < strip_length ? count - i : strip_length;
      store_each(part, n, [=](Eigen::Index k) { return x[(i + k) * stride] - shift; });
      evaluate<exp_op>(static_cast<const Scalar*>(part), part, n);
      sum += sum_each<Scalar>(n, [&](Eigen::Index k) { return part[k]; });
      if (y)
        for (Eigen::Index k = 0; k < n; ++k) y[(i + k) * stride] = part[k];
    }
    greatest = shift;
  }
  Scalar log_sum() const {
    using std::log;
    return greatest + log(sum);
  }
};

/// The layout of the rows or columns of a matrix: `count` vectors of `length` elements. `stride` is
/// the distance between the elements of a vector, `step` the distance between vectors.
struct vectors {
  Eigen::Index count, length, stride, step;
  template <class Scalar, bool by_row>
  static vectors of(const basic_vectorwise_var<Scalar, by_row>& v) {
    const auto& x = v.nested();
    return by_row ? vectors{x.rows(), x.cols(), x.rows(), 1}
                  : vectors{x.cols(), x.rows(), 1, x.rows()};
  }
};

template <class Scalar>
struct log_sum_exp_node {
  tensor_operand<Scalar> x;
  const Scalar* y;
  vectors shape;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    Scalar part[strip_length];
    for (Eigen::Index v = 0; v < shape.count; ++v) {
      const Scalar dy = tape.adjoints(first)[v], log_sum = y[v];
      const Scalar* const from = x.values() + v * shape.step;
      Scalar* const dx = x.adjoints(tape) + v * shape.step;
      for (Eigen::Index i = 0; i < shape.length; i += strip_length) {
        const Eigen::Index n = shape.length - i < strip_length ? shape.length - i : strip_length;
        const Eigen::Index stride = shape.stride;
        store_each(part, n, [=](Eigen::Index k) { return from[(i + k) * stride] - log_sum; });
        evaluate<exp_op>(static_cast<const Scalar*>(part), part, n);
        for (Eigen::Index k = 0; k < n; ++k) dx[(i + k) * stride] += dy * part[k];
      }
    }
  }
};

/// The node of y = softmax(x), or of y = log(softmax(x)).
template <class Scalar, bool logarithm>
struct softmax_node {
  tensor_operand<Scalar> x, y;
  vectors shape;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    using std::exp;
    for (Eigen::Index v = 0; v < shape.count; ++v) {
      const Eigen::Index stride = shape.stride;
      const Scalar* const dy = tape.adjoints(first) + v * shape.step;
      const Scalar* const value = y.values() + v * shape.step;
      Scalar* const dx = x.adjoints(tape) + v * shape.step;
      const Scalar inner = sum_each<Scalar>(shape.length, [=](Eigen::Index i) {
        return logarithm ? dy[i * stride] : dy[i * stride] * value[i * stride];
      });
      for (Eigen::Index i = 0; i < shape.length * stride; i += stride)
        if constexpr (logarithm)
          dx[i] += dy[i] - exp(value[i]) * inner;
        else
          dx[i] += value[i] * (dy[i] - inner);
    }
  }
};
template <bool logarithm, class Scalar>
basic_tensor_var<Scalar> softmax_of(const basic_tensor_var<Scalar>& x, const vectors& shape) {
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), x.cols());
  const Scalar* const from = x.value().data();
  Scalar* const to = y.mutable_value().data();
  for (Eigen::Index v = 0; shape.length > 0 && v < shape.count; ++v) {
    const Eigen::Index begin = v * shape.step, stride = shape.stride;
    const shifted_exponentials<Scalar> parts(from + begin, logarithm ? nullptr : to + begin,
                                             shape.length, stride);
    const Scalar log_sum = parts.log_sum();
    for (Eigen::Index i = begin; i < begin + shape.length * stride; i += stride)
      to[i] = logarithm ? from[i] - log_sum : to[i] / parts.sum;
  }
  if (x.active()) y.computed_by(softmax_node<Scalar, logarithm>{x.operand(), y.operand(), shape});
  return y;
}

}  // namespace detail

/// log(sum over all elements of exp(x)). Throws shape_error if the matrix is empty.
template <detail::tensor_handle T>
auto log_sum_exp(const T& x) {
  using S = typename T::scalar_type;
  detail::check_shape(x.size() > 0, "log_sum_exp: the matrix has no elements");
  auto* const y = detail::recording_tape<S>().template allocate<S>(1);
  const auto operand = x.operand();
  *y = detail::shifted_exponentials<S>(operand.values(), nullptr, x.size(), 1).log_sum();
  return detail::scalar_result(*y, x.active(),
                               detail::log_sum_exp_node<S>{operand, y, {1, x.size(), 1, 0}});
}
/// The same for each row or column. Throws shape_error if they have no elements.
///
/// Shapes  x (r, c); by row -> (r, 1), by column -> (1, c)
template <class Scalar, bool by_row>
basic_tensor_var<Scalar> log_sum_exp(const basic_vectorwise_var<Scalar, by_row>& x) {
  const auto shape = detail::vectors::of(x);
  detail::check_shape(shape.length > 0 || shape.count == 0,
                      "log_sum_exp: the {} of a {} x {} matrix have no elements",
                      by_row ? "rows" : "columns", x.nested().rows(), x.nested().cols());
  auto y = by_row ? basic_tensor_var<Scalar>::uninitialised(shape.count, 1)
                  : basic_tensor_var<Scalar>::uninitialised(1, shape.count);
  const auto operand = x.nested().operand();
  Scalar* const to = y.mutable_value().data();
  for (Eigen::Index v = 0; v < shape.count; ++v)
    to[v] = detail::shifted_exponentials<Scalar>(operand.values() + v * shape.step, nullptr,
                                                 shape.length, shape.stride)
                .log_sum();
  if (operand.active())
    y.computed_by(detail::log_sum_exp_node<Scalar>{operand, y.operand().values(), shape});
  return y;
}

/// exp(x) divided by the sum of exp(x), over all elements or over each row or column.
///
/// Shapes  (r, c) -> (r, c)
template <detail::tensor_handle T>
T softmax(const T& x) {
  return detail::softmax_of<false>(x, {1, x.size(), 1, 0});
}
template <class Scalar, bool by_row>
basic_tensor_var<Scalar> softmax(const basic_vectorwise_var<Scalar, by_row>& x) {
  return detail::softmax_of<false>(x.nested(), detail::vectors::of(x));
}
/// The logarithm of softmax. It keeps its digits where a probability is too small for
/// log(softmax(x)).
template <detail::tensor_handle T>
T log_softmax(const T& x) {
  return detail::softmax_of<true>(x, {1, x.size(), 1, 0});
}
template <class Scalar, bool by_row>
basic_tensor_var<Scalar> log_softmax(const basic_vectorwise_var<Scalar, by_row>& x) {
  return detail::softmax_of<true>(x.nested(), detail::vectors::of(x));
}

}  // namespace tc
