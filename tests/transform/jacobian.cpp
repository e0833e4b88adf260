// tests/transform/jacobian.cpp -- dense Jacobians by rows and by columns.
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
