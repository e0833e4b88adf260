// tests/control/random_choice.cpp -- flip and where it may be called.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace test_random_choice {

TEST_SUITE("control/random_choice") {
  TEST_CASE("a flip outside of an estimate throws") { CHECK_THROWS_AS(tc::flip(0.5), tc::error); }
  TEST_CASE("a probability outside of [0, 1] throws") {
    const auto at = [](double p) {
      return tc::estimate([](auto q) { return tc::flip(q) ? 1.0 : 0.0; }, {.samples = 4})(p);
    };
    CHECK_THROWS_AS(at(-0.01), tc::argument_error);
    CHECK_THROWS_AS(at(1.01), tc::argument_error);
    CHECK_THROWS_AS(at(std::nan("")), tc::argument_error);
    CHECK_THROWS_AS(tc::flip(0.5), tc::error);  // also after an exception
  }
  TEST_CASE("certain flips are certain, and have finite gradients") {
    const auto f = [](auto p) { return tc::flip(p) ? 1.0 : 0.0; };
    CHECK(tc::estimate(f, {.samples = 100})(0.0).value == 0);
    CHECK(tc::estimate(f, {.samples = 100})(1.0).value == 1);
    CHECK(std::isfinite(tc::estimate(f, {.samples = 100})(1.0).gradient));
  }
  TEST_CASE("heads come with probability p, and the score gives its derivative") {
    const auto e = tc::estimate([](auto p) { return tc::flip(p) ? 1.0 : 0.0; },
                                {.samples = 20'000, .seed = 3})(0.3);
    CHECK(std::abs(e.value - 0.3) < 4 * e.value_error);
    CHECK(std::abs(e.gradient - 1) < 4 * e.gradient_error + 1e-12);
  }
}

}  // namespace test_random_choice
