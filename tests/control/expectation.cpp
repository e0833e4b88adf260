// tests/control/expectation.cpp -- expectations of random programs and their gradients.
#include <tensacode/control/control.hpp>
#include <tensacode/transform/parallel.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace test_expectation {

const auto program = [](auto p) {
  struct counter {
    int n = 0;
  };
  return tc::while_(counter{}, [&](auto const&) { return tc::flip(p); }, [](auto& c) { ++c.n; }).n;
};

TEST_SUITE("control/expectation") {
  TEST_CASE("the mean of a geometric variable and its derivative") {
    // E[N] = p / (1 - p), its derivative 1 / (1 - p)^2.
    const auto e = tc::estimate(program, {.samples = 20'000, .seed = 1})(0.8);
    CHECK(e.evaluations == 20'000);
    CHECK(std::abs(e.value - 4) < 4 * e.value_error);
    CHECK(std::abs(e.gradient - 25) < 4 * e.gradient_error);
    CHECK(e.gradient_error < 2);
  }
  TEST_CASE("any number of threads gives the same bits") {
    const auto at = [](std::size_t threads) {
      return with_threads(threads,
                          [] { return tc::estimate(program, {.samples = 1000, .seed = 7})(0.8); });
    };
    const auto one = at(1), seven = at(7);
    CHECK(one.value == seven.value);
    CHECK(one.gradient == seven.gradient);
    CHECK(one.gradient_error == seven.gradient_error);
    CHECK(tc::estimate(program, {.samples = 1000, .seed = 8})(0.8).value != one.value);
  }
  TEST_CASE("the scope's estimator reaches every thread that runs samples") {
    const auto relaxed = [](auto x) {
      double work = 0;  // long enough for the other threads to take a part
      for (int i = 0; i < 500; ++i) work += tc::uniform(0, 1);
      return tc::if_(x > 0.0, [] { return 1.0; }, [] { return 0.0; }) + 0.0 * work;
    };
    const auto e = with_threads(4, [&] {
      const tc::control_scope scope{tc::gate{1}};
      return tc::estimate(relaxed, {.samples = 4096, .enumerated_paths = 0})(1.0);
    });
    CHECK(e.value == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-12));
    CHECK(e.value_error < 1e-12);
  }
  TEST_CASE("the scope's estimator reaches every thread that runs terms of a gradient") {
    const std::vector<double> limits(64, 0.25);
    const auto term = [](const auto& x, double limit) {
      auto y = x;  // long enough for the other threads to take a part
      for (int i = 0; i < 2000; ++i) y = y + 0.0 * x;
      return tc::if_(y > limit, [] { return 1.0; }, [] { return 0.0; });
    };
    const auto [value, slope] = with_threads(4, [&] {
      const tc::control_scope scope{tc::gate{0.5}};
      return tc::parallel_gradient(limits, term)(0.75);
    });
    const double p = 1 / (1 + std::exp(-1.0));
    CHECK(value == doctest::Approx(64 * p).epsilon(1e-12));
    CHECK(slope == doctest::Approx(64 * p * (1 - p) / 0.5).epsilon(1e-12));
  }
  TEST_CASE("an expectation is a differentiable function and composes") {
    const tc::estimate_options options{.samples = 256, .seed = 1};
    const auto e = tc::estimate(program, options)(0.8);
    CHECK(tc::expectation(program, options)(0.8) == e.value);
    CHECK(tc::grad(tc::expectation(program, {.samples = 256, .seed = 1}))(0.8) == e.gradient);
    const auto doubled =
        tc::grad([&](auto p) { return 2.0 * tc::expectation(program, options)(p); })(0.8);
    CHECK(doubled == doctest::Approx(2 * e.gradient).epsilon(1e-13));
    const auto chained = tc::grad(
        [&](auto p) { return tc::expectation(program, options)(tc::var(p * p)); })(std::sqrt(0.8));
    CHECK(chained ==
          doctest::Approx(2 * std::sqrt(0.8) *
                          tc::estimate(program, options)(std::sqrt(0.8) * std::sqrt(0.8)).gradient)
              .epsilon(1e-12));
  }
  TEST_CASE("a program without choices has its ordinary gradient and no error") {
    const auto e = tc::estimate([](auto x) { return x * x; }, {.samples = 8})(3.0);
    CHECK(e.value == 9);
    CHECK(e.gradient == doctest::Approx(6));
    CHECK(e.value_error == 0);
    CHECK(e.gradient_error == doctest::Approx(0));
  }
  TEST_CASE("a choice that came out the same in all samples of a fit does not spoil others") {
    // Where every sample had heads, what is left of the increments' variance is rounding.
    const auto crazy = [](auto p) {
      const auto a = p * (1 - p);
      int b = 0;
      for (int i = 0; i < 10; ++i) b += tc::flip(p);
      const int c = 2 * b + 3 * tc::flip(p);
      return a * c * tc::normal(b, a);
    };
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
      const auto e = tc::estimate(crazy, {.samples = 32, .seed = seed})(0.6);
      REQUIRE(std::abs(e.gradient) < 1000);
    }
  }
  TEST_CASE("fewer than two samples are refused") {
    CHECK_THROWS_AS(tc::estimate(program, {.samples = 1})(0.5), tc::argument_error);
    CHECK_THROWS_AS(tc::estimate(program, {.samples = 0})(0.5), tc::argument_error);
  }
}

}  // namespace test_expectation
