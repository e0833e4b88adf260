// tests/transform/jacobian.cpp -- dense Jacobians by rows and by columns.
#include <tensacode/transform/checkpoint.hpp>
#include <tensacode/transform/jacobian.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace test_jacobian {

template <class Real>
struct Body {
  std::string name;
  Real mass{};
  Eigen::Matrix<Real, 2, 1> position{0, 0};
};

template <class F, class... Arguments>
void check(const F& f, const Eigen::MatrixXd& wanted, const Arguments&... arguments) {
  CHECK(tc::jacobian(f)(arguments...).isApprox(wanted, 1e-12));
  CHECK(tc::jacobian_by_rows(f)(arguments...).isApprox(wanted, 1e-12));
  CHECK(tc::jacobian_by_columns(f)(arguments...).isApprox(wanted, 1e-12));
}

TEST_SUITE("transform/jacobian") {
  TEST_CASE("numbers, tuples, vectors") {
    const auto f = [](auto x, auto y) {
      using std::sin;
      return std::make_tuple(x * y, sin(x), 3.0);
    };
    check(f, (Eigen::MatrixXd(3, 2) << 5, 2, std::cos(2.0), 0, 0, 0).finished(), 2.0, 5.0);
    const auto powers = [](const auto& x) {
      std::vector<std::remove_cvref_t<decltype(x)>> y{x};
      for (int i = 1; i < 20; ++i) y.push_back(y.back() * x);
      return y;
    };
    Eigen::MatrixXd wanted(20, 1);
    for (int i = 0; i < 20; ++i) wanted(i, 0) = (i + 1) * std::pow(0.9, i);
    check(powers, wanted, 0.9);
  }
  TEST_CASE("matrices: dynamic and fixed; columns of the flattened argument") {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(3, 7);
    const Eigen::VectorXd x = Eigen::VectorXd::Random(7);
    check([&](const auto& v) { return a * v; }, a, x);
    const Eigen::Matrix2d m = (Eigen::Matrix2d() << 1, 2, 3, 4).finished();
    // (m m)(0, 1) = m00 m01 + m01 m11, in the order m00, m10, m01, m11.
    check([](const auto& b) { return b(0, 0) * b(0, 1) + b(0, 1) * b(1, 1); },
          (Eigen::MatrixXd(1, 4) << 2, 0, 5, 2).finished(), m);
  }
  TEST_CASE("structs in and out") {
    const auto f = [](const auto& body) {
      auto moved = body;
      moved.position = body.position * body.mass;
      return moved;
    };
    check(f, (Eigen::MatrixXd(3, 3) << 1, 0, 0, 5, 2, 0, 6, 0, 2).finished(),
          Body<double>{"a", 2, {5, 6}});
  }
  TEST_CASE("rows swept together are those swept alone") {
    // Sums in place, tensor statements, checkpoints, constants, and several rows that are one.
    const auto f = [](const auto& x, std::size_t rows) {
      using Real = std::remove_cvref_t<decltype(x[0])>;
      std::vector<Real> y;
      Real sum = x[0] * x[1];
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t k = 0; k < 5; ++k) sum += sin(x[(i + k) % 4]) * x[k % 3];
        if (i % 4 == 0) {
          y.push_back(sum);
        } else if (i % 4 == 1) {
          y.push_back(tc::checkpoint([](const auto& z) { return z * z + sin(z); }, sum));
        } else if (i % 4 == 2) {
          tc::basic_tensor_var<double> column = Eigen::MatrixXd::Zero(3, 1);
          for (int k = 0; k < 3; ++k) column(k) = x[static_cast<std::size_t>(k)] * sum;
          y.push_back((column * column.transpose()).sum());
        } else {
          y.push_back(i % 8 == 3 ? Real(7) : x[2]);
        }
      }
      return y;
    };
    const std::vector<double> x{0.3, -0.2, 0.5, 0.7};
    for (std::size_t rows = 0; rows < 10; ++rows) {
      const Eigen::MatrixXd together =
          tc::jacobian_by_rows([&](const auto& v) { return f(v, rows); })(x);
      REQUIRE(together.rows() == static_cast<Eigen::Index>(rows));
      for (std::size_t i = 0; i < rows; ++i) {
        const auto alone = tc::grad([&](const auto& v) { return tc::var(f(v, rows)[i]); })(x);
        for (std::size_t j = 0; j < 4; ++j)
          CHECK(together(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) ==
                doctest::Approx(alone[j]).epsilon(1e-13));
      }
    }
  }
  TEST_CASE("empty inputs and outputs, floats") {
    const auto same = [](const auto& v) { return v; };
    CHECK(tc::jacobian(same)(std::vector<double>{}).size() == 0);
    CHECK(tc::jacobian_by_columns(same)(std::vector<double>{}).size() == 0);
    const auto none = tc::jacobian(
        [](const auto& x) { return std::vector<std::remove_cvref_t<decltype(x)>>{}; })(1.0);
    CHECK(none.rows() == 0);
    CHECK(none.cols() == 1);
    const Eigen::MatrixXf j = tc::jacobian([](const auto& x) { return x * x; })(3.0f);
    CHECK(j(0, 0) == 6.0f);
  }
}

}  // namespace test_jacobian
