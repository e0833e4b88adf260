// tests/transform/hessian.cpp -- second derivatives, through scalars and tensor statements.
#include <tensacode/transform/hessian.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

namespace test_hessian {

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 2, 1> position{0, 0};
};
struct Plain {
  double x = 0;
  int n = 2;
  double y = 0;
};

const auto rosenbrock = [](const auto& x) {
  std::remove_cvref_t<decltype(x[0])> sum = x[0] * 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const auto a = x[i + 1] - x[i] * x[i];
    const auto b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
};

Eigen::MatrixXd rosenbrock_hessian(const std::vector<double>& x) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd h = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    const double a = x[static_cast<std::size_t>(i)], b = x[static_cast<std::size_t>(i) + 1];
    h(i, i) += 1200 * a * a - 400 * b + 2;
    h(i + 1, i + 1) += 200;
    h(i, i + 1) = h(i + 1, i) = -400 * a;
  }
  return h;
}

TEST_SUITE("transform/hessian") {
  TEST_CASE("closed forms") {
    const std::vector<double> x{0.3, -1.2, 0.7, 1.1, 0.2, -0.4};
    const Eigen::MatrixXd h = rosenbrock_hessian(x);
    CHECK(tc::hessian(rosenbrock)(x).isApprox(h, 1e-13));
    const std::vector<double> v{1, 2, -1, 0, 3, 0.5};
    const auto product = tc::hvp(rosenbrock)(x, v);
    CHECK(Eigen::Map<const Eigen::VectorXd>(product.data(), 6)
              .isApprox(h * Eigen::Map<const Eigen::VectorXd>(v.data(), 6), 1e-13));
    const auto f = [](auto a, auto b) {
      using std::exp;
      return exp(a * b);
    };
    const double e = std::exp(0.5 * 2);
    CHECK(tc::hessian(f)(0.5, 2.0).isApprox(
        Eigen::Matrix2d((Eigen::Matrix2d() << 4 * e, 2 * e, 2 * e, 0.25 * e).finished()), 1e-14));
    CHECK(std::get<0>(tc::hvp(f)(0.5, 2.0, 0.0, 1.0)) == doctest::Approx(2 * e));
  }
  TEST_CASE("through tensor statements") {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(5, 3);
    const auto loss = [&](const auto& w) {
      return (a * w).array().tanh().matrix().squaredNorm() + w.sum() * w(0);
    };
    const Eigen::VectorXd w = Eigen::Vector3d(0.1, -0.4, 0.7), v = Eigen::Vector3d(1, 2, -0.5);
    const Eigen::MatrixXd h = tc::hessian(loss)(w);
    const Eigen::VectorXd hv = tc::hvp(loss)(w, v);
    CHECK(hv.isApprox(h * v, 1e-12));
    const double step = 1e-5;
    const Eigen::VectorXd numeric = (tc::grad(loss)(Eigen::VectorXd(w + step * v)) -
                                     tc::grad(loss)(Eigen::VectorXd(w - step * v))) /
                                    (2 * step);
    CHECK(hv.isApprox(numeric, 1e-8));
    const Eigen::MatrixXd m = Eigen::MatrixXd::Random(3, 3);
    const auto quartic = [](const auto& x) { return (x * x.transpose()).squaredNorm(); };
    const Eigen::MatrixXd d = Eigen::MatrixXd::Random(3, 3);
    const Eigen::MatrixXd curved = (tc::grad(quartic)(Eigen::MatrixXd(m + step * d)) -
                                    tc::grad(quartic)(Eigen::MatrixXd(m - step * d))) /
                                   (2 * step);
    CHECK(tc::hvp(quartic)(m, d).isApprox(curved, 1e-8));
  }
  TEST_CASE("structs: by template, by view; fields without influence exactly 0") {
    const auto f = [](const auto& body) { return body.mass * body.position(0) * body.position(0); };
    const auto g = tc::hvp(f)(Body<double>{2, {3, 4}}, Body<double>{1, {0, 7}});
    CHECK(g.mass == 0);
    CHECK(g.position == Eigen::Vector2d(6, 0));
    const auto p = [](const auto& s) {
      return s[&Plain::x] * s[&Plain::x] * s[&Plain::y] * s[&Plain::n];
    };
    const auto h = tc::hvp(p)(Plain{3, 2, 5}, Plain{1, 0, 0});
    static_assert(std::is_same_v<decltype(h), const Plain>);
    CHECK(h.x == 20);
    CHECK(h.y == 12);
    CHECK(tc::hessian(p)(Plain{3, 2, 5}) == (Eigen::Matrix2d() << 20, 12, 12, 0).finished());
  }
  TEST_CASE("odd inputs: a point where the gradient vanishes, none, one, floats") {
    CHECK(tc::hessian([](const auto& x) { return x * x; })(0.0)(0, 0) == 2);
    CHECK(tc::hessian([](const auto&) { return 1.0; })(std::vector<double>{}).size() == 0);
    CHECK(tc::hessian([](const auto&) { return 1.0; })(std::vector<double>{1, 2}) ==
          Eigen::MatrixXd::Zero(2, 2));
    CHECK(tc::hessian([](const auto& x) { return x * x * x; })(2.0f)(0, 0) == 12.0f);
    CHECK_THROWS_AS(tc::hvp(rosenbrock)(std::vector<double>{1, 2}, std::vector<double>{1}),
                    tc::shape_error);
  }
}

}  // namespace test_hessian
