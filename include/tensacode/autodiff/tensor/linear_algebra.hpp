// tensacode/autodiff/tensor/linear_algebra.hpp -- solve, inverse, Cholesky, log-determinant.
// Layer 2. Not included by autodiff.hpp, since it includes Eigen's decompositions. Each function is
// one node, whose sweep solves with the decomposition of the forward pass. Source of the
// derivatives: Giles 2008, Collected matrix derivative results for forward and reverse mode
// algorithmic differentiation; of the Cholesky factor: Murray 2016, arXiv:1602.07527. The functions
// of plain matrices use the same decompositions.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/eigen_functions.hpp>
#include <tensacode/autodiff/tensor/products.hpp>
#include <tensacode/autodiff/tensor/reductions.hpp>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <cmath>
#include <utility>

namespace tc {

/// A matrix is not positive definite, so it has no Cholesky factor.
struct not_positive_definite : error {
  using error::error;
};

namespace detail {

template <class Matrix>
void check_square(const char* what, const Matrix& a) {
  check_shape(a.rows() == a.cols(), "{}: a {} x {} matrix is not square", what, a.rows(), a.cols());
}

template <class Scalar>
struct solve_node {
  using Factors = Eigen::PartialPivLU<dynamic_matrix<Scalar>>;
  tensor_operand<Scalar> a, b, x;
  const Factors* factors;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    if (x.size() == 0) return;
    const dynamic_matrix<Scalar> db = factors->transpose().solve(x.adjoint(tape));
    if (b.active()) b.adjoint(tape) += db;
    if (a.active()) a.adjoint(tape).noalias() -= db * x.value().transpose();
  }
};

template <class Scalar>
struct inverse_node {
  tensor_operand<Scalar> a, y;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const dynamic_matrix<Scalar> left = y.value().transpose() * y.adjoint(tape);
    a.adjoint(tape).noalias() -= left * y.value().transpose();
  }
};

template <class Scalar>
struct log_determinant_node {
  tensor_operand<Scalar> a;
  const Eigen::PartialPivLU<dynamic_matrix<Scalar>>* factors;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    a.adjoint(tape) += tape.adjoint(first) * factors->inverse().transpose();
  }
};

template <unsigned mode, class Scalar>
struct triangular_solve_node {
  tensor_operand<Scalar> a, b, x;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    dynamic_matrix<Scalar> db = x.adjoint(tape);
    a.value()
        .transpose()
        .template triangularView<mode ^ (Eigen::Lower | Eigen::Upper)>()
        .solveInPlace(db);
    if (b.active()) b.adjoint(tape) += db;
    if (!a.active()) return;
    const dynamic_matrix<Scalar> da = -db * x.value().transpose();
    // Elements that the solution does not read get no derivative: the other triangle, and a
    // diagonal that is taken to be 1.
    for (Eigen::Index j = 0; j < da.cols(); ++j)
      for (Eigen::Index i = 0; i < da.rows(); ++i)
        if (i == j ? (mode & Eigen::UnitDiag) == 0 : (i > j) == ((mode & Eigen::Lower) != 0))
          a.adjoint(tape)(i, j) += da(i, j);
  }
};

template <class Scalar>
struct cholesky_node {
  tensor_operand<Scalar> a, factor;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    using Matrix = dynamic_matrix<Scalar>;
    const auto transposed = factor.value().transpose().template triangularView<Eigen::Upper>();
    // Let P be the lower triangle of L^T dL with its diagonal halved. Then S = L^-T P L^-1.
    Matrix s = transposed * Matrix(factor.adjoint(tape).template triangularView<Eigen::Lower>());
    s.template triangularView<Eigen::StrictlyUpper>().setZero();
    s.diagonal() *= Scalar(0.5);
    transposed.solveInPlace(s);
    s.transposeInPlace();
    transposed.solveInPlace(s);
    // Only the lower triangle of A was read, and each of its elements stands for its mirror image
    // too.
    auto da = a.adjoint(tape);
    for (Eigen::Index j = 0; j < s.cols(); ++j) {
      da(j, j) += s(j, j);
      for (Eigen::Index i = j + 1; i < s.rows(); ++i) da(i, j) += s(i, j) + s(j, i);
    }
  }
};

}  // namespace detail

/// Returns the X with A X = B, by an LU decomposition with partial pivoting. The result is not
/// finite if A is singular.
///
/// Shapes   a (n, n), b (n, m) -> (n, m)
/// Grad     a, b
/// Errors   shape_error
/// Cost     2/3 n^3 + 2 n^2 m; the sweep 4 n^2 m, with the same decomposition
template <class A, class B>
  requires detail::matrix_pair<A, B>
auto solve(const A& left, const B& right) {
  using Scalar = detail::scalar_of_pair<A, B>;
  const basic_tensor_var<Scalar> a = detail::as_tensor<Scalar>(left);
  const basic_tensor_var<Scalar> b = detail::as_tensor<Scalar>(right);
  detail::check_square("solve", a);
  detail::check_shape(a.rows() == b.rows(), "solve: a {} x {} matrix and a right side of {} rows",
                      a.rows(), a.cols(), b.rows());
  using Node = detail::solve_node<Scalar>;
  const auto* const factors =
      detail::recording_tape<Scalar>().keep(typename Node::Factors(a.rows()));
  auto x = basic_tensor_var<Scalar>::uninitialised(b.rows(), b.cols());
  if (a.size() > 0) {
    const_cast<typename Node::Factors*>(factors)->compute(a.value());
    x.mutable_value() = factors->solve(b.value());
  }
  if (a.active() || b.active()) x.computed_by(Node{a.operand(), b.operand(), x.operand(), factors});
  return x;
}

/// The inverse. To compute a product with the inverse, use `solve`: it is faster and more accurate.
/// Throws shape_error if the matrix is not square.
///
/// Shapes  (n, n) -> (n, n)
template <detail::tensor_handle T>
T inverse(const T& a) {
  detail::check_square("inverse", a);
  T y = T::uninitialised(a.rows(), a.cols());
  if (a.size() > 0) y.mutable_value() = typename T::Matrix(a.value()).partialPivLu().inverse();
  if (a.active() && a.size() > 0)
    y.computed_by(detail::inverse_node<typename T::scalar_type>{a.operand(), y.operand()});
  return y;
}

/// log |det A|, computed without overflow; 0 for a 0 x 0 matrix. Throws shape_error if the matrix
/// is not square.
///
/// Shapes  (n, n) -> scalar
template <detail::tensor_handle T>
auto log_determinant(const T& a) {
  using Scalar = typename T::scalar_type;
  using Factors = Eigen::PartialPivLU<typename T::Matrix>;
  using std::abs, std::log;
  detail::check_square("log_determinant", a);
  if (a.size() == 0) return basic_var<Scalar>(Scalar(0));
  const auto* const factors = detail::recording_tape<Scalar>().keep(Factors(a.value()));
  Scalar y(0);
  for (Eigen::Index i = 0; i < a.rows(); ++i) y += log(abs(factors->matrixLU()(i, i)));
  return detail::scalar_result(y, a.active(),
                               detail::log_determinant_node<Scalar>{a.operand(), factors});
}

/// Returns the X with T X = B. T is the triangle of `a` that `mode` names: Eigen::Lower,
/// Eigen::Upper, Eigen::UnitLower or Eigen::UnitUpper. The rest of `a` is not read and gets no
/// derivative. Throws shape_error if the shapes do not fit.
///
/// Shapes  a (n, n), b (n, m) -> (n, m)
template <unsigned mode, class A, class B>
  requires detail::matrix_pair<A, B>
auto solve_triangular(const A& left, const B& right) {
  using Scalar = detail::scalar_of_pair<A, B>;
  const basic_tensor_var<Scalar> a = detail::as_tensor<Scalar>(left);
  const basic_tensor_var<Scalar> b = detail::as_tensor<Scalar>(right);
  detail::check_square("solve_triangular", a);
  detail::check_shape(a.rows() == b.rows(),
                      "solve_triangular: a {} x {} matrix and a right side of {} rows", a.rows(),
                      a.cols(), b.rows());
  auto x = basic_tensor_var<Scalar>::uninitialised(b.rows(), b.cols());
  auto out = x.mutable_value();
  out = b.value();
  if (x.size() > 0) a.value().template triangularView<mode>().solveInPlace(out);
  if ((a.active() || b.active()) && x.size() > 0)
    x.computed_by(
        detail::triangular_solve_node<mode, Scalar>{a.operand(), b.operand(), x.operand()});
  return x;
}

/// Returns the lower triangular L with L L^T = A. Only the lower triangle of A is read, as by
/// Eigen's `llt().matrixL()`; the upper triangle gets no derivative.
///
/// Shapes   (n, n) -> (n, n)
/// Errors   shape_error; not_positive_definite
template <detail::tensor_handle T>
T cholesky(const T& a) {
  using Scalar = typename T::scalar_type;
  detail::check_square("cholesky", a);
  T y = T::uninitialised(a.rows(), a.cols());
  if (a.size() > 0) {
    const Eigen::LLT<typename T::Matrix> factors(a.value());
    TC_CHECK(factors.info() == Eigen::Success, not_positive_definite,
             "cholesky: the {} x {} matrix is not positive definite", a.rows(), a.cols());
    y.mutable_value() = factors.matrixL();
  }
  if (a.active() && a.size() > 0)
    y.computed_by(detail::cholesky_node<Scalar>{a.operand(), y.operand()});
  return y;
}

// --- the functions of Eigen matrices ------------------------------------------------------------
template <detail::matrix_of_eigen A, detail::matrix_of_eigen B>
auto solve(const A& left, const B& right) {
  using Number = detail::common_number<A, B>;
  const auto a = detail::to_matrix_of<Number>(left);
  const auto b = detail::to_matrix_of<Number>(right);
  detail::check_square("solve", a);
  detail::check_shape(a.rows() == b.rows(), "solve: a {} x {} matrix and a right side of {} rows",
                      a.rows(), a.cols(), b.rows());
  if (a.size() == 0) return b;
  return detail::dynamic_matrix<Number>(a.partialPivLu().solve(b));
}
template <detail::matrix_of_eigen A>
auto inverse(const A& matrix) {
  using Matrix = detail::dynamic_matrix<typename A::Scalar>;
  const Matrix a = matrix;
  detail::check_square("inverse", a);
  return a.size() == 0 ? a : Matrix(a.partialPivLu().inverse());
}
template <detail::matrix_of_eigen A>
auto log_determinant(const A& matrix) {
  using std::abs, std::log;
  using Number = typename A::Scalar;
  const detail::dynamic_matrix<Number> a = matrix;
  detail::check_square("log_determinant", a);
  Number y(0);
  if (a.size() == 0) return y;
  const auto factors = a.partialPivLu();
  for (Eigen::Index i = 0; i < a.rows(); ++i) y += log(abs(factors.matrixLU()(i, i)));
  return y;
}
template <unsigned mode, detail::matrix_of_eigen A, detail::matrix_of_eigen B>
auto solve_triangular(const A& left, const B& right) {
  using Number = detail::common_number<A, B>;
  const auto a = detail::to_matrix_of<Number>(left);
  auto x = detail::to_matrix_of<Number>(right);
  detail::check_square("solve_triangular", a);
  detail::check_shape(a.rows() == x.rows(),
                      "solve_triangular: a {} x {} matrix and a right side of {} rows", a.rows(),
                      a.cols(), x.rows());
  if (x.size() > 0) a.template triangularView<mode>().solveInPlace(x);
  return x;
}
template <detail::matrix_of_eigen A>
auto cholesky(const A& matrix) {
  using Matrix = detail::dynamic_matrix<typename A::Scalar>;
  Matrix a = matrix;
  detail::check_square("cholesky", a);
  if (a.size() == 0) return a;
  const Eigen::LLT<Matrix> factors(a);
  TC_CHECK(factors.info() == Eigen::Success, not_positive_definite,
           "cholesky: the {} x {} matrix is not positive definite", a.rows(), a.cols());
  return Matrix(factors.matrixL());
}

}  // namespace tc
