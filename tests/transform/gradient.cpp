// tests/transform/gradient.cpp -- gradients of functions over numbers, containers and structs.
#include <tensacode/transform/transform.hpp>

#include <support/expect_grad.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace test_gradient {

using test_support::expect_grad;

template <class Real>
struct Body {
  Real mass;
  Eigen::Matrix<Real, 3, 1> position;
};
template <class Real>
struct Mixed {
  Real x;
  int count = 0;
  std::string name;
  std::optional<Real> maybe;
  std::map<std::string, Real> table;
  std::vector<Body<Real>> bodies;
  Real unused;
};

template <class Real>
struct Spring {
  Real stiffness{};
  double rest = 0;  // of a fixed type: a constant
};

TEST_SUITE("transform/gradient") {
  TEST_CASE("the contract's example: two numbers give a tuple") {
    auto f = [](auto x, auto y) {
      using std::sin, std::exp;
      return exp(x) * sin(y);
    };
    auto [value, gradient] = tc::value_and_grad(f)(1.0, 2.0);
    CHECK(value == doctest::Approx(std::exp(1.0) * std::sin(2.0)));
    CHECK(std::get<0>(gradient) == doctest::Approx(std::exp(1.0) * std::sin(2.0)));
    CHECK(std::get<1>(gradient) == doctest::Approx(std::exp(1.0) * std::cos(2.0)));
    expect_grad(f, 1e-8, 1.0, 2.0);
  }
  TEST_CASE("the contract's example: a vector of struct templates") {
    const auto energy = [](const auto& bodies) {
      auto sum = bodies[0].mass * 0;
      std::remove_cvref_t<decltype(bodies[0].mass)> total = sum;
      for (const auto& b : bodies) total += 0.5 * b.mass * b.position.squaredNorm();
      return total;
    };
    const std::vector<Body<double>> bodies{{2, {1, 2, 3}}, {3, {0, 0, 1}}};
    auto g = tc::grad(energy)(bodies);
    REQUIRE(g.size() == 2);
    CHECK(g[0].mass == 7);
    CHECK(g[0].position == Eigen::Vector3d(2, 4, 6));
    CHECK(g[1].position == Eigen::Vector3d(0, 0, 3));
    expect_grad(energy, 1e-8, bodies);
  }
  TEST_CASE("vectors, arrays and Eigen matrices of both sorts") {
    const auto sum_of_squares = [](const auto& v) {
      auto s = v[0] * v[0];
      std::remove_cvref_t<decltype(v[0])> total = s;
      for (std::size_t i = 1; i < 3; ++i) total += v[i] * v[i];
      return total;
    };
    CHECK(tc::grad(sum_of_squares)(std::vector<double>{1, 2, 3}) == std::vector<double>{2, 4, 6});
    CHECK(tc::grad(sum_of_squares)(std::array<double, 3>{1, 2, 3}) ==
          std::array<double, 3>{2, 4, 6});
    const auto norm = [](const auto& v) { return v.squaredNorm(); };
    CHECK(tc::grad(norm)(Eigen::Vector3d(1, 2, 3)) == Eigen::Vector3d(2, 4, 6));
    const Eigen::VectorXd dynamic = Eigen::Vector3d(1, 2, 3);
    CHECK(tc::grad(norm)(dynamic) == 2 * dynamic);
    CHECK(tc::grad([](const auto& x) { return x * x; })(3.0f) == 6.0f);
  }
  TEST_CASE("fields that are no numbers pass through; those without influence get exactly 0") {
    Mixed<double> point{2, 7, "name", 3.0, {{"a", 4}, {"b", 5}}, {{6, {1, 1, 1}}}, 8};
    const auto f = [](const auto& m) {
      auto y = m.x * *m.maybe + m.table.at("a") * m.bodies[0].mass;
      return tc::var(y * static_cast<double>(m.count));
    };
    const auto g = tc::grad(f)(point);
    CHECK(g.x == 21);
    CHECK(g.count == 7);
    CHECK(g.name == "name");
    CHECK(g.maybe == 14);
    CHECK(g.table.at("a") == 42);
    CHECK(g.table.at("b") == 0);
    CHECK(g.bodies[0].mass == 28);
    CHECK(g.bodies[0].position == Eigen::Vector3d::Zero());
    CHECK(g.unused == 0);
  }
  TEST_CASE("tuples, empty containers and constant functions") {
    const auto g = tc::grad([](const auto& t) { return std::get<0>(t) * std::get<1>(t)[0]; })(
        std::tuple<double, std::vector<double>>{2, {3, 4}});
    CHECK(std::get<0>(g) == 3);
    CHECK(std::get<1>(g) == std::vector<double>{2, 0});
    CHECK(tc::grad([](const auto&) { return tc::var(1); })(std::vector<double>{}).empty());
    CHECK(tc::grad([](const auto&) { return tc::var(1); })(2.0) == 0);
    CHECK_FALSE(tc::grad([](const auto&) { return tc::var(1); })(std::optional<double>()));
  }
  TEST_CASE("structs of floats, and arguments without numbers before them") {
    const auto f = [](int factor, const auto& body) {
      return factor * body.mass * body.position.squaredNorm();
    };
    const auto [count, g] = tc::grad(f)(2, Body<float>{3, {1, 2, 2}});
    static_assert(std::is_same_v<decltype(g), const Body<float>>);
    CHECK(count == 2);
    CHECK(g.mass == 18);
    CHECK(g.position == Eigen::Vector3f(12, 24, 24));
    expect_grad([](const auto& body) { return body.mass * body.position(1); }, 1e-3,
                Body<float>{3, {1, 2, 2}});
  }
  TEST_CASE("a number of fixed type in a struct template is a constant") {
    const auto g = tc::grad([](const auto& s) { return s.stiffness * (s.stiffness - s.rest); })(
        Spring<double>{3, 1});
    CHECK(g.stiffness == 5);
    CHECK(g.rest == 0);
  }
  TEST_CASE("variants, optionals, maps and vectors of structs") {
    using Shape = std::variant<double, Body<double>>;
    const auto size = [](const auto& shapes) {
      auto total = shapes.at("a").mass * 0;
      std::remove_cvref_t<decltype(shapes.at("a").mass)> sum = total;
      for (const auto& [name, shape] : shapes) sum += shape.mass * shape.mass;
      return sum;
    };
    const auto g = tc::grad(size)(
        std::map<std::string, Body<double>>{{"a", {2, {1, 1, 1}}}, {"b", {5, {0, 0, 0}}}});
    CHECK(g.at("a").mass == 4);
    CHECK(g.at("b").mass == 10);
    CHECK(g.at("b").position == Eigen::Vector3d::Zero());
    const auto picked = [](const auto& shape) {
      using Number = std::variant_alternative_t<0, std::remove_cvref_t<decltype(shape)>>;
      return shape.index() == 0 ? Number(std::get<0>(shape) * 3)
                                : Number(std::get<1>(shape).mass * 7);
    };
    CHECK(std::get<0>(tc::grad(picked)(Shape{2.0})) == 3);
    CHECK(std::get<1>(tc::grad(picked)(Shape{Body<double>{7, {0, 0, 0}}})).mass == 7);
    const auto maybe = tc::grad([](const auto& v) { return v[0]->mass * 2; })(
        std::vector<std::optional<Body<double>>>{Body<double>{1, {0, 0, 0}}, std::nullopt});
    CHECK(maybe[0]->mass == 2);
    CHECK_FALSE(maybe[1]);
  }
  TEST_CASE("check_gradient finds a wrong derivative") {
    const auto wrong = [](const auto& x) { return tc::var(x * tc::value(x)); };
    CHECK(tc::check_gradient(wrong, 2.0) > 0.4);
  }
}

}  // namespace test_gradient
