// tests/control/smooth.cpp -- gradients of black boxes by Gaussian smoothing.
#include <tensacode/control/smooth.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <vector>

namespace test_smooth {

TEST_SUITE("control/smooth") {
  TEST_CASE("a step, and a function with two sides (P2 of the control flow benchmarks)") {
    const double density = 1 / std::sqrt(2 * std::acos(-1.0));
    const auto step = tc::smooth([](double x) { return x > 0 ? 1.0 : 0.0; },
                                 {.deviation = 0.5, .samples = 20'000})(0.0);
    CHECK(std::abs(step.gradient - density / 0.5) < 4 * step.gradient_error);
    CHECK(std::abs(step.value - 0.5) < 4 * step.value_error + 1e-12);
    CHECK(step.evaluations == 20'000);
    const auto sides = [](double x) { return x < 0 ? x * x : 1 + 2 * x; };
    const double exact[][3] = {
        {0, 0.5, 1.3989422804}, {0.3, 0.5, 1.9492702380}, {-0.2, 0.25, 1.1223733913}};
    for (const auto& [x, s, slope] : exact) {
      const auto e = tc::smooth(sides, {.deviation = s, .samples = 20'000, .seed = 3})(x);
      CHECK(std::abs(e.gradient - slope) < 4 * e.gradient_error);
      CHECK(e.gradient_error < 0.01);
    }
  }
  TEST_CASE("estimates by few samples are unbiased too") {
    const double exact = 1 / std::sqrt(2 * std::acos(-1.0)) / 0.5;
    double sum = 0, squares = 0;
    const int seeds = 4000;
    for (int seed = 0; seed < seeds; ++seed) {
      const auto e = tc::smooth(
          [](double x) { return x > 0 ? 1.0 : 0.0; },
          {.deviation = 0.5, .samples = 16, .seed = static_cast<std::uint64_t>(seed)})(0.0);
      sum += e.gradient;
      squares += e.gradient * e.gradient;
    }
    const double mean = sum / seeds;
    const double error = std::sqrt((squares / seeds - mean * mean) / seeds);
    CHECK(std::abs(mean - exact) < 4 * error);
  }
  TEST_CASE("an even function has no gradient at its middle, a linear one hardly any error") {
    const auto even = tc::smooth([](double x) { return std::floor(x * x); }, {.samples = 64})(0.0);
    CHECK(even.gradient == 0);
    CHECK(even.gradient_error == 0);
    const std::vector<double> w{1, -2, 3}, x{0.5, 0.25, 4};
    const auto linear = tc::smooth(
        [&](const std::vector<double>& v) { return w[0] * v[0] + w[1] * v[1] + w[2] * v[2]; },
        {.deviation = 0.1, .samples = 20'000})(x);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(std::abs(linear.gradient[i] - w[i]) < 4 * linear.gradient_error[i]);
      // Without the slope of the other folds it would be 4 / 100.
      CHECK(linear.gradient_error[i] < 0.002);
    }
  }
  TEST_CASE("several arguments, integers among them, which stay as they are") {
    const auto e = tc::smooth([](double x, int n, double y) { return n * x * y; },
                              {.deviation = 0.1, .samples = 4000})(2.0, 3, 5.0);
    CHECK(std::abs(std::get<0>(e.gradient) - 15) < 4 * std::get<0>(e.gradient_error) + 1e-9);
    CHECK(std::get<1>(e.gradient) == 3);
    CHECK(std::abs(std::get<2>(e.gradient) - 6) < 4 * std::get<2>(e.gradient_error) + 1e-9);
  }
  TEST_CASE("any number of threads gives the same bits, and of variables it is a variable") {
    // Enough work for threads, and more noise than is kept from one pass to the next.
    std::vector<double> weights(30), x(30);
    for (std::size_t p = 0; p < 30; ++p) weights[p] = std::sin(1.0 + static_cast<double>(p));
    const auto linear = tc::smooth(
        [&](const std::vector<double>& v) {
          return std::inner_product(v.begin(), v.end(), weights.begin(), 0.0);
        },
        {.samples = 80'000});
    const auto at = [&](std::size_t threads) {
      return with_threads(threads, [&] { return linear(x); });
    };
    const auto one = at(1), seven = at(7);
    CHECK(one.gradient == seven.gradient);
    CHECK(one.gradient_error == seven.gradient_error);
    CHECK(one.value == seven.value);
    for (std::size_t p = 0; p < 30; ++p)
      CHECK(std::abs(one.gradient[p] - weights[p]) < 5 * one.gradient_error[p]);
    const auto f = tc::smooth([](double y) { return y > 1 ? y : 0.0; }, {.samples = 1000});
    const auto plain = f(0.7);
    const auto [value, slope] = tc::value_and_grad([&](auto y) { return 3 * f(y); })(0.7);
    CHECK(value == doctest::Approx(3 * plain.value));
    CHECK(slope == doctest::Approx(3 * plain.gradient));
  }
  TEST_CASE("a deviation that is not positive and too few samples are refused") {
    const auto f = [](double x) { return x; };
    CHECK_THROWS_AS(tc::smooth(f, {.deviation = 0})(1.0), tc::argument_error);
    CHECK_THROWS_AS(tc::smooth(f, {.samples = 3})(1.0), tc::argument_error);
  }
}

}  // namespace test_smooth
