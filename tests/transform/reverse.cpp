// tests/transform/reverse.cpp -- vjp: pullbacks over trees.
#include <tensacode/transform/reverse.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace test_reverse {

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 3, 1> position{0, 0, 0};
};
struct Plain {
  double x = 0;
  std::vector<double> ys;
};

TEST_SUITE("transform/reverse") {
  TEST_CASE("a pullback is called again and again; several live side by side") {
    const auto f = [](auto x, auto y) { return std::make_tuple(x * y, x + y); };
    const auto first = tc::vjp(f)(2.0, 3.0);
    const auto second = tc::vjp(f)(5.0, 7.0);
    CHECK(first.value == std::tuple(6.0, 5.0));
    CHECK(first.pullback(std::tuple(1.0, 0.0)) == std::tuple(3.0, 2.0));
    CHECK(second.pullback(std::tuple(1.0, 0.0)) == std::tuple(7.0, 5.0));
    CHECK(first.pullback(std::tuple(1.0, 10.0)) == std::tuple(13.0, 12.0));
    CHECK(tc::grad([](auto x) { return x * x; })(3.0) == 6);  // recordings of others do not mind
    CHECK(first.pullback(std::tuple(0.0, 0.0)) == std::tuple(0.0, 0.0));
  }
  TEST_CASE("structs, maps and tensor variables in and out; one argument gives its shape") {
    const auto f = [](const auto& bodies) {
      auto image = bodies;
      for (auto& [name, body] : image) body.mass = body.mass * body.position.dot(body.position);
      return image;
    };
    using Bodies = std::map<std::string, Body<double>>;
    const auto [value, pull] = tc::vjp(f)(Bodies{{"a", {2, {1, 2, 3}}}});
    static_assert(std::is_same_v<decltype(value), const Bodies>);
    CHECK(value.at("a").mass == 28);
    const auto g = pull(Bodies{{"a", {1, {0, 0, 1}}}});
    CHECK(g.at("a").mass == 14);
    CHECK(g.at("a").position == Eigen::Vector3d(4, 8, 13));

    const Eigen::MatrixXd a = (Eigen::MatrixXd(2, 3) << 1, 2, 3, 4, 5, 6).finished();
    const Eigen::VectorXd x = Eigen::Vector3d(1, -1, 2);
    const auto linear = tc::vjp([&](const auto& v) { return a * v; })(x);
    CHECK(linear.value == Eigen::MatrixXd(a * x));
    CHECK(linear.pullback(Eigen::Vector2d(1, 10)) == a.transpose() * Eigen::Vector2d(1, 10));
    CHECK(linear.pullback(Eigen::Vector2d(1, 10) * 2) == a.transpose() * Eigen::Vector2d(2, 20));
    CHECK_THROWS_WITH_AS(linear.pullback(Eigen::Vector3d(1, 1, 1)), doctest::Contains("has 2 rows"),
                         tc::shape_error);
  }
  TEST_CASE("plain structs, floats, constants and empty results") {
    const auto f = [](const auto& p) { return p[&Plain::x] * p[&Plain::ys][0]; };
    const auto g = tc::vjp(f)(Plain{2, {3}}).pullback(2.0);
    CHECK(g.x == 6);
    CHECK(g.ys[0] == 4);
    CHECK(tc::vjp([](const auto& x) { return x * x; })(3.0f).pullback(1.0f) == 6.0f);
    CHECK(tc::vjp([](const auto&) { return 1.0; })(3.0).pullback(1.0) == 0);
    CHECK(tc::vjp([](const auto& v) { return v; })(std::vector<double>{})
              .pullback(std::vector<double>{})
              .empty());
    CHECK_THROWS_AS(tc::vjp([](const auto& v) { return v; })(std::vector<double>{1})
                        .pullback(std::vector<double>{}),
                    tc::shape_error);
  }
}

}  // namespace test_reverse
