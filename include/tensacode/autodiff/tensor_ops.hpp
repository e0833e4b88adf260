// tensacode/autodiff/tensor_ops.hpp -- operations on tensor variables, one node each.
// Layer 2. Each operation computes its value with Eigen and records
// a node whose `backward` adds to the adjoints of its operands; an operation on constants
// records nothing. Throws `shape_error` where shapes disagree.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor_var.hpp>

#include <Eigen/Core>

#include <cmath>
#include <concepts>
#include <type_traits>

namespace tc {

/// A matrix of differentiable numbers with elementwise semantics, as `x.array()` gives.
template <class Scalar>
class basic_array_var {
 public:
  using scalar_type = Scalar;

  explicit basic_array_var(const basic_tensor_var<Scalar>& tensor) : tensor_(tensor) {}

  const basic_tensor_var<Scalar>& matrix() const { return tensor_; }
  const basic_array_var& array() const { return *this; }
  Eigen::Index rows() const { return tensor_.rows(); }
  Eigen::Index cols() const { return tensor_.cols(); }
  Eigen::Index size() const { return tensor_.size(); }
  basic_var<Scalar> operator()(Eigen::Index i) const { return tensor_(i); }
  basic_var<Scalar> operator()(Eigen::Index i, Eigen::Index j) const { return tensor_(i, j); }
  basic_var<Scalar> sum() const { return tensor_.sum(); }
  basic_var<Scalar> mean() const { return tensor_.mean(); }

  basic_array_var exp() const;
  basic_array_var log() const;
  basic_array_var sqrt() const;
  basic_array_var square() const;
  basic_array_var sin() const;
  basic_array_var cos() const;
  basic_array_var tanh() const;
  basic_array_var abs() const;
  basic_array_var inverse() const;

 private:
  basic_tensor_var<Scalar> tensor_;
};

using array_var = basic_array_var<double>;

namespace detail {

template <class T>
concept tensor_like = requires { typename T::scalar_type; } &&
                      (std::same_as<T, basic_tensor_var<typename T::scalar_type>> ||
                       std::same_as<T, basic_array_var<typename T::scalar_type>>);
template <class T>
concept tensor_handle = is_tensor_var<T>;
template <class T>
concept array_handle = tensor_like<T> && !is_tensor_var<T>;
/// A number, or a scalar expression, beside a tensor.
template <class T>
concept scalar_operand = constant<T> || expression<T>;

template <class Lazy = void>
void check_same_shape(const char* operation, Eigen::Index rows_a, Eigen::Index columns_a,
                      Eigen::Index rows_b, Eigen::Index columns_b) {
  TC_CHECK(rows_a == rows_b && columns_a == columns_b, shape_error,
           "tensor_var {}: shapes {} x {} and {} x {} differ", operation, rows_a, columns_a, rows_b,
           columns_b);
}

/// Records the node that `make(y as operand)` describes, if `active`.
template <class Scalar, class Make>
void record_node(basic_tensor_var<Scalar>& y, bool active, const Make& make) {
  if (!active) return;
  auto result = y.operand();
  result.first = recording_tape<Scalar>().next_slot();  // the slot the node is about to take
  y.computed_by(make(result));
}

// --- elementwise maps ---------------------------------------------------------------------------
// `Function::value(a)` and `Function::partial(a, y)` take and give Eigen arrays.
template <class Function, class Scalar>
struct map_node {
  tensor_operand<Scalar> x, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    x.adjoint(tape).array() +=
        y.adjoint(tape).array() * Function::partial(x.value().array(), y.value().array());
  }
};
template <class Function, class Scalar>
basic_tensor_var<Scalar> map_elements(const basic_tensor_var<Scalar>& x) {
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), x.cols());
  y.mutable_value().array() = Function::value(x.value().array());
  record_node(y, x.active(),
              [&](const auto& result) { return map_node<Function, Scalar>{x.operand(), result}; });
  return y;
}

struct exp_map {
  static auto value(const auto& a) { return a.exp(); }
  static auto partial(const auto&, const auto& y) { return y; }
};
struct log_map {
  static auto value(const auto& a) { return a.log(); }
  static auto partial(const auto& a, const auto&) { return a.inverse(); }
};
struct sqrt_map {
  static auto value(const auto& a) { return a.sqrt(); }
  static auto partial(const auto&, const auto& y) { return (y + y).inverse(); }
};
struct square_map {
  static auto value(const auto& a) { return a.square(); }
  static auto partial(const auto& a, const auto&) { return a + a; }
};
struct sin_map {
  static auto value(const auto& a) { return a.sin(); }
  static auto partial(const auto& a, const auto&) { return a.cos(); }
};
struct cos_map {
  static auto value(const auto& a) { return a.cos(); }
  static auto partial(const auto& a, const auto&) { return -a.sin(); }
};
struct tanh_map {
  static auto value(const auto& a) { return a.tanh(); }
  static auto partial(const auto&, const auto& y) {
    using S = typename std::decay_t<decltype(y)>::Scalar;
    return S(1) - y.square();
  }
};
struct abs_map {
  static auto value(const auto& a) { return a.abs(); }
  static auto partial(const auto& a, const auto&) { return a.sign(); }
};
struct inverse_map {
  static auto value(const auto& a) { return a.inverse(); }
  static auto partial(const auto&, const auto& y) { return -y.square(); }
};
struct negate_map {
  static auto value(const auto& a) { return -a; }
  static auto partial(const auto& a, const auto&) {
    using A = std::decay_t<decltype(a)>;
    return Eigen::Array<typename A::Scalar, Eigen::Dynamic, Eigen::Dynamic>::Constant(
        a.rows(), a.cols(), typename A::Scalar(-1));
  }
};
struct relu_map {
  static auto value(const auto& a) { return a.max(typename std::decay_t<decltype(a)>::Scalar(0)); }
  static auto partial(const auto&, const auto& y) {
    using S = typename std::decay_t<decltype(y)>::Scalar;
    return (y > S(0)).template cast<S>();
  }
};
struct sigmoid_map {
  // Through tanh, which neither overflows nor loses small arguments.
  static auto value(const auto& a) {
    using S = typename std::decay_t<decltype(a)>::Scalar;
    return (a * S(0.5)).tanh() * S(0.5) + S(0.5);
  }
  static auto partial(const auto&, const auto& y) {
    using S = typename std::decay_t<decltype(y)>::Scalar;
    return y * (S(1) - y);
  }
};

// --- elementwise pairs --------------------------------------------------------------------------
// `sign` is +1 or -1: a + b, a - b.
template <class Scalar>
struct sum_node {
  tensor_operand<Scalar> a, b, y;
  Scalar sign;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (a.active()) a.adjoint(tape) += y.adjoint(tape);
    if (b.active()) b.adjoint(tape) += sign * y.adjoint(tape);
  }
};
template <class Scalar>
basic_tensor_var<Scalar> add(const basic_tensor_var<Scalar>& a, const basic_tensor_var<Scalar>& b,
                             Scalar sign) {
  check_same_shape("sum", a.rows(), a.cols(), b.rows(), b.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(a.rows(), a.cols());
  y.mutable_value() = a.value() + sign * b.value();
  record_node(y, a.active() || b.active(), [&](const auto& result) {
    return sum_node<Scalar>{a.operand(), b.operand(), result, sign};
  });
  return y;
}

template <class Scalar>
struct product_node {
  tensor_operand<Scalar> a, b, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (a.active()) a.adjoint(tape).array() += y.adjoint(tape).array() * b.value().array();
    if (b.active()) b.adjoint(tape).array() += y.adjoint(tape).array() * a.value().array();
  }
};
template <class Scalar>
basic_tensor_var<Scalar> multiply_elements(const basic_tensor_var<Scalar>& a,
                                           const basic_tensor_var<Scalar>& b) {
  check_same_shape("elementwise product", a.rows(), a.cols(), b.rows(), b.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(a.rows(), a.cols());
  y.mutable_value() = a.value().cwiseProduct(b.value());
  record_node(y, a.active() || b.active(), [&](const auto& result) {
    return product_node<Scalar>{a.operand(), b.operand(), result};
  });
  return y;
}

template <class Scalar>
struct quotient_node {
  tensor_operand<Scalar> a, b, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (a.active()) a.adjoint(tape).array() += y.adjoint(tape).array() / b.value().array();
    if (b.active())
      b.adjoint(tape).array() -= y.adjoint(tape).array() * y.value().array() / b.value().array();
  }
};
template <class Scalar>
basic_tensor_var<Scalar> divide_elements(const basic_tensor_var<Scalar>& a,
                                         const basic_tensor_var<Scalar>& b) {
  check_same_shape("elementwise quotient", a.rows(), a.cols(), b.rows(), b.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(a.rows(), a.cols());
  y.mutable_value() = a.value().cwiseQuotient(b.value());
  record_node(y, a.active() || b.active(), [&](const auto& result) {
    return quotient_node<Scalar>{a.operand(), b.operand(), result};
  });
  return y;
}

// --- a scalar beside a tensor: y = x * factor + offset, each scalar a slot or a constant ---------
template <class Scalar>
struct affine_node {
  tensor_operand<Scalar> x, y;
  Scalar factor_value;
  adjoint_slot factor, offset;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto dy = y.adjoint(tape);
    if (x.active()) x.adjoint(tape) += factor_value * dy;
    if (factor) tape.adjoint(factor) += dy.cwiseProduct(x.value()).sum();
    if (offset) tape.adjoint(offset) += dy.sum();
  }
};
template <class Scalar>
basic_tensor_var<Scalar> affine(const basic_tensor_var<Scalar>& x, const basic_var<Scalar>& factor,
                                const basic_var<Scalar>& offset) {
  auto y = basic_tensor_var<Scalar>::uninitialised(x.rows(), x.cols());
  y.mutable_value().array() = x.value().array() * factor.value() + offset.value();
  record_node(y, x.active() || factor.slot() || offset.slot(), [&](const auto& result) {
    return affine_node<Scalar>{x.operand(), result, factor.value(), factor.slot(), offset.slot()};
  });
  return y;
}

// --- products -----------------------------------------------------------------------------------
template <class Scalar>
struct matrix_product_node {
  tensor_operand<Scalar> a, b, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (a.active()) a.adjoint(tape).noalias() += y.adjoint(tape) * b.value().transpose();
    if (b.active()) b.adjoint(tape).noalias() += a.value().transpose() * y.adjoint(tape);
  }
};
template <class Scalar>
basic_tensor_var<Scalar> multiply_matrices(const basic_tensor_var<Scalar>& a,
                                           const basic_tensor_var<Scalar>& b) {
  TC_CHECK(a.cols() == b.rows(), shape_error,
           "tensor_var product: {} x {} times {} x {}; the inner dimensions must agree", a.rows(),
           a.cols(), b.rows(), b.cols());
  auto y = basic_tensor_var<Scalar>::uninitialised(a.rows(), b.cols());
  y.mutable_value().noalias() = a.value() * b.value();
  record_node(y, a.active() || b.active(), [&](const auto& result) {
    return matrix_product_node<Scalar>{a.operand(), b.operand(), result};
  });
  return y;
}

// --- reductions to a scalar ---------------------------------------------------------------------
template <class Scalar>
struct sum_of_elements_node {
  tensor_operand<Scalar> x;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    x.adjoint(tape).array() += tape.adjoint(first);
  }
};
template <class Scalar>
struct dot_node {
  tensor_operand<Scalar> a, b;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    const Scalar dy = tape.adjoint(first);
    if (a.active()) a.adjoint(tape) += dy * b.value();
    if (b.active()) b.adjoint(tape) += dy * a.value();
  }
};
template <class Scalar>
struct log_sum_exp_node {
  tensor_operand<Scalar> x;
  Scalar y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    x.adjoint(tape).array() += tape.adjoint(first) * (x.value().array() - y).exp();
  }
};
template <class Scalar, class Make>
basic_var<Scalar> reduction(Scalar value, bool active, const Make& make) {
  return basic_var<Scalar>::at_slot(
      value, active ? recording_tape<Scalar>().push_node(make(), 1) : adjoint_slot{0});
}

// --- rearrangements -----------------------------------------------------------------------------
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
    x.adjoint(tape).block(row, column, y.rows, y.columns) += y.adjoint(tape);
  }
};

/// Any operand beside a tensor as a tensor: itself, or a constant made of an Eigen expression.
template <class Scalar, class T>
decltype(auto) as_tensor(const T& operand) {
  if constexpr (tensor_handle<T>)
    return (operand);
  else if constexpr (array_handle<T>)
    return (operand.matrix());
  else
    return basic_tensor_var<Scalar>(operand);
}

template <class A, class B>
struct common_scalar;
template <class A, class B>
  requires tensor_like<A>
struct common_scalar<A, B> {
  using type = typename A::scalar_type;
};
template <class A, class B>
  requires(!tensor_like<A> && tensor_like<B>)
struct common_scalar<A, B> {
  using type = typename B::scalar_type;
};
template <class A, class B>
using common_scalar_t = typename common_scalar<A, B>::type;

/// Matrices on both sides, at least one of them a variable.
template <class A, class B>
concept matrix_pair = (tensor_handle<A> && (tensor_handle<B> || eigen_expression<B>)) ||
                      (eigen_expression<A> && tensor_handle<B>);
template <class A, class B>
concept array_pair = (array_handle<A> && (array_handle<B> || eigen_expression<B>)) ||
                     (eigen_expression<A> && array_handle<B>);

}  // namespace detail

// --- operators ----------------------------------------------------------------------------------
template <class A, class B>
  requires detail::matrix_pair<A, B>
auto operator*(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::multiply_matrices<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b));
}
template <class A, class B>
  requires detail::matrix_pair<A, B>
auto operator+(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::add<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b), S(1));
}
template <class A, class B>
  requires detail::matrix_pair<A, B>
auto operator-(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::add<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b), S(-1));
}
template <class A, class B>
  requires detail::array_pair<A, B>
auto operator+(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::add<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b), S(1)).array();
}
template <class A, class B>
  requires detail::array_pair<A, B>
auto operator-(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::add<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b), S(-1)).array();
}
template <class A, class B>
  requires detail::array_pair<A, B>
auto operator*(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::multiply_elements<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b)).array();
}
template <class A, class B>
  requires detail::array_pair<A, B>
auto operator/(const A& a, const B& b) {
  using S = detail::common_scalar_t<A, B>;
  return detail::divide_elements<S>(detail::as_tensor<S>(a), detail::as_tensor<S>(b)).array();
}

template <detail::tensor_handle A>
auto operator-(const A& a) {
  return detail::map_elements<detail::negate_map>(a);
}
template <detail::array_handle A>
auto operator-(const A& a) {
  return detail::map_elements<detail::negate_map>(a.matrix()).array();
}

// A scalar factor; for arrays also a scalar term.
template <detail::tensor_handle A, detail::scalar_operand C>
auto operator*(const A& a, const C& c) {
  using V = basic_var<typename A::scalar_type>;
  return detail::affine(a, V(c), V(0));
}
template <detail::scalar_operand C, detail::tensor_handle A>
auto operator*(const C& c, const A& a) {
  return a * c;
}
template <detail::tensor_handle A, detail::scalar_operand C>
auto operator/(const A& a, const C& c) {
  using V = basic_var<typename A::scalar_type>;
  return detail::affine(a, V(V(1) / V(c)), V(0));
}
template <detail::array_handle A, detail::scalar_operand C>
auto operator*(const A& a, const C& c) {
  return (a.matrix() * c).array();
}
template <detail::scalar_operand C, detail::array_handle A>
auto operator*(const C& c, const A& a) {
  return (a.matrix() * c).array();
}
template <detail::array_handle A, detail::scalar_operand C>
auto operator/(const A& a, const C& c) {
  return (a.matrix() / c).array();
}
template <detail::scalar_operand C, detail::array_handle A>
auto operator/(const C& c, const A& a) {
  return c * a.inverse();
}
template <detail::array_handle A, detail::scalar_operand C>
auto operator+(const A& a, const C& c) {
  using V = basic_var<typename A::scalar_type>;
  return detail::affine(a.matrix(), V(1), V(c)).array();
}
template <detail::scalar_operand C, detail::array_handle A>
auto operator+(const C& c, const A& a) {
  return a + c;
}
template <detail::array_handle A, detail::scalar_operand C>
auto operator-(const A& a, const C& c) {
  using V = basic_var<typename A::scalar_type>;
  return detail::affine(a.matrix(), V(1), V(-V(c))).array();
}
template <detail::scalar_operand C, detail::array_handle A>
auto operator-(const C& c, const A& a) {
  using V = basic_var<typename A::scalar_type>;
  return detail::affine(a.matrix(), V(-1), V(c)).array();
}

template <detail::tensor_like A, class B>
A& operator+=(A& a, const B& b) {
  return a = a + b;
}
template <detail::tensor_like A, class B>
A& operator-=(A& a, const B& b) {
  return a = a - b;
}
template <detail::tensor_like A, class B>
A& operator*=(A& a, const B& b) {
  return a = a * b;
}

// --- members declared in tensor_var.hpp ----------------------------------------------------------
template <class Scalar>
basic_tensor_var<Scalar>::basic_tensor_var(const basic_array_var<Scalar>& array)
    : basic_tensor_var(array.matrix()) {}

template <class Scalar>
basic_array_var<Scalar> basic_tensor_var<Scalar>::array() const {
  return basic_array_var<Scalar>(*this);
}

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::transpose() const {
  auto y = uninitialised(cols(), rows());
  y.mutable_value() = value().transpose();
  detail::record_node(y, active(), [&](const auto& result) {
    return detail::transpose_node<Scalar>{operand(), result};
  });
  return y;
}

template <class Scalar>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::block(Eigen::Index i, Eigen::Index j,
                                                         Eigen::Index rows,
                                                         Eigen::Index columns) const {
  TC_CHECK(i >= 0 && j >= 0 && rows >= 0 && columns >= 0 && i + rows <= this->rows() &&
               j + columns <= cols(),
           shape_error, "tensor_var block: {} x {} at ({}, {}) of a {} x {} matrix", rows, columns,
           i, j, this->rows(), cols());
  auto y = uninitialised(rows, columns);
  y.mutable_value() = value().block(i, j, rows, columns);
  detail::record_node(y, active(), [&](const auto& result) {
    return detail::block_node<Scalar>{operand(), result, i, j};
  });
  return y;
}

template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::sum() const {
  return detail::reduction<Scalar>(value().sum(), active(),
                                   [&] { return detail::sum_of_elements_node<Scalar>{operand()}; });
}

template <class Scalar>
basic_var<Scalar> basic_tensor_var<Scalar>::squaredNorm() const {
  return dot(*this);
}

template <class Scalar>
template <class Other>
basic_var<Scalar> basic_tensor_var<Scalar>::dot(const Other& other) const {
  const basic_tensor_var b = detail::as_tensor<Scalar>(other);
  detail::check_same_shape("dot", rows(), cols(), b.rows(), b.cols());
  return detail::reduction<Scalar>(
      value().cwiseProduct(b.value()).sum(), active() || b.active(),
      [&] { return detail::dot_node<Scalar>{operand(), b.operand()}; });
}

template <class Scalar>
template <class Other>
basic_tensor_var<Scalar> basic_tensor_var<Scalar>::cwiseProduct(const Other& other) const {
  return detail::multiply_elements<Scalar>(*this, detail::as_tensor<Scalar>(other));
}

#define TC_DETAIL_ARRAY_MAP(name)                                     \
  template <class Scalar>                                             \
  basic_array_var<Scalar> basic_array_var<Scalar>::name() const {     \
    return detail::map_elements<detail::name##_map>(tensor_).array(); \
  }                                                                   \
  template <class Scalar>                                             \
  basic_array_var<Scalar> name(const basic_array_var<Scalar>& x) {    \
    return x.name();                                                  \
  }
TC_DETAIL_ARRAY_MAP(exp)
TC_DETAIL_ARRAY_MAP(log)
TC_DETAIL_ARRAY_MAP(sqrt)
TC_DETAIL_ARRAY_MAP(square)
TC_DETAIL_ARRAY_MAP(sin)
TC_DETAIL_ARRAY_MAP(cos)
TC_DETAIL_ARRAY_MAP(tanh)
TC_DETAIL_ARRAY_MAP(abs)
TC_DETAIL_ARRAY_MAP(inverse)
#undef TC_DETAIL_ARRAY_MAP

/// Elementwise max(x, 0); the derivative at 0 is 0.
template <detail::tensor_handle T>
T relu(const T& x) {
  return detail::map_elements<detail::relu_map>(x);
}
/// Elementwise 1 / (1 + exp(-x)).
template <detail::tensor_handle T>
T sigmoid(const T& x) {
  return detail::map_elements<detail::sigmoid_map>(x);
}
/// Elementwise hyperbolic tangent.
template <detail::tensor_handle T>
T tanh(const T& x) {
  return detail::map_elements<detail::tanh_map>(x);
}
/// log(sum over all elements of exp(x)), computed without overflow.
template <detail::tensor_handle T>
auto log_sum_exp(const T& x) {
  using S = typename T::scalar_type;
  TC_CHECK(x.size() > 0, shape_error, "log_sum_exp: the matrix has no elements");
  const S greatest = x.value().maxCoeff();
  const S y = greatest + std::log((x.value().array() - greatest).exp().sum());
  return detail::reduction<S>(y, x.active(),
                              [&] { return detail::log_sum_exp_node<S>{x.operand(), y}; });
}
/// exp(x) / sum over all elements of exp(x).
template <detail::tensor_handle T>
T softmax(const T& x) {
  using V = basic_var<typename T::scalar_type>;
  return detail::map_elements<detail::exp_map>(detail::affine(x, V(1), V(-log_sum_exp(x))));
}

}  // namespace tc
