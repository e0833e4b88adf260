// tests/control/enumeration.cpp -- expectations by running every path.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace test_enumeration {

TEST_SUITE("control/enumeration") {
  TEST_CASE("one flip: value and gradient are exact") {
    const double p0 = 0.49, phi = 1.5, p = 1 / (1 + std::exp(-phi));
    const auto program = [p0](auto a) {
      const double b = tc::flip(tc::sigmoid(a));
      return (b - p0) * (b - p0);
    };
    const auto e = tc::enumerate(program)(phi);
    CHECK(e.value == doctest::Approx(p * (1 - p0) * (1 - p0) + (1 - p) * p0 * p0).epsilon(1e-14));
    CHECK(e.gradient == doctest::Approx(p * (1 - p) * (1 - 2 * p0)).epsilon(1e-13));
    CHECK(e.gradient_error == 0);
    CHECK(e.evaluations == 2);
  }
  TEST_CASE("a fork of six runs has the path-wise part too, and several arguments") {
    // x with probability p, else p x^2 or 3 by q.
    const auto program = [](auto p, auto q, const auto& x) {
      using Real = std::remove_const_t<decltype(p)>;
      if (tc::flip(p)) return Real(x[0] * x[1]);
      if (tc::flip(q)) return Real(p * x[0] * x[0]);
      return Real(3);
    };
    const double p = 0.3, q = 0.6;
    const std::vector<double> x{2, 5};
    const auto e = tc::enumerate(program)(p, q, x);
    CHECK(e.evaluations == 3);
    CHECK(e.value == doctest::Approx(p * 10 + (1 - p) * (q * p * 4 + (1 - q) * 3)).epsilon(1e-14));
    const auto& [by_p, by_q, by_x] = e.gradient;
    CHECK(by_p == doctest::Approx(10 - (q * p * 4 + (1 - q) * 3) + (1 - p) * q * 4).epsilon(1e-13));
    CHECK(by_q == doctest::Approx((1 - p) * (p * 4 - 3)).epsilon(1e-13));
    CHECK(by_x[0] == doctest::Approx(p * 5 + (1 - p) * q * p * 4).epsilon(1e-13));
    CHECK(by_x[1] == doctest::Approx(p * 2).epsilon(1e-13));
  }
  TEST_CASE("a walk of twelve steps, against its distribution") {
    const auto program = [](auto p) {
      int x = 0;
      for (int t = 0; t < 12; ++t) x += tc::flip(p) ? 1 : -1;
      return static_cast<double>(x * x);
    };
    // E[X^2] = n 4 p (1 - p) + n^2 (2 p - 1)^2.
    const double p = 0.3, n = 12;
    const auto e = tc::enumerate(program)(p);
    CHECK(e.evaluations == 4096);
    CHECK(e.value ==
          doctest::Approx(4 * n * p * (1 - p) + n * n * (2 * p - 1) * (2 * p - 1)).epsilon(1e-13));
    CHECK(e.gradient ==
          doctest::Approx(4 * n * (1 - 2 * p) + 4 * n * n * (2 * p - 1)).epsilon(1e-12));
  }
  TEST_CASE("categories by direction, P6 of the control flow benchmarks") {
    const auto program = [](auto t) {
      using Real = decltype(t);
      const std::array<Real, 4> theta{0.1 + t, 0.5 + 2 * t, 0.3 + 4 * t, 0.1 - 7 * t};
      const std::array<double, 4> v{312, 314, 440, 558};
      return v[tc::categorical(theta)];
    };
    const auto e = tc::enumerate(program)(0.0);
    CHECK(std::abs(e.gradient + 1206) < 1e-10);
    CHECK(e.evaluations == 4);
  }
  TEST_CASE("an estimate of a program with few paths is exact, and says so") {
    const auto program = [](auto p) { return (tc::flip(p) + 2.0 * tc::flip(p)) * p; };
    const auto e = tc::estimate(program, {.samples = 32})(0.25);
    CHECK(e.value == doctest::Approx(3 * 0.0625).epsilon(1e-14));
    CHECK(e.gradient == doctest::Approx(1.5).epsilon(1e-13));
    CHECK(e.gradient_error == 0);
    CHECK(e.value_error == 0);
    CHECK(e.evaluations == 4);
    // Not with fewer samples than paths, nor when it is not wanted.
    CHECK(tc::estimate(program, {.samples = 3})(0.25).explained < 1);
    CHECK(tc::estimate(program, {.samples = 32, .enumerated_paths = 0})(0.25).evaluations == 32);
    CHECK(tc::grad(tc::expectation(program))(0.25) == e.gradient);
  }
  TEST_CASE("five flips have 32 paths: too many for an estimate to run unasked") {
    const auto program = [](auto p) {
      double sum = 0;
      for (int i = 0; i < 5; ++i) sum += tc::flip(p);
      return sum;
    };
    CHECK(tc::estimate(program, {.samples = 100})(0.5).evaluations >= 100);
    const auto e = tc::estimate(program, {.samples = 100, .enumerated_paths = 32})(0.5);
    CHECK(e.evaluations == 32);
    CHECK(e.gradient == doctest::Approx(5).epsilon(1e-13));
  }
  TEST_CASE("a decision by score_function is a choice like any other") {
    const auto program = [](auto x) {
      return tc::if_(x > 0.5, [] { return 3.0; }, [] { return 1.0; }, tc::score_function{0.5});
    };
    const auto e = tc::estimate(program, {.samples = 16})(0.2);
    const double p = 1 / (1 + std::exp(0.6));
    CHECK(e.evaluations == 2);
    CHECK(e.gradient == doctest::Approx(2 * p * (1 - p) / 0.5).epsilon(1e-13));
  }
  TEST_CASE("where a probability is 0, its outcome has a derivative, or need not be possible") {
    const auto program = [](auto p) { return tc::flip(p) ? 5.0 : 2.0; };
    CHECK(tc::enumerate(program)(0.0).gradient == doctest::Approx(3));
    CHECK(tc::enumerate(program)(1.0).gradient == doctest::Approx(3));
    const auto impossible = [](auto p) {
      if (tc::flip(p)) throw std::runtime_error("must not be");
      return 2.0 * p;
    };
    const auto e = tc::enumerate(impossible)(0.0);
    CHECK(e.value == 0);
    CHECK(e.gradient == doctest::Approx(2));
    CHECK_THROWS_AS(tc::enumerate(impossible)(0.1), std::runtime_error);
    const auto infinite = [](auto p) {
      return tc::flip(p) ? std::numeric_limits<double>::infinity() : 1.0;
    };
    CHECK(tc::enumerate(infinite)(0.0).value == 1);
    CHECK(std::isfinite(tc::enumerate(infinite)(0.0).gradient));
    // A constant that is 0 is not run.
    CHECK(tc::enumerate([](auto x) { return x * (1.0 + tc::flip(0)); })(2.0).evaluations == 1);
  }
  TEST_CASE("what cannot be enumerated says why") {
    const auto message = [](auto program, tc::enumerate_options options) {
      try {
        (void)tc::enumerate(program, options)(0.5);
      } catch (const tc::error& e) {
        return std::string(e.what());
      }
      return std::string();
    };
    const auto endless = [](auto p) {
      return tc::while_(0, [&](int) { return tc::flip(p); }, [](int& n) { ++n; }) * 1.0;
    };
    CHECK(message(endless, {.max_paths = 50}).find("more than 50 paths") != std::string::npos);
    CHECK(message([](auto p) { return tc::normal(p, 1.0); }, {}).find("normal draws") !=
          std::string::npos);
    CHECK(message([](auto) { return tc::uniform(0, 1); }, {}).find("uniform") != std::string::npos);
    CHECK(message([](auto p) { return 1.0 * tc::poisson(p); }, {}).find("poisson") !=
          std::string::npos);
    CHECK_THROWS_AS(tc::flip(0.5), tc::error);  // no sampler is left behind
  }
  TEST_CASE("an enumeration within a gradient leaves the outer recording as it was") {
    const auto slope = tc::grad([](auto x) {
      const auto inner = tc::enumerate([](auto p) { return tc::flip(p) ? 4.0 : 1.0; })(0.5);
      return x * x * inner.gradient;
    })(2.0);
    CHECK(slope == doctest::Approx(12));
  }
}

}  // namespace test_enumeration
