// tests/autodiff/operation_checks.hpp -- one check for every row of operation_table.hpp.
#pragma once

#include <tensacode/autodiff/tensor/functions.hpp>
#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/transform/transform.hpp>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
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

inline double largest(const Matrix& x) { return x.size() > 0 ? x.cwiseAbs().maxCoeff() : 0.0; }

/// Checks at a and b: the value against `plain`, also of the function of plain matrices; the
/// gradient against differences of values, the derivative along a direction (forward mode, on
/// matrices of dual numbers) against the gradient, the Hessian times a direction (forward over
/// reverse) against differences of gradients; a second run against the bits of the first; float
/// against double.
/// Without `of_matrices`, for a function of variables alone, no plain matrices and no dual numbers.
template <bool of_matrices = true, class F, class Plain>
void expect_operation_at(const F& f, const Plain& plain_value, const Matrix& a, const Matrix& b) {
  CAPTURE(a);
  const auto first = tc::value_and_grad(f)(a, b);
  const auto& [da, db] = first.gradient;
  const double expected = plain_value(a, b);
  const double scale = std::max(1.0, std::abs(expected));
  CHECK(std::abs(first.value - expected) <= 1e-12 * scale);
  CHECK(tc::check_gradient(f, a, b) <= 1e-8);
  const auto second = tc::value_and_grad(f)(a, b);
  CHECK(first.value == second.value);
  CHECK(da == std::get<0>(second.gradient));
  CHECK(db == std::get<1>(second.gradient));

  const Matrix va = a.unaryExpr([](double v) { return std::cos(7 * v); });
  const Matrix vb = b.unaryExpr([](double v) { return std::cos(5 * v); });
  if constexpr (of_matrices) {
    CHECK(std::abs(f(a, b) - expected) <= 1e-12 * scale);
    const auto forward = tc::jvp(f)(a, b, va, vb);
    const double along = da.cwiseProduct(va).sum() + db.cwiseProduct(vb).sum();
    CHECK(std::abs(forward.value - expected) <= 1e-12 * scale);
    CHECK(std::abs(forward.tangent - along) <= 1e-10 * std::max({1.0, largest(da), largest(db)}));
  }

  const auto [ha, hb] = tc::hvp(f)(a, b, va, vb);
  const double h = 1e-5;
  const auto [pa, pb] = tc::grad(f)(Matrix(a + h * va), Matrix(b + h * vb));
  const auto [ma, mb] = tc::grad(f)(Matrix(a - h * va), Matrix(b - h * vb));
  const double steep = std::max({1.0, largest(ha), largest(hb)});
  CHECK(largest((pa - ma) / (2 * h) - ha) <= 1e-7 * steep);
  CHECK(largest((pb - mb) / (2 * h) - hb) <= 1e-7 * steep);

  using Narrow = Eigen::MatrixXf;
  const auto narrow = tc::value_and_grad(f)(Narrow(a.cast<float>()), Narrow(b.cast<float>()));
  const double size = std::max({1.0, largest(da), largest(db), scale});
  CHECK(std::abs(static_cast<double>(narrow.value) - expected) <= 1e-4 * size);
  CHECK(largest(std::get<0>(narrow.gradient).template cast<double>() - da) <= 1e-4 * size);
  CHECK(largest(std::get<1>(narrow.gradient).template cast<double>() - db) <= 1e-4 * size);
}

/// The same with one matrix as both operands: derivatives of the two uses add up.
template <class F>
void expect_aliased(const F& f, const Matrix& a) {
  const auto [da, db] = tc::grad(f)(a, a);
  const auto both = [&](const auto& x) { return f(x, x); };
  const double size = std::max({1.0, largest(da), largest(db)});
  CHECK(largest(tc::grad(both)(a) - (da + db)) <= 1e-13 * size);
}

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
template <class F, class Plain>
void expect_operation(const F& f, const Plain& plain_value, Eigen::Index rows,
                      Eigen::Index columns) {
  expect_operation_at(f, plain_value, left_operand(rows, columns), right_operand(rows, columns));
}

}  // namespace test_support

/// Runs `checks` with `f`, `plain_value` in scope for one row.
#define TC_CHECK_ROW(what, statement, plain_expression, checks)                       \
  {                                                                                   \
    CAPTURE(what);                                                                    \
    const auto f = [](const auto& a, const auto& b) {                                 \
      using namespace tc;                                                             \
      static_cast<void>(b);                                                           \
      return statement;                                                               \
    };                                                                                \
    const auto plain_value = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { \
      static_cast<void>(b);                                                           \
      return plain_expression;                                                        \
    };                                                                                \
    checks                                                                            \
  }
