// tests/autodiff/tensor_ops.cpp -- every operation on tensors against central differences.
#include <tensacode/autodiff/autodiff.hpp>

#include <support/expect_grad.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace test_tensor_ops {

using Matrix = Eigen::MatrixXd;
using test_support::expect_grad;

#define TC_TEST_OPERATIONS(ROW)                             \
  ROW((a * b.transpose()).sum())                            \
  ROW((a + b).squaredNorm())                                \
  ROW((a - b).squaredNorm())                                \
  ROW((-a).cwiseProduct(b).sum())                           \
  ROW((a * 3.0 + 2.0 * b).squaredNorm())                    \
  ROW((a / 2.0).squaredNorm())                              \
  ROW((a / (1.0 + b.squaredNorm())).sum())                  \
  ROW((a * b.sum()).squaredNorm())                          \
  ROW(a.cwiseProduct(b).cwiseProduct(a).sum())              \
  ROW((a * a.transpose()).squaredNorm())                    \
  ROW((a.array() * a.array()).sum())                        \
  ROW((a.array() / (b.array() * b.array() + 1.0)).sum())    \
  ROW((1.0 / (a.array().square() + 1.0)).sum())             \
  ROW((2.0 - a.array() * b.array()).matrix().squaredNorm()) \
  ROW((a.array() - 1.0).matrix().squaredNorm())             \
  ROW(a.array().exp().sum())                                \
  ROW((a.array().square() + 1.0).log().sum())               \
  ROW((a.array().square() + 1.0).sqrt().sum())              \
  ROW(a.array().sin().sum())                                \
  ROW(a.array().cos().sum())                                \
  ROW(a.array().tanh().sum())                               \
  ROW(a.array().abs().sum())                                \
  ROW((a.array().square() + 1.0).inverse().sum())           \
  ROW(a.transpose().eval().squaredNorm())

TEST_SUITE("autodiff/tensor_ops") {
  TEST_CASE("every operation agrees with Eigen's value and with central differences") {
    Matrix p(2, 3), q(2, 3);
    p << 0.3, -1.2, 0.7, 2.1, 0.4, -0.6;
    q << 1.1, 0.2, -0.9, 0.5, -1.4, 0.8;
#define TC_TEST_ROW(expression)                                                         \
  {                                                                                     \
    CAPTURE(#expression);                                                               \
    const auto f = [](const auto& a, const auto& b) {                                   \
      static_cast<void>(b);                                                             \
      return expression;                                                                \
    };                                                                                  \
    expect_grad(f, 1e-8, p, q);                                                         \
    expect_grad(f, 1e-8, Matrix(p.topLeftCorner(1, 1)), Matrix(q.topLeftCorner(1, 1))); \
    expect_grad(f, 1e-8, Matrix(0, 0), Matrix(0, 0));                                   \
    expect_grad(f, 1e-8, Matrix(3, 0), Matrix(3, 0));                                   \
  }
    TC_TEST_OPERATIONS(TC_TEST_ROW)
#undef TC_TEST_ROW
  }
  TEST_CASE("dot products of vectors, with themselves too") {
    const Eigen::VectorXd v = Eigen::Vector3d(1, 2, 3), w = Eigen::Vector3d(-1, 0.5, 2);
    expect_grad([](const auto& x, const auto& y) { return x.dot(y); }, 1e-8, v, w);
    expect_grad([](const auto& x) { return x.dot(x); }, 1e-8, v);
    expect_grad([](const auto& x) { return x.head(2).dot(x.tail(2)) * x(1); }, 1e-8, v);
  }
  TEST_CASE("functions of tensors alone") {
    Matrix a(2, 2);
    a << 0.3, -1.2, 0.7, 2.1;
    expect_grad([](const tc::tensor_var& x) { return relu(x).squaredNorm(); }, 1e-8, a);
    expect_grad([](const tc::tensor_var& x) { return sigmoid(x).squaredNorm(); }, 1e-8, a);
    expect_grad([](const tc::tensor_var& x) { return tanh(x).squaredNorm(); }, 1e-8, a);
    expect_grad([](const tc::tensor_var& x) { return log_sum_exp(x); }, 1e-8, a);
    expect_grad([](const tc::tensor_var& x) { return softmax(x).squaredNorm(); }, 1e-8, a);
    const Matrix huge = Matrix::Constant(2, 1, 1000);
    const auto [value, gradient] =
        tc::value_and_grad([](const tc::tensor_var& x) { return log_sum_exp(x); })(huge);
    CHECK(value == doctest::Approx(1000 + std::log(2.0)));
    CHECK(gradient(0) == doctest::Approx(0.5));
    CHECK_THROWS_AS(tc::grad([](const tc::tensor_var& x) { return log_sum_exp(x); })(Matrix(0, 0)),
                    tc::shape_error);
  }
  TEST_CASE("shapes that disagree are named") {
    const Matrix a = Matrix::Ones(2, 3), b = Matrix::Ones(3, 2);
    const auto f = [](const auto& x, const auto& y) { return (x + y).sum(); };
    CHECK_THROWS_WITH_AS(tc::grad(f)(a, b), "tensor_var sum: shapes 2 x 3 and 3 x 2 differ",
                         tc::shape_error);
    CHECK_THROWS_AS(tc::grad([](const auto& x) { return (x * x).sum(); })(a), tc::shape_error);
    CHECK_THROWS_AS(tc::grad([](const auto& x) { return x.block(1, 1, 2, 1).sum(); })(a),
                    tc::shape_error);
  }
}

}  // namespace test_tensor_ops
