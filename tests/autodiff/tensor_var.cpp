// tests/autodiff/tensor_var.cpp -- elements read and written, and handles that share.
#include <tensacode/autodiff/autodiff.hpp>

#include <support/expect_grad.hpp>

#include <doctest/doctest.h>

namespace test_tensor_var {

TEST_SUITE("autodiff/tensor_var") {
  TEST_CASE("an element written is read with its own derivative") {
    const Eigen::VectorXd v = Eigen::Vector3d(1, 2, 3);
    const auto f = [](const auto& x) {
      auto y = x;
      y(0) = x(1) * x(2);
      y(1) += y(0);
      y(2) *= 2.0;
      return y.squaredNorm() + x(0);
    };
    test_support::expect_grad(f, 1e-8, v);
    CHECK(tc::value_and_grad(f)(v).value == 36 + 64 + 36 + 1);
  }
  TEST_CASE("a copy keeps what it had when the other is written") {
    tc::recording<double> recorded;
    tc::tensor_var x = tc::tensor_var::input(Eigen::VectorXd::Ones(2));
    tc::tensor_var y = x;
    y(0) = 5;
    CHECK(x.value()(0) == 1);
    CHECK(y.value()(0) == 5);
    auto element = x(1);
    element = 9;
    CHECK(x.value()(1) == 1);
    const tc::var sum = y.sum();
    recorded.differentiate(sum.slot());
    CHECK(recorded.tape().adjoint(x.first_slot()) == 0);
    CHECK(recorded.tape().adjoint(x.first_slot() + 1) == 1);
  }
  TEST_CASE("an element overwritten in place keeps the derivatives of earlier reads") {
    const Eigen::VectorXd v = Eigen::Vector2d(3, 4);
    const auto f = [](const auto& x) {
      auto y = (x * 2.0).eval();
      auto before = y(0) * y(0);
      tc::var kept = before;
      y(0) = y(1) * y(1);
      y(0) = y(0) + kept;
      return tc::var(y(0) + y(1));
    };
    CHECK(tc::value_and_grad(f)(v).value == 64 + 36 + 8);
    CHECK(tc::grad(f)(v) == Eigen::VectorXd(Eigen::Vector2d(24, 34)));
  }
  TEST_CASE("scalars and tensors mix on one tape") {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(2, 2);
    const auto f = [](const auto& m, const auto& s) {
      auto scaled = (m * s).eval();
      return tc::var(sin(scaled(0, 1)) * scaled.sum() + s * s);
    };
    CHECK(tc::check_gradient(f, a, 1.5) < 1e-8);
  }
  TEST_CASE("indices outside and tensors outside of a recording are refused") {
    {
      tc::recording<double> recorded;
      const tc::tensor_var x = tc::tensor_var::input(Eigen::MatrixXd::Ones(2, 2));
      CHECK_THROWS_AS(x(2, 0), tc::shape_error);
      CHECK_THROWS_AS(x(0, -1), tc::shape_error);
      CHECK_THROWS_AS(x(4), tc::shape_error);
    }
    CHECK_THROWS_AS(tc::tensor_var(Eigen::VectorXd::Ones(2)), tc::error);
    CHECK(tc::tensor_var().size() == 0);
  }
}

}  // namespace test_tensor_var
