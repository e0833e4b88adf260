// tensacode/autodiff/tensor/reductions.hpp -- sums, norms and extremes of matrices.
// Layer 2. `x.rowwise()` and `x.colwise()` mean what they mean in Eigen: each row (column) by
// itself. `x.colwise() + v` adds the column v to each column.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/elementwise.hpp>

#include <cmath>
#include <type_traits>

namespace tc {
namespace detail {

template <class Scalar, class Payload>
basic_var<Scalar> scalar_result(Scalar value, bool active, const Payload& payload) {
  return basic_var<Scalar>::at_slot(
      value, active ? recording_tape<Scalar>().push_node(payload, 1) : adjoint_slot{0});
}

template <class Scalar>
struct norm_node {
  tensor_operand<Scalar> x;
  Scalar y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    if (!is_zero(y)) x.adjoint(tape) += (tape.adjoint(first) / y) * x.value();
  }
};
/// The node of a scalar that is one element of x.
template <class Scalar>
struct element_node {
  tensor_operand<Scalar> x;
  Eigen::Index at;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    x.adjoints(tape)[at] += tape.adjoint(first);
  }
};

/// The position of the largest (smallest) element. If several are equal, it is the first of them.
/// If an element is not a number, it is the first such element.
template <bool least, class Scalar>
Eigen::Index extreme_of(const Scalar* x, Eigen::Index count, Eigen::Index stride) {
  Eigen::Index best = 0;
  for (Eigen::Index i = 1; i < count; ++i) {
    const Scalar &now = x[i * stride], &then = x[best * stride];
    if ((least ? now < then : then < now) || (now != now && then == then)) best = i;
  }
  return best;
}
template <bool least, class Scalar>
basic_var<Scalar> extreme_element(const basic_tensor_var<Scalar>& x) {
  detail::check_shape(x.size() > 0, "tensor_var {}: the matrix has no elements",
                      least ? "minCoeff" : "maxCoeff");
  const auto operand = x.operand();
  const Eigen::Index at = extreme_of<least>(operand.values(), x.size(), 1);
  return scalar_result(operand.values()[at], x.active(), element_node<Scalar>{operand, at});
}

/// matrix.rowwise() if `by_row`, else matrix.colwise().
template <bool by_row>
[[gnu::always_inline]] inline auto along(auto&& matrix) {
  if constexpr (by_row)
    return matrix.rowwise();
  else
    return matrix.colwise();
}

template <class Scalar, bool by_row>
struct axis_sum_node {
  tensor_operand<Scalar> x, y;
  Scalar factor;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto dy = y.adjoint(tape);
    auto dx = x.adjoint(tape);
    if constexpr (by_row)
      dx.colwise() += factor * dy.col(0);
    else
      dx.rowwise() += factor * dy.row(0);
  }
};
template <class Scalar, bool by_row>
struct axis_square_node {
  tensor_operand<Scalar> x, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto dy = y.adjoint(tape);
    auto dx = x.adjoint(tape);
    for (Eigen::Index j = 0; j < dx.cols(); ++j)
      if constexpr (by_row)
        dx.col(j) += Scalar(2) * dy.col(0).cwiseProduct(x.value().col(j));
      else
        dx.col(j) += (Scalar(2) * dy(j)) * x.value().col(j);
  }
};
template <class Scalar>
struct picked_elements_node {
  tensor_operand<Scalar> x, y;
  const Eigen::Index* picked;  ///< the position in x of each element of y
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    for (Eigen::Index i = 0; i < y.size(); ++i) x.adjoints(tape)[picked[i]] += y.adjoints(tape)[i];
  }
};

}  // namespace detail

/// Operations on each row (`by_row`) or each column of a matrix, with Eigen's member names.
///
/// Shapes  x (r, c); by row -> (r, 1), by column -> (1, c)
template <class Scalar, bool by_row, bool arrays>
class basic_vectorwise_var {
 public:
  using scalar_type = Scalar;
  using Tensor = basic_tensor_var<Scalar>;
  using Result = std::conditional_t<arrays, basic_array_var<Scalar>, Tensor>;

  explicit basic_vectorwise_var(const Tensor& x) : x_(x) {}

  const Tensor& nested() const { return x_; }

  Result sum() const { return weighted_sum(Scalar(1)); }
  Result mean() const {
    return weighted_sum(Scalar(1) / static_cast<Scalar>(by_row ? x_.cols() : x_.rows()));
  }
  Result squaredNorm() const {
    auto y = result();
    y.mutable_value() = detail::along<by_row>(x_.value()).squaredNorm();
    if (x_.active())
      y.computed_by(detail::axis_square_node<Scalar, by_row>{x_.operand(), y.result()});
    return y;
  }
  /// The norm of each row (column). The derivative is not finite if a norm is 0; use squaredNorm
  /// there.
  Result norm() const {
    return detail::map_matrix<detail::sqrt_op, Scalar>(squaredNorm().matrix());
  }
  /// The largest (smallest) element of each row (column). If several are equal, the first takes the
  /// derivative. Throws shape_error if the rows (columns) have no elements.
  Result maxCoeff() const { return extremes<false>(); }
  Result minCoeff() const { return extremes<true>(); }

  /// Adds the row (column) `v` to each row (column). Throws shape_error if its length differs.
  auto operator+(const auto& v) const { return combined<detail::add_op>(v); }
  auto operator-(const auto& v) const { return combined<detail::subtract_op>(v); }
  auto operator*(const auto& v) const
    requires arrays
  {
    return combined<detail::multiply_op>(v);
  }
  auto operator/(const auto& v) const
    requires arrays
  {
    return combined<detail::divide_op>(v);
  }

  /// The same with elementwise semantics: `+ - * /` yield array expressions.
  basic_vectorwise_var<Scalar, by_row, true> array() const {
    return basic_vectorwise_var<Scalar, by_row, true>(x_);
  }

 private:
  Tensor result() const {
    return by_row ? Tensor::uninitialised(x_.rows(), 1) : Tensor::uninitialised(1, x_.cols());
  }
  Tensor weighted_sum(const Scalar& factor) const {
    auto y = result();
    y.mutable_value() = factor * detail::along<by_row>(x_.value()).sum();
    if (x_.active())
      y.computed_by(detail::axis_sum_node<Scalar, by_row>{x_.operand(), y.result(), factor});
    return y;
  }
  template <bool least>
  Tensor extremes() const {
    detail::check_shape(x_.size() > 0 || result().size() == 0,
                        "tensor_var {}: the {} of a {} x {} matrix have no elements",
                        least ? "minCoeff" : "maxCoeff", by_row ? "rows" : "columns", x_.rows(),
                        x_.cols());
    auto y = result();
    const auto x = x_.operand();
    auto* const picked = detail::recording_tape<Scalar>().template allocate<Eigen::Index>(
        static_cast<std::size_t>(y.size()));
    for (Eigen::Index i = 0; i < y.size(); ++i) {
      const Eigen::Index first = by_row ? i : i * x.rows(), stride = by_row ? x.rows() : 1;
      picked[i] = first + stride * detail::extreme_of<least>(x.values() + first,
                                                             by_row ? x.cols() : x.rows(), stride);
      y.mutable_value().data()[i] = x.values()[picked[i]];
    }
    if (x_.active()) y.computed_by(detail::picked_elements_node<Scalar>{x, y.result(), picked});
    return y;
  }
  template <class Op, class V>
  auto combined(const V& v) const {
    using Vector = detail::broadcast_elements<Scalar, by_row>;
    using Array = basic_array_var<Scalar>;
    const Tensor vector = detail::as_tensor<Scalar>(v);
    detail::check_shape(
        vector.rows() == (by_row ? 1 : x_.rows()) && vector.cols() == (by_row ? x_.cols() : 1),
        "tensor_var {}: the {} of a {} x {} matrix and a {} x {} vector differ",
        detail::operation_name<Op>, by_row ? "rows" : "columns", x_.rows(), x_.cols(),
        vector.rows(), vector.cols());
    const detail::statement<Op, Array, Vector> e(Array(x_), Vector{vector.operand()});
    if constexpr (arrays)
      return e;
    else
      return detail::record_statement(e);
  }

  Tensor x_;
};

// --- members declared in tensor_var.hpp ---------------------------------------------------------
template <class Scalar>
basic_vectorwise_var<Scalar, true> basic_tensor_var<Scalar>::rowwise() const {
  return basic_vectorwise_var<Scalar, true>(*this);
}
template <class Scalar>
basic_vectorwise_var<Scalar, false> basic_tensor_var<Scalar>::colwise() const {
  return basic_vectorwise_var<Scalar, false>(*this);
}
template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::sum() const {
  return array().sum();
}
template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::squaredNorm() const {
  return array().square().sum();
}
template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::norm() const {
  using std::sqrt;
  const Scalar y = sqrt(value().squaredNorm());
  return detail::scalar_result(y, active(), detail::norm_node<Scalar>{operand(), y});
}
template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::maxCoeff() const {
  return detail::extreme_element<false>(*this);
}
template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::minCoeff() const {
  return detail::extreme_element<true>(*this);
}
template <class Scalar>
template <class Other>
basic_var<Scalar> basic_tensor_var<Scalar>::dot(const Other& other) const {
  return detail::pair_up<detail::multiply_op, Scalar>(*this, other).sum();
}

}  // namespace tc
