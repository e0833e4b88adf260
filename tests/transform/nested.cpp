// Gradients inside of other gradients: of functions that capture a variable of the outer one, also
// where the outer sweep runs them, and on other threads. A captured variable counts as a constant
// in the inner gradient, and keeps its own derivative in the outer one.
#include <tensacode/control/expectation.hpp>
#include <tensacode/transform/implicit.hpp>
#include <tensacode/transform/parallel.hpp>
#include <tensacode/transform/transform.hpp>

#include <cmath>
#include <cstddef>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace {

using doctest::Approx;
using numbers = std::vector<double>;

/// `f` of two variables against the given derivatives.
template <class F>
void check_gradient_of(const F& f, double a, double b, double by_a, double by_b) {
  const auto gradient = tc::grad(f)(numbers{a, b});
  CHECK(gradient[0] == Approx(by_a).epsilon(1e-12));
  CHECK(gradient[1] == Approx(by_b).epsilon(1e-12));
}

/// The derivative of a z^2 by z at 3, a captured.
template <class A>
double inner_slope(const A& a) {
  return tc::grad([a](const auto& z) { return z * z * a; })(3.0);
}

TEST_CASE("what the residual of implicit captures has its gradient") {
  // x^2 c = p; c x + c p
  const auto f = [](const auto& v) {
    const auto c = v[0];
    const auto root = tc::implicit([c](double p) { return std::sqrt(p / tc::value(c)); },
                                   [c](const auto& x, const auto& p) { return x * x * c - p; });
    return c * root(v[1]) + v[0] * v[1];
  };
  const double c = 2, p = 8;
  check_gradient_of(f, c, p, .5 * std::sqrt(p / c) + p, .5 * std::sqrt(c / p) + c);
}

TEST_CASE("what the step of fixed_point captures has its gradient") {
  // x = (x + p / (x c)) / 2, which is sqrt(p / c)
  const auto f = [](const auto& v) {
    const tc::var c = v[0];
    const auto step = [c](const auto& x, const auto& p) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(x)>, double>)
        return .5 * (x + p / (x * tc::value(c)));
      else
        return tc::var(.5 * (x + p / (x * c)));
    };
    return tc::fixed_point(step)(1.0, v[1]) * c * c;
  };
  const double c = 2, p = 8;
  check_gradient_of(f, c, p, 1.5 * std::sqrt(p * c), .5 * std::sqrt(c * c * c / p));
}

TEST_CASE("a checkpointed function may differentiate inside what captures outer variables") {
  const auto f = [](const auto& v) {
    const auto a = v[0];
    return tc::checkpoint([a](const auto& y) { return y * y * a * inner_slope(a); }, v[1]);
  };
  const double a = 2, b = 1.5, slope = 6 * a;
  check_gradient_of(f, a, b, b * b * slope, 2 * a * b * slope);

  SUBCASE("in a checkpoint in a checkpoint") {
    const auto deeper = [f](const auto& v) { return tc::checkpoint(f, v) * v[0]; };
    check_gradient_of(deeper, a, b, 2 * a * b * b * slope, 2 * a * a * b * slope);
  }
  SUBCASE("in a loop") {
    const auto loop = [](const auto& v) {
      const auto c = v[0];
      return tc::checkpoint_loop(10, v[1],
                                 [c](std::size_t, auto& y) { y = y * c * inner_slope(c) / 10; },
                                 {.snapshots = 2, .recorded_steps = 1});
    };
    // y a^10 (slope / 10)^10
    const double factor = std::pow(slope / 10, 10);
    check_gradient_of(loop, a, b, 10 * b * std::pow(a, 9) * factor, std::pow(a, 10) * factor);
  }
}

TEST_CASE("the rerun of a checkpoint may itself differentiate through a checkpoint") {
  const auto f = [](const auto& v) {
    const auto a = v[0];
    return tc::checkpoint(
        [a](const auto& y) {
          const double slope = tc::grad([a](const auto& z) {
            return tc::checkpoint([a](const auto& w) { return w * w * a * inner_slope(a); }, z);
          })(3.0);
          return y * y * a * slope;
        },
        v[1]);
  };
  const double a = 2, b = 1.5, slope = 2 * 3 * a * 6 * a;
  check_gradient_of(f, a, b, b * b * slope, 2 * a * b * slope);
}

TEST_CASE("a vjp of a function that captures an outer variable") {
  const auto f = [](const auto& v) {
    const auto a = v[0];
    const auto [value, pull] = tc::vjp([a](const auto& z) { return z * z * a; })(3.0);
    return v[1] * v[1] * a * (pull(1.0) + inner_slope(a)) / 2;
  };
  const double a = 2, b = 1.5, slope = 6 * a;
  check_gradient_of(f, a, b, b * b * slope, 2 * a * b * slope);

  SUBCASE("and differentiates inside") {
    const auto g = [](const auto& v) {
      const auto c = v[0];
      const auto [value, pull] = tc::vjp([c](const auto& z) {
        return tc::checkpoint([c, z](const auto& w) { return w * c * z * inner_slope(z); }, z);
      })(3.0);
      return v[1] * c * pull(1.0);
    };
    // a z^2 by z, times the slope 6 z at z = 3, which is a constant
    const double pulled = 2 * a * 3 * 6 * 3;
    check_gradient_of(g, a, b, b * pulled, a * pulled);
  }
}

TEST_CASE("terms on other threads that capture an outer variable") {
  const auto f = [](const auto& v) {
    const auto a = v[0];
    const auto terms = std::views::iota(1, 101);
    const auto sum = tc::parallel_gradient(
        terms, [a](const auto& z, int k) { return z * z * a * k; }, {.shards = 7})(3.0);
    return v[1] * a * (sum.gradient + sum.value);
  };
  const double a = 2, b = 1.5, sum = 5050 * (6 * a + 9 * a);
  check_gradient_of(f, a, b, b * sum, a * sum);
}

TEST_CASE("random programs that capture an outer variable") {
  const auto f = [](const auto& v) {
    const auto a = v[0];
    const auto estimate =
        tc::estimate([a](const auto& p) { return p * p * a; }, {.samples = 200, .seed = 3})(3.0);
    return v[1] * a * estimate.gradient;
  };
  const double a = 2, b = 1.5;
  check_gradient_of(f, a, b, b * 6 * a, a * 6 * a);
}

TEST_CASE("all of them in a checkpointed function, whose first run records nothing") {
  const auto slopes = [](const auto& a, const auto& y) {
    const auto term = [a, y](const auto& z) { return z * z * a * y; };
    const auto [value, pull] = tc::vjp(term)(3.0);
    const auto ones = std::views::iota(0, 100);
    return inner_slope(a) + pull(1.0) +
           tc::parallel_gradient(ones, [a](const auto& z, int) { return z * z * a / 100; },
                                 {.shards = 7})(3.0)
               .gradient +
           tc::estimate(  // the flips have no parameters, and every path the same result
               [a, y](const auto& z) { return z * z * a * y * (tc::flip(0.5) ? 1.0 : 1.0); },
               {.samples = 4, .seed = 3, .enumerated_paths = 0})(3.0)
               .gradient;
  };
  const auto f = [slopes](const auto& v) {
    const auto a = v[0];
    return tc::checkpoint(
        [a, slopes](const auto& y) {
          const auto before = y * a;  // of the run that is in progress, not of an inner one
          return before * y * slopes(a, y);
        },
        v[1]);
  };
  const double a = 2, b = 1.5, slope = 6 * a * (2 + 2 * b);
  check_gradient_of(f, a, b, b * b * slope, 2 * a * b * slope);
}

TEST_CASE("a checkpointed function of tensors and of numbers made of their elements") {
  const auto step = [](const auto& weights, const auto& scale, const auto& x) {
    auto y = (weights * x).eval();  // of a captured variable
    std::remove_cvref_t<decltype(scale)> number = y(0, 0) * x(1, 0) + scale * weights(1, 1);
    number += y(1, 0);
    y(1, 0) = number * scale;
    return (y * number).eval();
  };
  const auto twice = [step](const auto& run, const auto& weights, const auto& scale) {
    const Eigen::VectorXd x = Eigen::Vector2d(0.3, -0.8);
    const auto from = [&](const auto& z) {
      return run([weights, scale, step](const auto& w) { return step(weights, scale, w); }, z);
    };
    const auto end = from(from((weights * x).eval()));
    return end.sum() * scale;
  };
  const auto plain = [&](const auto& w, const auto& s) {
    return twice([](const auto& f, const auto& z) { return f(z); }, w, s);
  };
  const auto checked = [&](const auto& w, const auto& s) {
    return twice([](const auto& f, const auto& z) { return tc::checkpoint(f, z); }, w, s);
  };
  const auto outer = [&](const auto& w, const auto& s) { return tc::checkpoint(checked, w, s); };
  const Eigen::MatrixXd w = (Eigen::Matrix2d() << 0.1, 0.2, -0.4, 0.9).finished();
  const auto [by_w, by_s] = tc::grad(plain)(w, 1.5);
  for (const auto& gradient : {tc::grad(checked)(w, 1.5), tc::grad(outer)(w, 1.5)}) {
    CHECK(std::get<0>(gradient).isApprox(by_w, 1e-14));
    CHECK(std::get<1>(gradient) == Approx(by_s).epsilon(1e-14));
  }
  CHECK(tc::value_and_grad(outer)(w, 1.5).value == tc::value_and_grad(plain)(w, 1.5).value);
}

TEST_CASE("adjoints of a recording outlive gradients inside of it") {
  tc::recording<double> recorded;
  const tc::var x = tc::var::input(2);
  const tc::var y = x * x;
  recorded.differentiate(y.slot());
  const double slope = inner_slope(x);
  CHECK(slope == Approx(12));
  CHECK(recorded.tape().adjoint(x.slot()) == 4);
}

TEST_CASE("a variable that was moved from is as it was") {
  const auto f = [](const auto& v) {
    tc::var sum = v[0] * v[1];
    tc::var moved = std::move(sum);
    moved += v[0] * 5;
    return moved * 2 + sum * 3;  // NOLINT(bugprone-use-after-move): what this is about
  };
  const double a = 2, b = 1.5;
  check_gradient_of(f, a, b, 5 * b + 10, 5 * a);
}

TEST_CASE("an element of an outer tensor written in an inner gradient") {
  const auto f = [](const tc::tensor_var& x) {
    tc::tensor_var y = x + x;
    const double slope = tc::grad([&](const tc::var& z) {
      tc::tensor_var copy = y;
      copy(0, 0) = z * z;
      return tc::var((copy * copy).sum());
    })(3.0);
    CHECK(slope == Approx(4 * 27));
    return tc::var((y * 2.0).sum() * slope);
  };
  const auto gradient = tc::grad(f)(Eigen::MatrixXd::Ones(1, 1).eval());
  CHECK(gradient(0, 0) == Approx(4 * 4 * 27));
}

}  // namespace
