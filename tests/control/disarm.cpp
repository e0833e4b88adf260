// tests/control/disarm.cpp -- gradients by pairs of runs whose flips tend to differ.
#include <tensacode/control/control.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace test_disarm {

constexpr double p0 = 0.49;
// P1 of the control flow benchmarks.
const auto toy = [](auto logit) {
  const double b = tc::flip(tc::sigmoid(logit));
  return (b - p0) * (b - p0);
};
double slope_of_toy(double logit) {
  const double p = 1 / (1 + std::exp(-logit));
  return p * (1 - p) * (1 - 2 * p0);
}

// One type for all programs, so that one estimate is compiled.
using program = std::function<tc::var(tc::var)>;

auto by_pairs(const program& f, double x, std::size_t samples) {
  return tc::estimate(
      f,
      {.samples = samples, .seed = 5, .baseline = tc::baseline::disarm, .enumerated_paths = 0})(x);
}
void check_exact(const program& f, double x, double value, double slope) {
  const auto e = by_pairs(f, x, 40'000);
  CHECK(std::abs(e.value - value) < 3 * e.value_error);
  CHECK(std::abs(e.gradient - slope) < 3 * e.gradient_error);
}

TEST_SUITE("control/disarm") {
  TEST_CASE("one flip: the exact slope, and no variance where both sides are as likely") {
    const auto even = by_pairs(toy, 0, 1000);
    CHECK(even.gradient == doctest::Approx(0.005).epsilon(1e-14));
    CHECK(even.gradient_error == 0);
    CHECK(even.evaluations == 1000);
    CHECK(even.explained == 0);
    for (const double logit : {-2.0, 1.5, 4.0}) {
      const auto e = by_pairs(toy, logit, 40'000);
      CHECK(std::abs(e.gradient - slope_of_toy(logit)) < 3 * e.gradient_error);
    }
  }
  TEST_CASE("a pair varies no more than two samples under leave_one_out") {
    for (const double logit : {-2.0, 0.0, 1.5}) {
      double of_two = 0;
      constexpr int estimates = 20'000;
      for (int seed = 1; seed <= estimates; ++seed) {
        const auto e = tc::estimate(program(toy), {.samples = 2,
                                                   .seed = static_cast<std::uint64_t>(seed),
                                                   .baseline = tc::baseline::leave_one_out,
                                                   .enumerated_paths = 0})(logit);
        of_two += std::pow(e.gradient - slope_of_toy(logit), 2) / estimates;
      }
      const double of_a_pair = std::pow(by_pairs(toy, logit, 40'000).gradient_error, 2) * 20'000;
      CHECK(of_a_pair <= of_two);
    }
  }
  TEST_CASE("flips of one probability, which a shared logit moves") {
    const auto shared = [](auto logit) {
      double sum = 0;
      for (const double centre : {0.6, 0.51, 0.48}) {
        const double b = tc::flip(tc::sigmoid(logit));
        sum += (b - centre) * (b - centre);
      }
      return sum;
    };
    check_exact(shared, 0, 0.7605, -0.045);
  }
  TEST_CASE("as many flips as the flips say") {
    const auto heads = [](auto p) {
      int n = 0;
      while (tc::flip(p)) ++n;
      return static_cast<double>(n);
    };
    check_exact(heads, 0.6, 1.5, 6.25);
  }
  TEST_CASE("a flip may have another derivative in the other run, at the same probability") {
    const auto turned = [](auto p) {
      using Real = decltype(p);
      const bool first = tc::flip(Real(p * p + 0.25));
      const bool second = tc::flip(first ? Real(p * 1.0) : Real(1 - p));
      return 1.0 * first + 3.0 * second + 2.0 * (first && second);
    };
    // E = q + 3 (q p + (1 - q) (1 - p)) + 2 q p, q = p^2 + 1/4, which is 1/2 and has slope 1 at
    // 1/2.
    check_exact(turned, 0.5, 2.5, 3);
  }
  TEST_CASE("and another probability") {
    const auto pulled = [](auto p) {  // a walk that is drawn back
      int x = 0;
      for (int t = 0; t < 10; ++t) x += tc::flip(exp(-x / p)) ? 1 : -1;
      return static_cast<double>(x * x);
    };
    const auto e = by_pairs(pulled, 20.0, 40'000);
    CHECK(std::abs(e.gradient - 1.4898178246) < 3 * e.gradient_error);
  }
  TEST_CASE("other draws count by their scores, before and between the flips") {
    // A Poisson number of flips is a Poisson number: k of mean r^2 / 4, E[k^2] = m + m^2.
    const auto thinned = [](auto r) {
      int k = 0;
      for (std::size_t n = tc::poisson(r); n > 0; --n) k += tc::flip(r / 4.0);
      return static_cast<double>(k * k);
    };
    check_exact(thinned, 2.0, 2, 3);
    const auto chosen = [](auto p) {
      using Real = decltype(p);
      const bool heads = tc::flip(p);
      const auto i = tc::categorical(std::array<Real, 3>{p * p, p - p * p, 1 - p});
      return static_cast<double>(i * i) + 2.0 * heads * (i == 2);
    };
    // p - p^2 + 4 (1 - p) + 2 p (1 - p)
    check_exact(chosen, 0.3, 0.21 + 2.8 + 0.42, 0.4 - 4 + 0.8);
  }
  TEST_CASE("normal numbers: along the path, and by score where a hard branch follows") {
    const auto smooth = [](auto x) {
      const auto y = tc::normal(x, 0.5);
      return y * y * (1.0 + tc::flip(tc::sigmoid(x)));
    };
    check_exact(smooth, 0.0, 0.25 * 1.5, 0.25 * 0.25);
    const auto hard = [](auto x) {
      const auto y = tc::normal(x, 0.5);
      return (y < 0.0 ? 0.0 : 1.0) * (1.0 + tc::flip(tc::sigmoid(x)));
    };
    check_exact(hard, 0.0, 0.75, 1.5 * 0.7978845608 + 0.5 * 0.25);
  }
  TEST_CASE("impossible flips do not come, and certain ones have finite gradients") {
    const auto f = [](auto p) { return 1.0 * tc::flip(p) + tc::flip(p); };
    CHECK(by_pairs(f, 0.0, 100).value == 0);
    CHECK(by_pairs(f, 1.0, 100).value == 2);
    CHECK(std::isfinite(by_pairs(f, 0.0, 100).gradient));
    CHECK(std::isfinite(by_pairs(f, 1.0, 100).gradient));
  }
  TEST_CASE("any number of threads gives the same bits, and so do runs that are not kept") {
    const auto walk = [](int idle) {
      return program([idle](auto p) {
        using Real = decltype(p);
        Real work = 0;
        for (int i = 0; i < idle; ++i) work = work * 0.5 + p;
        int x = 0;
        for (int t = 0; t < 6; ++t) x += tc::flip(p) ? 1 : -1;
        return 1.0 * x * x + 0.0 * work;
      });
    };
    const auto at = [&](std::size_t threads, int idle) {
      return with_threads(threads, [&] { return by_pairs(walk(idle), 0.4, 258); });
    };
    const auto one = at(1, 0), seven = at(7, 0), long_runs = at(2, 40'000);
    CHECK(one.value == seven.value);
    CHECK(one.gradient == seven.gradient);
    CHECK(one.gradient_error == seven.gradient_error);
    CHECK(long_runs.evaluations > 258);
    CHECK(long_runs.gradient == one.gradient);
  }
  TEST_CASE("a program of few paths is run whole, as under the other baselines") {
    const auto e =
        tc::estimate(program(toy), {.samples = 4, .baseline = tc::baseline::disarm})(1.5);
    CHECK(e.evaluations == 2);
    CHECK(e.gradient == doctest::Approx(slope_of_toy(1.5)).epsilon(1e-13));
  }
  TEST_CASE("what makes no two pairs is refused, and says why") {
    const auto message = [](std::size_t samples) {
      try {
        (void)by_pairs(toy, 0.0, samples);
      } catch (const tc::argument_error& e) {
        return std::string(e.what());
      }
      return std::string();
    };
    for (const std::size_t samples : {2, 3, 7, 1001})
      CHECK(message(samples).find("samples must be even and at least 4, got " +
                                  std::to_string(samples)) != std::string::npos);
    CHECK(message(4).empty());
    // No score exists, under any baseline.
    const auto bounded = [](auto a) { return tc::uniform(a, 3.0) < 2.0 ? 1.0 : 0.0; };
    CHECK_THROWS_AS(by_pairs(bounded, 1.0, 8), tc::argument_error);
  }
}

}  // namespace test_disarm
