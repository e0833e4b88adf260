// tests/transform/custom.cpp -- custom derivatives and preaccumulated blocks.
#include <tensacode/transform/custom.hpp>
#include <tensacode/transform/hessian.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>
#include <vector>

namespace test_custom {

template <class Real>
struct Pair {
  Real a{};
  std::vector<Real> b;
};

TEST_SUITE("transform/custom") {
  TEST_CASE("custom_vjp: a rule of one's own replaces the derivative") {
    const auto clipped = tc::custom_vjp([](const auto& x) { return x * x; },
                                        [](const auto& x, const auto& cotangent) {
                                          return cotangent * 2 * (x < 1 ? x : decltype(x * 1)(1));
                                        });
    CHECK(clipped(3.0) == 9);
    CHECK(tc::value_and_grad(clipped)(3.0).value == 9);
    CHECK(tc::grad(clipped)(3.0) == 2);
    CHECK(tc::grad(clipped)(0.5) == 1);
    CHECK(tc::grad([&](const auto& x) { return 3 * clipped(x * 2) + x; })(0.25) ==
          3 * 2 * 0.5 * 2 + 1);
    CHECK(tc::hessian(clipped)(0.5)(0, 0) == 2);
    CHECK(tc::hessian(clipped)(3.0)(0, 0) == 0);
    CHECK(tc::jvp(clipped)(3.0, 1.0).tangent == 6);  // forward mode differentiates `forward`
  }
  TEST_CASE("residuals, several arguments, trees and matrices") {
    const auto weighted = tc::custom_vjp(
        [](const auto& v, double w) {
          using std::exp;
          const double e = exp(w);
          return tc::with_residuals{(v * e).eval(), std::make_tuple(v, e)};
        },
        [](const auto& residuals, const auto& cotangent) {
          const auto& [v, e] = residuals;
          return std::make_tuple((cotangent * e).eval(), e * v.cwiseProduct(cotangent).sum());
        });
    const auto plain = [](const auto& v, const auto& w) {
      using std::exp;
      return v * exp(w);
    };
    const Eigen::VectorXd v = Eigen::Vector3d(1, -2, 3);
    const auto score = [](const auto& y) { return y.squaredNorm(); };
    const auto [gv, gw] =
        tc::grad([&](const auto& x, const auto& w) { return score(weighted(x, w)); })(v, 0.3);
    const auto [pv, pw] =
        tc::grad([&](const auto& x, const auto& w) { return score(plain(x, w)); })(v, 0.3);
    CHECK(gv.isApprox(pv, 1e-13));
    CHECK(gw == doctest::Approx(pw));

    const auto product =
        tc::custom_vjp([](const Pair<double>& p) { return p.a * p.b[1]; },
                       [](const Pair<double>& p, double cotangent) {
                         return Pair<double>{cotangent * p.b[1], {0, cotangent * p.a}};
                       });
    const auto g = tc::grad(product)(Pair<double>{2, {3, 5}});
    CHECK(g.a == 5);
    CHECK(g.b == std::vector<double>{0, 2});
    const auto wrong = tc::custom_vjp([](double x, double y) { return x * y; },
                                      [](double, double, double c) { return c; });
    CHECK_THROWS_WITH_AS(
        tc::grad(wrong)(1.0, 2.0),
        "custom_vjp: the arguments have 2 numbers, the gradient that the rule returned has 1",
        tc::shape_error);
  }
  TEST_CASE("preaccumulate: the same gradients from a smaller record") {
    const auto block = [](const auto& p, const auto& scale) {
      using std::sin;
      auto a = p.a * 1.0;
      std::remove_cvref_t<decltype(p.a)> sum = a;
      for (int i = 0; i < 100; ++i) sum = sin(sum * p.b[0]) + scale * p.a;
      return std::make_tuple(sum, sum * p.b[1], 4.0);
    };
    const auto plain = [&](const auto& p, const auto& scale) {
      const auto r = block(p, scale);
      return std::get<0>(r) * std::get<1>(r) * std::get<2>(r);
    };
    const auto compact = [&](const auto& p, const auto& scale) {
      const auto r = tc::preaccumulate(block, p, scale);
      return std::get<0>(r) * std::get<1>(r) * std::get<2>(r);
    };
    const Pair<double> point{0.3, {0.9, 1.7}};
    const auto [g, s] = tc::grad(compact)(point, 0.5);
    const auto [pg, ps] = tc::grad(plain)(point, 0.5);
    CHECK(g.a == doctest::Approx(pg.a).epsilon(1e-13));
    CHECK(g.b[0] == doctest::Approx(pg.b[0]).epsilon(1e-13));
    CHECK(g.b[1] == doctest::Approx(pg.b[1]).epsilon(1e-13));
    CHECK(s == doctest::Approx(ps).epsilon(1e-13));
    CHECK(compact(point, 0.5) == plain(point, 0.5));
    CHECK(tc::hessian(compact)(point, 0.5).isApprox(tc::hessian(plain)(point, 0.5), 1e-11));

    tc::recording<double> recorded;
    const auto x = tc::var::input(0.5);
    const auto before = recorded.tape().statement_count();
    const auto y = tc::preaccumulate(block, Pair<tc::var>{x, {x, tc::var(2)}}, 0.5);
    CHECK(recorded.tape().statement_count() < before + 10);
    recorded.differentiate(std::get<0>(y).slot());
    CHECK(recorded.tape().adjoint(x.slot()) != 0);
  }
  TEST_CASE("preaccumulate through tensors; without influence exactly 0") {
    const auto layer = [](const auto& w, const auto& x, const auto&) {
      return (w * x).array().tanh().matrix();
    };
    const auto loss = [&](const auto& w, const auto& x, const auto& unused) {
      return tc::preaccumulate(layer, w, x, unused).squaredNorm();
    };
    const auto plain = [&](const auto& w, const auto& x, const auto& unused) {
      return layer(w, x, unused).squaredNorm();
    };
    const Eigen::MatrixXd w = Eigen::MatrixXd::Random(2, 3);
    const Eigen::VectorXd x = Eigen::VectorXd::Random(3);
    const auto g = tc::grad(loss)(w, x, 1.0);
    const auto p = tc::grad(plain)(w, x, 1.0);
    CHECK(std::get<0>(g).isApprox(std::get<0>(p), 1e-13));
    CHECK(std::get<1>(g).isApprox(std::get<1>(p), 1e-13));
    CHECK(std::get<2>(g) == 0);
  }
}

}  // namespace test_custom
