// tests/transform/forward.cpp -- jvp over trees.
#include <tensacode/transform/forward.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace test_forward {

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 3, 1> position{0, 0, 0};
};
struct Plain {
  double x = 0;
  int n = 0;
  std::vector<double> ys;
};

TEST_SUITE("transform/forward") {
  TEST_CASE("numbers: value and derivative along a direction") {
    const auto f = [](auto x, auto y) {
      using std::exp, std::sin;
      return exp(x) * sin(y);
    };
    const auto [value, tangent] = tc::jvp(f)(1.0, 2.0, 0.5, -1.0);
    CHECK(value == std::exp(1.0) * std::sin(2.0));
    CHECK(tangent == doctest::Approx(0.5 * value - std::exp(1.0) * std::cos(2.0)));
    CHECK(tc::jvp([](auto x) { return x * x; })(3.0f, 1.0f).tangent == 6.0f);
    CHECK(tc::jvp([](auto) { return 4.0; })(3.0, 1.0).tangent == 0);
  }
  TEST_CASE("structs, maps and matrices in and out") {
    const auto f = [](const auto& bodies) {
      auto image = bodies;
      for (auto& [name, body] : image) {
        body.mass = body.mass * body.position.dot(body.position);
        body.position = body.position * 2.0;
      }
      return image;
    };
    using Bodies = std::map<std::string, Body<double>>;
    const auto [value, tangent] =
        tc::jvp(f)(Bodies{{"a", {2, {1, 2, 3}}}}, Bodies{{"a", {1, {1, 0, 0}}}});
    static_assert(std::is_same_v<decltype(tangent), const Bodies>);
    CHECK(value.at("a").mass == 28);
    CHECK(tangent.at("a").mass == 14 + 4);
    CHECK(tangent.at("a").position == Eigen::Vector3d(2, 0, 0));
  }
  TEST_CASE("Eigen expressions, products with plain matrices, tuples of expressions") {
    const Eigen::MatrixXd a = (Eigen::MatrixXd(2, 3) << 1, 2, 3, 4, 5, 6).finished();
    const auto f = [&](const auto& x) {
      return std::make_tuple((a * x).eval(), x(0) * x(1), x.sum());
    };
    const Eigen::VectorXd x = Eigen::Vector3d(1, -1, 2), v = Eigen::Vector3d(1, 1, 0);
    const auto result = tc::jvp(f)(x, v);
    CHECK(std::get<0>(result.value) == a * x);
    CHECK(std::get<0>(result.tangent) == a * v);
    CHECK(std::get<1>(result.tangent) == 0);
    CHECK(std::get<2>(result.tangent) == 2);
  }
  TEST_CASE("plain structs by their view") {
    const auto f = [](const auto& p) { return p[&Plain::x] * p[&Plain::ys][1] * p[&Plain::n]; };
    CHECK(tc::jvp(f)(Plain{2, 3, {4, 5}}, Plain{1, 0, {0, 10}}).tangent == 3 * (5 + 20));
  }
  TEST_CASE("derivatives of derivatives") {
    const auto cube = [](const auto& x) { return x * x * x; };
    const auto slope = [&](const auto& x) {
      return tc::jvp(cube)(x, std::remove_cvref_t<decltype(x)>(1)).tangent;
    };
    CHECK(slope(2.0) == 12);
    CHECK(tc::jvp(slope)(2.0, 1.0).tangent == 12);
    CHECK(tc::jvp(tc::grad(cube))(2.0, 1.0).tangent == 12);  // forward over reverse
    const auto energy = [](const auto& x) { return x.squaredNorm() * x(0); };
    const Eigen::VectorXd x = Eigen::Vector2d(1, 2), v = Eigen::Vector2d(0, 1);
    const auto [g, h] = tc::jvp(tc::grad(energy))(x, v);
    CHECK(g.isApprox(Eigen::Vector2d(7, 4)));
    CHECK(h.isApprox(Eigen::Vector2d(4, 2)));
  }
  TEST_CASE("empty arguments, and tangents of another shape") {
    CHECK(tc::jvp([](const auto& v) { return v; })(std::vector<double>{}, std::vector<double>{})
              .tangent.empty());
    CHECK_THROWS_AS(tc::jvp([](const auto& v) { return v[0]; })(std::vector<double>{1, 2},
                                                                std::vector<double>{1}),
                    tc::shape_error);
    CHECK_THROWS_WITH_AS(
        tc::jvp([](const auto& v) { return v.sum(); })(Eigen::VectorXd(Eigen::VectorXd::Zero(2)),
                                                       Eigen::VectorXd(Eigen::VectorXd::Zero(3))),
        doctest::Contains("has 2 rows"), tc::shape_error);
  }
}

}  // namespace test_forward
