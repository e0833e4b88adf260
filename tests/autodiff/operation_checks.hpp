// tests/autodiff/operation_checks.hpp -- one check for every row of operation_table.hpp.
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/autodiff/tensor/functions.hpp>
#include <tensacode/autodiff/tensor/gather.hpp>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

/// Formulas without regard to speed or overflow, and operands of the rows.
namespace plain {

using Matrix = Eigen::MatrixXd;

inline Matrix each(const Matrix& x, double (*f)(double)) { return x.unaryExpr(f); }
inline Matrix sigmoid(const Matrix& x) {
  return each(x, [](double v) { return 1 / (1 + std::exp(-v)); });
}
inline Matrix softplus(const Matrix& x) {
  return each(x, [](double v) { return std::log(1 + std::exp(v)); });
}
inline Matrix erf(const Matrix& x) {
  return each(x, [](double v) { return std::erf(v); });
}
inline double power(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i) {
    const double base = a.data()[i] * a.data()[i] + 0.5;
    sum += std::pow(base, 1.5) + std::pow(base, b.data()[i]);
  }
  return sum;
}
inline double polar(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i)
    sum += std::atan2(a.data()[i], b.data()[i] + 3) * std::hypot(a.data()[i], b.data()[i]);
  return sum;
}
inline Matrix linear(const Matrix& a, const Matrix& b) {
  return (a * b.transpose()).colwise() + Eigen::VectorXd(b.rowwise().sum());
}
inline Matrix softmax_of_columns(const Matrix& x) {
  Matrix y = x.array().exp();
  for (Eigen::Index j = 0; j < y.cols(); ++j) y.col(j) /= y.col(j).sum();
  return y;
}
inline double log_softmaxes(const Matrix& a, const Matrix& b) {
  const Matrix whole = (a.array() - std::log(a.array().exp().sum())).matrix();
  const Matrix rows = softmax_of_columns(a.transpose()).transpose().array().log();
  const Matrix columns = softmax_of_columns(a).array().log();
  return whole.cwiseProduct(b).sum() + rows.cwiseProduct(b).sum() + columns.squaredNorm();
}
/// The last, none, the first, the last.
inline std::span<const Eigen::Index> positions(Eigen::Index size) {
  static thread_local Eigen::Index indices[4];
  indices[0] = indices[3] = size - 1;
  indices[1] = -1;
  indices[2] = 0;
  return indices;
}
inline std::span<const Eigen::Index> zeros(Eigen::Index size) {
  static constexpr Eigen::Index zero[8] = {};
  return {zero, static_cast<std::size_t>(size)};
}
/// A constant that converts to whatever it is multiplied with.
inline Matrix constant(Eigen::Index rows, Eigen::Index columns) {
  return Matrix::Constant(rows, columns, 0.5);
}
template <class T>
auto spd(const T& a) {
  const Matrix twice = 2 * Matrix::Identity(a.rows(), a.rows());
  if constexpr (tc::detail::tensor_handle<T>) {
    return a * a.transpose() + tc::basic_tensor_var<typename T::scalar_type>(twice);
  } else {
    using Number = typename T::Scalar;
    return tc::detail::dynamic_matrix<Number>(a * a.transpose() + twice.cast<Number>());
  }
}
/// The sum of the products of elements, for which Eigen's matrices have no `dot`.
template <class A, class B>
auto dot(const A& a, const B& b) {
  if constexpr (tc::detail::tensor_handle<A>)
    return a.dot(b);
  else
    return a.cwiseProduct(b).sum();
}

}  // namespace plain

namespace test_support {

using Matrix = Eigen::MatrixXd;

/// A function of two matrices in every type that the derivatives call it with, so that the checks
/// are compiled once.
class operation {
 public:
  using dual_matrix = tc::detail::dynamic_matrix<tc::dual<double>>;
  using variable_of_duals = tc::basic_var<tc::dual<double>>;
  using tensor_of_duals = tc::basic_tensor_var<tc::dual<double>>;

  /// With `of_matrices` false, `f` takes variables only.
  template <bool of_matrices = true, class F>
  static operation of(const F& f) {
    operation result;
    result.variables_ = f;
    result.floats_ = f;
    result.variables_of_duals_ = f;
    if constexpr (of_matrices) {
      result.numbers_ = f;
      result.duals_ = f;
    }
    return result;
  }

  bool takes_matrices() const { return static_cast<bool>(numbers_); }
  tc::var operator()(const tc::tensor_var& a, const tc::tensor_var& b) const {
    return variables_(a, b);
  }
  tc::basic_var<float> operator()(const tc::basic_tensor_var<float>& a,
                                  const tc::basic_tensor_var<float>& b) const {
    return floats_(a, b);
  }
  variable_of_duals operator()(const tensor_of_duals& a, const tensor_of_duals& b) const {
    return variables_of_duals_(a, b);
  }
  double operator()(const Matrix& a, const Matrix& b) const { return numbers_(a, b); }
  tc::dual<double> operator()(const dual_matrix& a, const dual_matrix& b) const {
    return duals_(a, b);
  }

 private:
  std::function<tc::var(const tc::tensor_var&, const tc::tensor_var&)> variables_;
  std::function<tc::basic_var<float>(const tc::basic_tensor_var<float>&,
                                     const tc::basic_tensor_var<float>&)>
      floats_;
  std::function<variable_of_duals(const tensor_of_duals&, const tensor_of_duals&)>
      variables_of_duals_;
  std::function<double(const Matrix&, const Matrix&)> numbers_;
  std::function<tc::dual<double>(const dual_matrix&, const dual_matrix&)> duals_;
};

using plain_function = std::function<double(const Matrix&, const Matrix&)>;

/// Checks at a and b: the value against `plain_value`, also of the function of plain matrices; the
/// gradient against differences of values, the derivative along a direction (forward mode, on
/// matrices of dual numbers) against the gradient, the Hessian times a direction (forward over
/// reverse) against differences of gradients; a second run against the bits of the first; float
/// against double. A function of variables alone is not called with plain matrices or dual numbers.
void expect_operation_at(const operation& f, const plain_function& plain_value, const Matrix& a,
                         const Matrix& b);

/// The same at operands of one shape.
void expect_operation(const operation& f, const plain_function& plain_value, Eigen::Index rows,
                      Eigen::Index columns);

/// The same with one matrix as both operands: derivatives of the two uses add up.
void expect_aliased(const operation& f, const Matrix& a);

inline Matrix left_operand(Eigen::Index rows, Eigen::Index columns) {
  return Matrix::NullaryExpr(rows, columns, [](Eigen::Index i, Eigen::Index j) {
    return 1.1 * std::sin(1.3 + 2.1 * static_cast<double>(i) + 5.3 * static_cast<double>(j));
  });
}
inline Matrix right_operand(Eigen::Index rows, Eigen::Index columns) {
  return Matrix::NullaryExpr(rows, columns, [](Eigen::Index i, Eigen::Index j) {
    return 0.9 * std::cos(0.7 + 1.7 * static_cast<double>(i) - 3.1 * static_cast<double>(j));
  });
}

}  // namespace test_support

/// Runs `checks` with `f`, `plain_value` in scope for one row.
#define TC_CHECK_ROW(what, statement, plain_expression, checks)                       \
  {                                                                                   \
    CAPTURE(what);                                                                    \
    const auto f = test_support::operation::of([](const auto& a, const auto& b) {     \
      using namespace tc;                                                             \
      static_cast<void>(b);                                                           \
      return statement;                                                               \
    });                                                                               \
    const auto plain_value = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { \
      static_cast<void>(b);                                                           \
      return static_cast<double>(plain_expression);                                   \
    };                                                                                \
    checks                                                                            \
  }
