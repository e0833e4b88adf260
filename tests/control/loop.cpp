// tests/control/loop.cpp -- while_ as a loop, and its relaxation against the closed form.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace test_loop {

TEST_SUITE("control/loop") {
  TEST_CASE("on plain numbers it is a loop") {
    CHECK(tc::while_(
              100.0, [](double x) { return x > 1; }, [](double& x) { x /= 2; }) == 100.0 / 128);
    CHECK(tc::while_(1, [](int) { return false; }, [](int& x) { x = 9; }) == 1);
  }
  TEST_CASE("a hard loop differentiates its bodies alone") {
    const auto f = [](auto x) {
      return tc::while_(x, [](const auto& y) { return y < 10.0; }, [](auto& y) { y = y * y; });
    };
    CHECK(tc::value_and_grad(f)(2.0).value == 16);
    CHECK(tc::grad(f)(2.0) == 32);
  }
  TEST_CASE("a gate gives the expectation over when the loop stops") {
    // The state counts up from x; round k goes on with probability sigmoid((limit - x - k) / t).
    const double t = 0.7, limit = 3;
    const auto f = [=](auto x) {
      return tc::while_(
          x, [=](const auto& y) { return y < limit; }, [](auto& y) { y = y + 1; },
          {.how = tc::gate{t}});
    };
    const double x = 0.25;
    double survival = 1, expected = 0;
    for (int k = 0; k < 60; ++k) {
      const double p = 1 / (1 + std::exp(-(limit - x - k) / t));
      expected += survival * (1 - p) * (x + k);
      survival *= p;
    }
    CHECK(tc::value_and_grad(f)(x).value == doctest::Approx(expected).epsilon(1e-12));
    CHECK(tc::check_gradient(f, x) < 1e-8);
  }
  TEST_CASE("the bound is never silent") {
    const auto up = [](auto& x) { x = x + 1; };
    CHECK_THROWS_AS(tc::while_(0, [](int) { return true; }, up, {.max_iterations = 5}),
                    tc::loop_bound_reached);
    CHECK(tc::while_(0, [](int x) { return x < 5; }, up, {.max_iterations = 5}) == 5);
    CHECK_THROWS_AS(tc::while_(tc::var(0), [](const tc::var& x) { return x > -100.0; }, up,
                               {.max_iterations = 5, .how = tc::gate{1.0}}),
                    tc::loop_bound_reached);
  }
}

}  // namespace test_loop
