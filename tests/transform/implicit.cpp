// tests/transform/implicit.cpp -- derivatives of roots, fixed points and minima.
#include <tensacode/transform/gradient.hpp>
#include <tensacode/transform/implicit.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace test_implicit {

template <class Real>
struct Model {
  Real slope{};
  Real offset{};
};

TEST_SUITE("transform/implicit") {
  TEST_CASE("a root: the cube root, and its derivatives") {
    const auto solve = [](const auto& p) {
      auto x = p;
      for (int i = 0; i < 60; ++i) x = x - (x * x * x - p) / (3.0 * x * x);
      return x;
    };
    const auto root =
        tc::implicit(solve, [](const auto& x, const auto& p) { return x * x * x - p; });
    CHECK(root(8.0) == doctest::Approx(2));
    CHECK(tc::grad(root)(8.0) == doctest::Approx(1.0 / 12));
    CHECK(tc::grad([&](const auto& p) { return root(p * p) * 3; })(2.0) ==
          doctest::Approx(2 * std::pow(2.0, -1.0 / 3)));
    CHECK(tc::check_gradient(root, 8.0) < 1e-8);
    CHECK(tc::hessian(root)(8.0)(0, 0) == doctest::Approx(-2.0 / 9 * std::pow(8.0, -5.0 / 3)));
    CHECK(tc::grad(root)(8.0f) == doctest::Approx(1.0 / 12).epsilon(1e-5));
  }
  TEST_CASE("a linear system, by matrix and right side") {
    const auto solve = [](const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
      return Eigen::VectorXd(a.lu().solve(b));
    };
    const auto solution =
        tc::implicit([&](const auto& a, const auto& b) { return solve(a, Eigen::VectorXd(b)); },
                     [](const auto& x, const auto& a, const auto& b) { return a * x - b; });
    const Eigen::MatrixXd a = Eigen::Matrix3d{{4, 1, 0}, {-1, 3, 0.5}, {0.2, 0, 2}};
    const Eigen::VectorXd b = Eigen::Vector3d(1, -2, 3), w = Eigen::Vector3d(1, 0.5, -1);
    const auto f = [&](const auto& m, const auto& r) { return solution(m, r).dot(w); };
    const auto [ga, gb] = tc::grad(f)(a, b);
    const Eigen::VectorXd x = solve(a, b), v = a.transpose().lu().solve(w);
    CHECK(gb.isApprox(v, 1e-12));
    CHECK(ga.isApprox(-v * x.transpose(), 1e-12));
    const auto singular = [&](const auto& m) {
      const auto ones =
          tc::implicit([](const auto&) { return Eigen::VectorXd(Eigen::VectorXd::Ones(3)); },
                       [&](const auto& y, const auto& n) { return n * y - b; });
      return ones(m).dot(w);
    };
    const Eigen::MatrixXd zero = a * 0;
    CHECK_THROWS_WITH_AS(tc::grad(singular)(zero),
                         "implicit: the Jacobian by the solution is singular", tc::error);
  }
  TEST_CASE("a fixed point of a struct; start and number of steps have no influence") {
    const auto step = [](const auto& x, const auto& p) {
      using std::cos, std::sin;
      auto next = x;
      next.slope = cos(x.offset * p) * 0.5;
      next.offset = sin(x.slope) * 0.3 + p * 0.1;
      return next;
    };
    const auto at_rest = tc::fixed_point(step);
    const auto f = [&](const auto& p) {
      const auto x = at_rest(Model<double>{0, 0}, p);
      return x.slope * x.offset;
    };
    CHECK(tc::check_gradient(f, 0.8) < 1e-8);
    const Model<double> x = at_rest(Model<double>{5, -3}, 0.8);
    CHECK(x.slope == doctest::Approx(0.5 * std::cos(x.offset * 0.8)));
    CHECK_THROWS_WITH_AS(tc::fixed_point([](const auto& y, const auto& p) { return y * 2.0 + p; },
                                         {.max_iterations = 20})(1.0, 1.0),
                         "fixed_point: not reached after 20 steps", tc::error);
    const auto scalar = tc::fixed_point([](const auto& y, const auto& p) {
      using std::exp;
      return exp(-y * p);
    });
    const double y = scalar(0.5, 0.7);
    CHECK(tc::grad([&](const auto& p) { return scalar(0.5, p); })(0.7) ==
          doctest::Approx(-y * y / (1 + 0.7 * y)));
  }
  TEST_CASE("a minimum: ridge regression by its strength and its data") {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(6, 3);
    const auto solve = [&](const auto& strength, const auto& b) {
      return Eigen::VectorXd((a.transpose() * a + strength * Eigen::MatrixXd::Identity(3, 3))
                                 .lu()
                                 .solve(a.transpose() * b));
    };
    const auto objective = [&](const auto& x, const auto& strength, const auto& b) {
      return (a * x - b).squaredNorm() * 0.5 + strength * x.squaredNorm() * 0.5;
    };
    const auto best = tc::implicit_minimum(solve, objective);
    const auto f = [&](const auto& strength, const auto& b) {
      return best(strength, b).squaredNorm();
    };
    const Eigen::VectorXd b = Eigen::VectorXd::Random(6);
    const auto [gs, gb] = tc::grad(f)(0.3, b);
    const double h = 1e-5;
    const auto value = [&](double s, const Eigen::VectorXd& r) {
      return solve(s, r).squaredNorm();
    };
    CHECK(gs == doctest::Approx((value(0.3 + h, b) - value(0.3 - h, b)) / (2 * h)).epsilon(1e-7));
    for (Eigen::Index i = 0; i < 6; ++i) {
      Eigen::VectorXd e = Eigen::VectorXd::Unit(6, i) * h;
      CHECK(gb(i) ==
            doctest::Approx((value(0.3, b + e) - value(0.3, b - e)) / (2 * h)).epsilon(1e-6));
    }
  }
}

}  // namespace test_implicit
