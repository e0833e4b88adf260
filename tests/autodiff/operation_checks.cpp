// tests/autodiff/operation_checks.cpp -- the checks of operation_checks.hpp.
#include "operation_checks.hpp"

#include <tensacode/transform/transform.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace test_support {

namespace {
double largest(const Matrix& x) { return x.size() > 0 ? x.cwiseAbs().maxCoeff() : 0.0; }
}  // namespace

void expect_operation_at(const operation& f, const plain_function& plain_value, const Matrix& a,
                         const Matrix& b) {
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
  if (f.takes_matrices()) {
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
  CHECK(largest(std::get<0>(narrow.gradient).cast<double>() - da) <= 1e-4 * size);
  CHECK(largest(std::get<1>(narrow.gradient).cast<double>() - db) <= 1e-4 * size);
}

void expect_operation(const operation& f, const plain_function& plain_value, Eigen::Index rows,
                      Eigen::Index columns) {
  expect_operation_at(f, plain_value, left_operand(rows, columns), right_operand(rows, columns));
}

void expect_aliased(const operation& f, const Matrix& a) {
  const auto [da, db] = tc::grad(f)(a, a);
  const auto both = [&](const auto& x) { return f(x, x); };
  const double size = std::max({1.0, largest(da), largest(db)});
  CHECK(largest(tc::grad(both)(a) - (da + db)) <= 1e-13 * size);
}

}  // namespace test_support
