// tests/control/enumerate_states.cpp -- exact expectations of loops over discrete states.
#include <tensacode/control/enumerate_states.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

namespace test_enumerate_states {

struct walker {
  int x = 0, t = 0;
};
struct gambler {
  int fortune = 0, rounds = 0;
};

/// Against P1 to P8 of the control flow benchmarks, known to ten digits behind the point.
TEST_SUITE("control/enumerate_states") {
  TEST_CASE("P3: a geometric number of rounds") {
    const double constants[][2] = {{0.8, 0.9}, {0.5, 0.5}, {0.95, 0.99}};
    for (const auto& [p, r] : constants) {
      const auto of = [going_on = p](auto loss) {
        return tc::enumerate_states(
            0,
            [](int& n, auto q) {
              const bool heads = tc::flip(q);
              n += heads;
              return heads;
            },
            [loss](int n, auto) { return loss(n); })(going_on);
      };
      const double q = 1 - p;
      const auto count = of([](int n) { return 1.0 * n; });
      CHECK(std::abs(count.value - p / q) < 1e-10);
      CHECK(std::abs(count.gradient - 1 / (q * q)) < 1e-10);
      CHECK(count.gradient_error == 0);
      const auto power = of([base = r](int n) { return std::pow(base, n); });
      CHECK(std::abs(power.gradient + (1 - r) / ((1 - p * r) * (1 - p * r))) < 1e-10);
      const auto square = of([](int n) { return 1.0 * (n - 5) * (n - 5); });
      const double exact = (1 + 3 * p) / (q * q * q) - 10 / (q * q);
      CHECK(std::abs(square.gradient - exact) < 1e-12 * (1 + std::abs(exact)) + 1e-10);
    }
  }
  TEST_CASE("P4: a walk of 50 steps has 51 states a step, not 2^50 paths") {
    const auto walk = [](int steps) {
      return tc::enumerate_states(
          walker{},
          [steps](walker& w, auto p) {
            w.x += tc::flip(exp(-w.x / p)) ? 1 : -1;
            return ++w.t < steps;
          },
          [](const walker& w, auto) { return 1.0 * w.x * w.x; });
    };
    CHECK(std::abs(walk(10)(20.0).gradient - 1.4898178246) < 1e-10);
    CHECK(std::abs(walk(50)(100.0).gradient - 7.5581881937) < 1e-10);
    CHECK(std::abs(walk(100)(200.0).gradient - 15.1349014418) < 1e-10);
    CHECK(std::abs(walk(100)(50.0).gradient - 30.2949888217) < 1e-10);
    CHECK(walk(50)(100.0).evaluations < 2 * 51 * 50);
  }
  TEST_CASE("P5: a gambler's ruin") {
    const auto ruin = [](int start, int most, auto loss) {
      return tc::enumerate_states(
          gambler{start, 0},
          [most](gambler& g, auto p) {
            g.fortune += tc::flip(p) ? 1 : -1;
            ++g.rounds;
            return 0 < g.fortune && g.fortune < most;
          },
          [loss](const gambler& g, auto) { return loss(g); });
    };
    const auto rounds = [](const gambler& g) { return 1.0 * g.rounds; };
    const auto wins = [](const gambler& g) { return g.fortune > 0 ? 1.0 : 0.0; };
    CHECK(std::abs(ruin(5, 10, rounds)(0.55).value - 23.17174012) < 1e-8);
    CHECK(std::abs(ruin(5, 10, rounds)(0.55).gradient + 66.8549114741) < 1e-10);
    CHECK(std::abs(ruin(5, 10, wins)(0.55).gradient - 3.9657989089) < 1e-10);
    CHECK(std::abs(ruin(3, 10, rounds)(0.45).gradient - 88.5348817440) < 1e-10);
    CHECK(std::abs(ruin(3, 10, wins)(0.45).gradient - 2.5496042063) < 1e-10);
    CHECK(std::abs(ruin(10, 20, wins)(0.6).gradient - 0.6981401588) < 1e-10);
  }
  TEST_CASE("a walk of three parameters") {
    const int n = 40;
    const auto e = tc::enumerate_states(
        walker{},
        [](walker& w, auto a, auto b, auto c) {
          const double size = n;
          w.x += tc::flip(tc::sigmoid(a + b * (w.x / size) + c * (w.t / size))) ? 1 : -1;
          return ++w.t < n;
        },
        [](const walker& w, auto...) { return (w.x / 5.0 - 1) * (w.x / 5.0 - 1); })(0.3, -0.6, 0.4);
    const auto& [by_a, by_b, by_c] = e.gradient;
    CHECK(std::abs(by_a - 4.63757467) < 1e-8);
    CHECK(std::abs(by_b - 0.95392146) < 1e-8);
    CHECK(std::abs(by_c - 2.33884586) < 1e-8);
  }
  TEST_CASE("the end may depend on the arguments; a probability of 0 still moves") {
    const auto loop = tc::enumerate_states(
        0,
        [](int& n, auto p) {
          const bool heads = tc::flip(p);
          n += heads;
          return heads;
        },
        [](int n, auto p) { return n * (1 + p); });
    // p (1 + p) / (1 - p)
    CHECK(loop(0.0).gradient == doctest::Approx(1));
    const double p = 0.4, q = 1 - p;
    CHECK(loop(p).gradient == doctest::Approx((1 + 2 * p) / q + p * (1 + p) / (q * q)));
  }
  TEST_CASE("a loop that does not end, too many states, and continuous draws are errors") {
    const auto counts = [](const auto& w, auto) { return 1.0 * w; };
    CHECK_THROWS_AS(
        tc::enumerate_states(0, [](int&, auto) { return true; }, counts, {.max_rounds = 100})(0.5),
        tc::loop_bound_reached);
    CHECK_THROWS_AS(tc::enumerate_states(0,
                                         [](int& n, auto p) {
                                           n = 2 * n + tc::flip(p);
                                           return true;
                                         },
                                         counts, {.max_states = 100})(0.5),
                    tc::error);
    CHECK_THROWS_AS(tc::enumerate_states(
                        0.0,
                        [](double& x, auto) {
                          x = tc::uniform(0, 1);
                          return false;
                        },
                        counts)(0.5),
                    tc::error);
    CHECK_THROWS_AS(tc::flip(0.5), tc::error);  // no sampler is left behind
  }
}

}  // namespace test_enumerate_states
