// tests/transform/checkpoint.cpp -- checkpoints of calls and of loops, and stop_gradient.
#include <tensacode/transform/checkpoint.hpp>
#include <tensacode/transform/hessian.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace test_checkpoint {

template <class Real>
struct Swing {
  Real angle{};
  Real speed{};
  int steps = 0;
};

TEST_SUITE("transform/checkpoint") {
  TEST_CASE("stop_gradient: numbers, expressions, trees, tensors, plain objects") {
    CHECK(tc::grad([](const auto& x) { return x * tc::stop_gradient(x); })(3.0) == 3);
    CHECK(tc::grad([](const auto& x) { return x * tc::stop_gradient(x * x); })(3.0) == 9);
    const auto f = [](const auto& s) { return s.angle * tc::stop_gradient(s).speed; };
    const auto g = tc::grad(f)(Swing<double>{2, 5, 1});
    CHECK(g.angle == 5);
    CHECK(g.speed == 0);
    const auto norm = [](const auto& v) { return v.dot(tc::stop_gradient(v)); };
    CHECK(tc::grad(norm)(Eigen::VectorXd(Eigen::Vector2d(1, 2))) ==
          Eigen::VectorXd(Eigen::Vector2d(1, 2)));
    CHECK(tc::stop_gradient(std::vector<double>{1, 2}) == std::vector<double>{1, 2});
  }
  TEST_CASE("a checkpoint has the bits of the plain call") {
    const auto inner = [](const auto& x, const auto& y) {
      using std::exp, std::sin;
      auto z = sin(x) * y;
      return std::vector<std::remove_cvref_t<decltype(x)>>{exp(z * x), z / y, x};
    };
    const auto plain = [&](const auto& x, const auto& y) {
      const auto v = inner(x, y);
      return v[0] * v[1] * v[2] + x;
    };
    const auto checked = [&](const auto& x, const auto& y) {
      const auto v = tc::checkpoint(inner, x, y);
      return v[0] * v[1] * v[2] + x;
    };
    CHECK(tc::value_and_grad(checked)(0.7, 1.3).value == plain(0.7, 1.3));
    CHECK(tc::grad(checked)(0.7, 1.3) == tc::grad(plain)(0.7, 1.3));
    CHECK(checked(0.7, 1.3) == plain(0.7, 1.3));
    CHECK(tc::hessian(checked)(0.7, 1.3).isApprox(tc::hessian(plain)(0.7, 1.3), 1e-14));
  }
  TEST_CASE("nested, with a captured variable, through tensors") {
    const auto layer = [](const auto& w, const auto& x) { return (w * x).array().tanh().matrix(); };
    const auto plain = [&](const auto& w, const auto& scale) {
      const Eigen::VectorXd x = Eigen::Vector2d(0.3, -0.8);
      return (layer(w, layer(w, x)) * scale).sum();
    };
    const auto checked = [&](const auto& w, const auto& scale) {
      const Eigen::VectorXd x = Eigen::Vector2d(0.3, -0.8);
      const auto both = [layer, x, scale](const auto& weights) {
        const auto first = tc::checkpoint(layer, weights, x);
        return (tc::checkpoint(layer, weights, first) * scale).sum();
      };
      return tc::checkpoint(both, w);
    };
    const Eigen::MatrixXd w =
        Eigen::Matrix2d((Eigen::Matrix2d() << 0.1, 0.2, -0.4, 0.9).finished());
    const auto [gw, gs] = tc::grad(checked)(w, 1.5);
    const auto [pw, ps] = tc::grad(plain)(w, 1.5);
    CHECK(gw == pw);
    CHECK(gs == ps);
  }
  TEST_CASE("a checkpoint frees what its function records") {
    const auto long_chain = [](const auto& x) {
      auto y = x * 1.0;
      std::remove_cvref_t<decltype(x)> z = y;
      for (int i = 0; i < 1000; ++i) z = z * 0.999 + x;
      return z;
    };
    tc::recording<double> recorded;
    const auto x = tc::var::input(0.5);
    const auto before = recorded.tape().statement_count();
    const auto y = tc::checkpoint(long_chain, x);
    CHECK(recorded.tape().statement_count() < before + 10);
    recorded.differentiate(y.slot());
    CHECK(recorded.tape().adjoint(x.slot()) == tc::grad(long_chain)(0.5));
    CHECK(recorded.tape().statement_count() < before + 10);
    recorded.differentiate(y.slot(), 2.0);  // a second sweep
    CHECK(recorded.tape().adjoint(x.slot()) == 2 * tc::grad(long_chain)(0.5));
  }
  TEST_CASE("loops: every number of steps and snapshots, bit for bit") {
    const auto step = [](std::size_t i, auto& s) {
      using std::sin;
      const double dt = 0.01 + 0.001 * static_cast<double>(i % 3);
      s.speed -= sin(s.angle) * dt;
      s.angle += s.speed * dt;
      ++s.steps;
    };
    for (const std::size_t steps : {0u, 1u, 2u, 3u, 7u, 20u, 101u})
      for (const std::size_t snapshots : {1u, 2u, 3u, 5u, 64u})
        for (const std::size_t recorded_steps : {0u, 1u, 4u}) {
          CAPTURE(steps);
          CAPTURE(snapshots);
          CAPTURE(recorded_steps);
          const auto plain = [&](const auto& initial) {
            auto s = initial;
            for (std::size_t i = 0; i < steps; ++i) step(i, s);
            return s.angle * s.speed + s.steps;
          };
          const auto checked = [&](const auto& initial) {
            const auto s = tc::checkpoint_loop(steps, initial, step, {snapshots, recorded_steps});
            return s.angle * s.speed + s.steps;
          };
          const Swing<double> start{0.4, -0.2, 0};
          const auto [v, g] = tc::value_and_grad(checked)(start);
          const auto [pv, pg] = tc::value_and_grad(plain)(start);
          CHECK(v == pv);
          CHECK(g.angle == pg.angle);
          CHECK(g.speed == pg.speed);
          CHECK(checked(start) == plain(start));
        }
  }
  TEST_CASE("a loop's state may be matrices; parameters are captured by value; two sweeps") {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(3, 3) * 0.3;
    const auto f = [&](const auto& x, const auto& rate) {
      return tc::checkpoint_loop(10, x, [a, rate](std::size_t, auto& s) { s = s + rate * (a * s); },
                                 {.snapshots = 2});
    };
    const auto plain = [&](const auto& x, const auto& rate) {
      auto s = x;
      for (int i = 0; i < 10; ++i) s = s + rate * (a * s);
      return s;
    };
    const Eigen::VectorXd x = Eigen::Vector3d(1, 2, -1);
    const auto checked = tc::vjp(f)(x, 0.5);
    const auto direct = tc::vjp(plain)(x, 0.5);
    CHECK(checked.value == direct.value);
    for (const double weight : {1.0, -2.0}) {
      const auto [gx, gr] = checked.pullback(Eigen::Vector3d(weight, 0, 1));
      const auto [px, pr] = direct.pullback(Eigen::Vector3d(weight, 0, 1));
      CHECK(gx.isApprox(px, 1e-14));
      CHECK(gr == doctest::Approx(pr).epsilon(1e-14));
    }
  }
  TEST_CASE("10^6 steps from 64 snapshots: two evaluations a step, three with a small record") {
    std::size_t evaluations = 0;
    std::size_t* const count = &evaluations;
    const std::size_t steps = 1000000;
    const auto f = [&](const auto& x) {
      return tc::checkpoint_loop(steps, x,
                                 [count](std::size_t, auto& s) {
                                   ++*count;
                                   s = s * 0.999999 + 1e-6;
                                 },
                                 {.snapshots = 64});
    };
    const auto [value, slope] = tc::value_and_grad(f)(2.0);
    CHECK(slope == doctest::Approx(std::pow(0.999999, 1e6)).epsilon(1e-9));
    CHECK(evaluations <= 2 * steps);
    evaluations = 0;
    const auto h = [&](const auto& x) {
      return tc::checkpoint_loop(steps, x,
                                 [count](std::size_t, auto& s) {
                                   ++*count;
                                   s = s * 0.999999 + 1e-6;
                                 },
                                 {.snapshots = 64, .recorded_steps = 467});
    };
    CHECK(tc::grad(h)(2.0) == slope);
    CHECK(evaluations <= 3 * steps);
    MESSAGE("evaluations a step: " << static_cast<double>(evaluations) / steps);
    // The schedule keeps to the binomial bound for more repetitions too.
    for (const std::size_t snapshots : {2u, 4u, 8u}) {
      evaluations = 0;
      const std::size_t few = 45;  // (2 + 8)! / (2! 8!), less than (4 + 4)! / (4! 4!)
      const auto g = [&](const auto& x) {
        return tc::checkpoint_loop(few, x,
                                   [count](std::size_t, auto& s) {
                                     ++*count;
                                     s = s * 0.9;
                                   },
                                   {snapshots, 1});
      };
      CHECK(tc::grad(g)(2.0) == doctest::Approx(std::pow(0.9, 45)));
      const std::size_t repetitions = snapshots == 2 ? 8 : snapshots == 4 ? 3 : 2;
      CHECK(evaluations <= (repetitions + 1) * few);
    }
  }
}

}  // namespace test_checkpoint
