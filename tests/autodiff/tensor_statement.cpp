// tests/autodiff/tensor_statement.cpp -- fused statements: strips, sums in place, odd numbers.
#include <tensacode/autodiff/tensor/functions.hpp>
#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/autodiff/tensor/linear_algebra.hpp>
#include <tensacode/transform/transform.hpp>

#include "operation_checks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace test_tensor_statement {

using Matrix = Eigen::MatrixXd;
using test_support::left_operand;
using test_support::right_operand;

/// f's value and gradients against Eigen for a matrix of many strips, written out by hand.
void expect_broadcasts(Eigen::Index rows, Eigen::Index columns) {
  CAPTURE(rows);
  const Matrix a = left_operand(rows, columns), row = right_operand(1, columns);
  const Matrix column = right_operand(rows, 1);
  const auto f = [](const auto& x, const auto& r, const auto& c) {
    return ((x.array().rowwise() * r.array()).matrix().array().colwise() + c.array())
        .square()
        .sum();
  };
  const auto [value, gradient] = tc::value_and_grad(f)(a, row, column);
  const auto& [da, dr, dc] = gradient;
  const Matrix inner = (a.array().rowwise() * row.row(0).array()).colwise() + column.col(0).array();
  const double size = inner.norm();
  CHECK(value == doctest::Approx(inner.squaredNorm()).epsilon(1e-13));
  const Matrix expected_a = 2 * (inner.array().rowwise() * row.row(0).array()).matrix();
  CHECK((da - expected_a).norm() <= 1e-13 * size);
  CHECK((dr - 2 * inner.cwiseProduct(a).colwise().sum()).norm() <= 1e-12 * size);
  CHECK((dc - 2 * inner.rowwise().sum()).norm() <= 1e-12 * size);
}

TEST_SUITE("autodiff/tensor_statement") {
  TEST_CASE("matrices of many strips, whole columns and pieces of one") {
    for (const Eigen::Index rows : {1, 3, 100, 255, 256, 257, 700}) {
      expect_broadcasts(rows, 5);
      expect_broadcasts(rows, 1);
    }
    expect_broadcasts(7, 100);
    const Matrix x = left_operand(37, 41);
    const auto [value, gradient] =
        tc::value_and_grad([](const auto& v) { return (v.array() * 2.0).exp().sum(); })(x);
    CHECK(value == doctest::Approx((x.array() * 2).exp().sum()).epsilon(1e-13));
    CHECK((gradient.array() / (2 * (x.array() * 2).exp()) - 1).abs().maxCoeff() < 1e-14);
  }
  TEST_CASE("a chain is one node, a sum of it another") {
    tc::recording<double> recorded;
    const auto x = tc::tensor_var::input(left_operand(20, 30));
    const auto before = recorded.tape().statement_count();
    const tc::tensor_var y = ((x.array() * 2.0 + 1.0).tanh() * x.array()).exp();
    CHECK(recorded.tape().statement_count() == before + 1);
    const tc::var s = ((x.array() - 1.0).square() * y.array()).sum();
    CHECK(recorded.tape().statement_count() == before + 2);
    CHECK(std::isfinite(s.value()));
  }
  TEST_CASE("an expression named by auto may be used twice") {
    test_support::expect_aliased(test_support::operation::of([](const auto& a, const auto& b) {
                                   const auto e = a.array() * b.array() + 1.0;
                                   return (e * e.tanh()).sum() + e(1, 0) * e(0, 1);
                                 }),
                                 left_operand(3, 4));
    CHECK(tc::check_gradient(
              [](const auto& a) {
                const auto e = a.array().exp() + 1.0;
                return (e * e).sum() * e(0);
              },
              left_operand(2, 2)) < 1e-8);
  }
  TEST_CASE("a chain of many sums and products has their derivatives") {
    const auto f = [](const auto& a, const auto& b) {
      const auto x = a.array(), y = b.array();
      const auto e = ((x * y - 2.0) * x + y) * (x - y) - (-x * y + x.square()) * (y * 0.5);
      return (e * e.tanh() - e * x).sum();
    };
    for (const Eigen::Index rows : {2, 130}) {
      const Matrix a = left_operand(rows, 2), b = right_operand(rows, 2);
      CHECK(tc::check_gradient(f, a, b) < 1e-7);
      CHECK(tc::value_and_grad(f)(a, b).value == doctest::Approx(f(a, b)).epsilon(1e-12));
    }
  }
  TEST_CASE("an expression keeps the elements it was made of") {
    tc::recording<double> recorded;
    tc::tensor_var x = tc::tensor_var::input(Matrix::Ones(2, 1));
    tc::tensor_var y = x * 2.0;
    const auto e = y.array() * 3.0;
    y(0) = 100.0;
    CHECK(e.matrix().value()(0) == 6);
    CHECK(y.value()(0) == 100);
  }
  TEST_CASE("sums in place have the derivatives of sums") {
    const auto f = [](const auto& a, const auto& b) {
      auto y = (a * b.transpose()).eval();
      auto total = (a + b).eval();
      total += a;
      total -= b * 3.0;
      total += (total * 0.5).eval();
      y += y;
      y *= 2.0;
      y /= 3.0;
      return tc::value(1.0) * (total.squaredNorm() + y.squaredNorm());
    };
    const Matrix a = left_operand(3, 2), b = right_operand(3, 2);
    CHECK(tc::check_gradient(f, a, b) < 1e-8);
    CHECK(tc::value_and_grad(f)(a, b).value == doctest::Approx(f(a, b)).epsilon(1e-13));
  }
  TEST_CASE("a sum in place takes no new slots") {
    tc::recording<double> recorded;
    const auto x = tc::tensor_var::input(left_operand(10, 10));
    tc::tensor_var y = x + x;
    const auto slots = recorded.tape().mark().next_slot;
    for (int i = 0; i < 10; ++i) y += x * x.value();
    y += x.array() * x.array();
    CHECK(recorded.tape().mark().next_slot == slots + 10 * 100);  // the products alone
    const tc::var s = y.sum();
    recorded.differentiate(s.slot());
    const Matrix ones = Matrix::Ones(10, 10), value = x.value();
    const Matrix expected = 2 * ones + 10 * (ones * value.transpose()) + 2 * value;
    CHECK((x.operand().adjoint(recorded.tape()) - expected).norm() < 1e-11);
  }
  TEST_CASE("a sum of matrices happens in the memory of a temporary operand") {
    tc::recording<double> recorded;
    const Matrix m = left_operand(5, 6);
    const auto a = tc::tensor_var::input(m), b = tc::tensor_var::input(right_operand(5, 6));
    const auto slots = recorded.tape().mark().next_slot;
    const tc::tensor_var sum = 2.0 * (a + b) - a + m + (a - b) * 0.5;
    CHECK(recorded.tape().mark().next_slot == slots + 2 * 30);  // of a + b and of a - b
    const tc::tensor_var difference = a - (b + m);
    CHECK(recorded.tape().mark().next_slot == slots + 3 * 30);
    const auto kept = a + b;
    const tc::tensor_var more = kept + a;
    CHECK((kept.value() - m - b.value()).norm() < 1e-13);
    CHECK((more.value() - 2 * m - b.value()).norm() < 1e-13);
    CHECK((sum.value() - 2.5 * m - 1.5 * b.value()).norm() < 1e-13);
    CHECK((difference.value() + b.value()).norm() < 1e-13);
  }
  TEST_CASE("sums in the memory of temporaries have the derivatives of sums") {
    const Matrix m = right_operand(3, 2);
    const auto f = [&m](const auto& a, const auto& b) {
      const auto x = (3.0 * (a + b) - (b - m) * 2.0 + (a + b)).eval();
      const auto y = (m - (a + m) - (m + b - a)).eval();
      const auto z = (a - (b + a)).eval();
      return x.squaredNorm() + x.cwiseProduct(y).sum() + z.cwiseProduct(a).sum() +
             ((a - b) * 0.0 + b - (a - b)).squaredNorm();
    };
    const Matrix a = left_operand(3, 2), b = right_operand(3, 2);
    CHECK(tc::check_gradient(f, a, b) < 1e-8);
    CHECK(tc::value_and_grad(f)(a, b).value == doctest::Approx(f(a, b)).epsilon(1e-13));
    const auto shared = [](const auto& x, const auto& s) {
      return (x * 2.0 + x * s.sum()).squaredNorm();
    };
    CHECK(tc::check_gradient(shared, a, b) < 1e-8);
  }
  TEST_CASE("sums of matrices that do not fit name both in their order") {
    tc::recording<double> recorded;
    const auto a = tc::tensor_var::input(Matrix::Ones(2, 3));
    const auto b = tc::tensor_var::input(Matrix::Ones(3, 2));
    CHECK_THROWS_WITH_AS(a * 2.0 + b, "tensor_var sum: shapes 2 x 3 and 3 x 2 differ",
                         tc::shape_error);
    CHECK_THROWS_WITH_AS(a - b * 2.0, "tensor_var difference: shapes 2 x 3 and 3 x 2 differ",
                         tc::shape_error);
  }
  TEST_CASE("Eigen matrices are joined to one, beside tensors they are constants") {
    const Matrix a = left_operand(2, 3), b = right_operand(2, 2);
    const Matrix wide = tc::hcat(a, b, a.array());
    CHECK(wide.leftCols(3) == a);
    CHECK(wide.middleCols(3, 2) == b);
    CHECK(tc::vcat(a, 2 * a).bottomRows(2) == 2 * a);
    CHECK_THROWS_WITH_AS(tc::hcat(a, Matrix(3, 1)), "hcat: parts of 2 x 3 and 3 x 1",
                         tc::shape_error);
    const auto f = [&b](const auto& x) { return tc::hcat(x, b).squaredNorm(); };
    CHECK(tc::grad(f)(a) == 2 * a);
    CHECK(tc::jvp(f)(a, Matrix(Matrix::Ones(2, 3))).tangent ==
          doctest::Approx(2 * a.sum()).epsilon(1e-13));
    tc::recording<double> recorded;
    const std::vector<tc::tensor_var> parts{tc::tensor_var::input(a), tc::tensor_var(b)};
    CHECK(tc::hcat<double>(parts).value() == wide.leftCols(5));
    CHECK(tc::vcat(std::span<const tc::tensor_var>()).size() == 0);
  }
  TEST_CASE("constants record nothing") {
    tc::recording<double> recorded;
    const auto before = recorded.tape().statement_count();
    const tc::tensor_var c(left_operand(3, 3));
    const tc::tensor_var y = tanh(c * c + c) - c.transpose();
    CHECK_FALSE(log_sum_exp(inverse(y)).slot() != 0);
    CHECK_FALSE(y.active());
    CHECK(recorded.tape().statement_count() == before);
  }
  TEST_CASE("not-a-number passes through, also where a function is cut off") {
    Matrix x = Matrix::Ones(2, 2);
    x(1, 0) = std::numeric_limits<double>::quiet_NaN();
    tc::recording<double> recorded;
    const auto v = tc::tensor_var::input(x);
    CHECK(std::isnan(relu(v).value()(1, 0)));
    CHECK(std::isnan(tanh(v).value()(1, 0)));
    CHECK(std::isnan(sigmoid(v).value()(1, 0)));
    CHECK(tanh(v).value()(0, 0) == std::tanh(1.0));
    CHECK(std::isnan(v.maxCoeff().value()));
    CHECK(std::isnan(v.minCoeff().value()));
    CHECK(std::isnan(v.sum().value()));
    CHECK(std::isnan(log_sum_exp(v).value()));
  }
  TEST_CASE("large numbers do not overflow where the result is finite") {
    Matrix x(2, 2);
    x << 1000, -1000, 999, 1000;
    const auto f = [](const auto& v) {
      return log_softmax(v.colwise()).sum() + softplus(v).sum() + sigmoid(v).sum();
    };
    const auto [value, gradient] = tc::value_and_grad(f)(x);
    CHECK(std::isfinite(value));
    CHECK(gradient.allFinite());
    const double nothing = -std::numeric_limits<double>::infinity();
    const auto [all, d] = tc::value_and_grad([](const auto& v) { return log_sum_exp(v); })(
        Matrix(Eigen::Vector2d(nothing, 3)));
    CHECK(all == 3);
    CHECK(d == Matrix(Eigen::Vector2d(0, 1)));
  }
  TEST_CASE("the derivative of a norm at zero is zero, and ties go to the first") {
    CHECK(tc::grad([](const auto& v) { return v.norm(); })(Matrix(Matrix::Zero(2, 2))) ==
          Matrix::Zero(2, 2));
    const Matrix ones = Matrix::Ones(2, 2);
    Matrix first = Matrix::Zero(2, 2);
    first(0, 0) = 1;
    CHECK(tc::grad([](const auto& v) { return v.maxCoeff(); })(ones) == first);
    const auto [a, b] =
        tc::grad([](const auto& x, const auto& y) { return x.cwiseMax(y).sum(); })(ones, ones);
    CHECK(a == ones);
    CHECK(b == Matrix::Zero(2, 2));
  }
  TEST_CASE("shapes and indices that do not fit are named") {
    tc::recording<double> recorded;
    const auto a = tc::tensor_var::input(Matrix::Ones(2, 3));
    const auto none = tc::tensor_var::input(Matrix(2, 0));
    const auto v = tc::tensor_var::input(Matrix::Ones(2, 1));
    CHECK_THROWS_WITH_AS(a.array() * v.array(),
                         "tensor_var elementwise product: shapes 2 x 3 and 2 x 1 differ",
                         tc::shape_error);
    CHECK_THROWS_WITH_AS(a.rowwise() + v,
                         "tensor_var sum: the rows of a 2 x 3 matrix and a 2 x 1 vector differ",
                         tc::shape_error);
    CHECK_THROWS_AS(none.maxCoeff(), tc::shape_error);
    CHECK_THROWS_AS(none.rowwise().maxCoeff(), tc::shape_error);
    CHECK(none.colwise().maxCoeff().size() == 0);
    CHECK_THROWS_AS(log_sum_exp(none.rowwise()), tc::shape_error);
    CHECK_THROWS_AS(a.reshaped(4, 2), tc::shape_error);
    CHECK_THROWS_AS(hcat(a, a.transpose()), tc::shape_error);
    CHECK_THROWS_AS(inverse(a), tc::shape_error);
    CHECK_THROWS_AS(solve(Matrix(Matrix::Identity(3, 3)), a), tc::shape_error);
    const Eigen::Index outside[] = {3};
    CHECK_THROWS_WITH_AS(gather_columns(a, std::span<const Eigen::Index>(outside)),
                         "gather_columns: index 3 of 3", tc::shape_error);
    CHECK_THROWS_WITH_AS(cholesky(tc::tensor_var(Matrix(-Matrix::Identity(2, 2)))),
                         "cholesky: the 2 x 2 matrix is not positive definite",
                         tc::not_positive_definite);
  }
}

}  // namespace test_tensor_statement
