// tests/control/random_choice.cpp -- random choices, their distributions and their gradients.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

namespace test_random_choice {

/// An estimate's value and gradient against exact ones, in standard errors.
template <class Estimate>
void check_near(const Estimate& e, double value, double gradient) {
  CHECK(std::abs(e.value - value) < 4 * e.value_error + 1e-12);
  CHECK(std::abs(e.gradient - gradient) < 4 * e.gradient_error + 1e-9);
}

TEST_SUITE("control/random_choice") {
  TEST_CASE("a draw outside of an estimate throws") {
    CHECK_THROWS_AS(tc::flip(0.5), tc::error);
    CHECK_THROWS_AS(tc::categorical(std::vector<double>{1}), tc::error);
    CHECK_THROWS_AS(tc::normal(0, 1), tc::error);
    CHECK_THROWS_AS(tc::uniform(0, 1), tc::error);
    CHECK_THROWS_AS(tc::poisson(1), tc::error);
  }
  TEST_CASE("a probability outside of [0, 1] throws") {
    const auto at = [](double p) {
      return tc::estimate([](auto q) { return tc::flip(q) ? 1.0 : 0.0; }, {.samples = 4})(p);
    };
    CHECK_THROWS_AS(at(-0.01), tc::argument_error);
    CHECK_THROWS_AS(at(1.01), tc::argument_error);
    CHECK_THROWS_AS(at(std::nan("")), tc::argument_error);
    CHECK_THROWS_AS(tc::flip(0.5), tc::error);  // also after an exception
  }
  TEST_CASE("what other draws cannot do with throws") {
    const auto run = [](auto f) { return tc::estimate(f, {.samples = 4})(0.5); };
    CHECK_THROWS_AS(run([](auto p) { return tc::categorical(std::array{p, p, p}) * 1.0; }),
                    tc::argument_error);
    CHECK_THROWS_AS(run([](auto p) {
                      using Real = decltype(p);
                      return tc::categorical(std::array<Real, 2>{1 + p, -p}) * 1.0;
                    }),
                    tc::error);
    CHECK_THROWS_AS(run([](auto) { return tc::categorical(std::vector<double>{}) * 1.0; }),
                    tc::argument_error);
    CHECK_THROWS_AS(run([](auto p) { return tc::normal(p, 0.0); }), tc::argument_error);
    CHECK_THROWS_AS(run([](auto p) { return tc::normal(p, -p); }), tc::argument_error);
    CHECK_THROWS_AS(run([](auto p) { return tc::uniform(p, 0.0); }), tc::argument_error);
    CHECK_THROWS_AS(run([](auto p) { return tc::poisson(-p) * 1.0; }), tc::argument_error);
    CHECK_THROWS_AS(run([](auto) { return tc::poisson(std::nan("")) * 1.0; }), tc::argument_error);
  }
  TEST_CASE("certain flips are certain, and have finite gradients") {
    const auto f = [](auto p) { return tc::flip(p) ? 1.0 : 0.0; };
    CHECK(tc::estimate(f, {.samples = 100})(0.0).value == 0);
    CHECK(tc::estimate(f, {.samples = 100})(1.0).value == 1);
    CHECK(std::isfinite(tc::estimate(f, {.samples = 100})(1.0).gradient));
  }
  TEST_CASE("heads come with probability p, and the score gives its derivative") {
    check_near(tc::estimate([](auto p) { return tc::flip(p) ? 1.0 : 0.0; },
                            {.samples = 20'000, .seed = 3})(0.3),
               0.3, 1);
  }
  TEST_CASE("categories come with their probabilities") {
    const auto f = [](auto p) {
      using Real = decltype(p);
      const std::size_t i = tc::categorical(std::array<Real, 3>{p, 0.5 - p, Real(0.5)});
      return i == 0 ? 5.0 : i == 1 ? 1.0 : 7.0;
    };
    check_near(tc::estimate(f, {.samples = 20'000})(0.2), 0.2 * 5 + 0.3 + 3.5, 4);
    CHECK(
        tc::estimate(
            [](auto) { return static_cast<double>(tc::categorical(std::vector<double>{0, 1, 0})); },
            {.samples = 100})(1.0)
            .value == 1);
  }
  TEST_CASE("normal numbers: path-wise where no hard branch follows") {
    const auto f = [](auto m, auto s) {
      const auto x = tc::normal(m, s);
      return x * x;
    };
    const auto e = tc::estimate(f, {.samples = 20'000})(0.5, 2.0);
    CHECK(std::abs(e.value - 4.25) < 4 * e.value_error);
    CHECK(std::abs(std::get<0>(e.gradient) - 1) < 4 * std::get<0>(e.gradient_error));
    CHECK(std::abs(std::get<1>(e.gradient) - 4) < 4 * std::get<1>(e.gradient_error));
    CHECK(e.evaluations == 20'000);
  }
  TEST_CASE("normal numbers that a hard branch decides by: E of the branch, not of its sides") {
    // P2 of the control flow benchmarks.
    const double exact[][3] = {
        {0, 0.5, 1.3989422804}, {0.3, 0.5, 1.9492702380}, {-0.2, 0.25, 1.1223733913}};
    for (const auto& [x, s, slope] : exact) {
      const auto f = [deviation = s](auto m) {
        const auto y = tc::normal(m, deviation);
        return tc::if_(y < 0.0, [&] { return y * y; }, [&] { return 1 + 2 * y; });
      };
      const auto e = tc::estimate(f, {.samples = 20'000})(x);
      CHECK(std::abs(e.gradient - slope) < 4 * e.gradient_error);
      CHECK(e.gradient_error < 0.02);
    }
    // By both parameters, of the probability of being positive.
    const double density = std::exp(-0.125) / std::sqrt(2 * std::acos(-1.0)) / 0.8;
    const auto g = tc::estimate(
        [](auto m, auto s) {
          const auto y = tc::normal(m, s);
          return tc::if_(y > 0.0, [] { return 1.0; }, [] { return 0.0; });
        },
        {.samples = 20'000})(0.4, 0.8);
    const auto plain =
        tc::estimate([](auto m, auto s) { return tc::normal(m, s) > 0.0 ? 1.0 : 0.0; },
                     {.samples = 20'000})(0.4, 0.8);
    CHECK(plain.gradient == g.gradient);
    CHECK(std::abs(std::get<0>(g.gradient) - density) < 4 * std::get<0>(g.gradient_error));
    CHECK(std::abs(std::get<1>(g.gradient) + density * 0.5) < 4 * std::get<1>(g.gradient_error));
  }
  TEST_CASE("uniform numbers are path-wise, and refused where their bounds decide") {
    const auto f = [](auto a, auto b) {
      const auto x = tc::uniform(a, b);
      return x * x;
    };
    const auto e = tc::estimate(f, {.samples = 20'000})(1.0, 3.0);
    // (b^3 - a^3) / (3 (b - a))
    CHECK(std::abs(e.value - 26.0 / 6) < 4 * e.value_error);
    CHECK(std::abs(std::get<0>(e.gradient) - 5.0 / 3) < 4 * std::get<0>(e.gradient_error));
    CHECK(std::abs(std::get<1>(e.gradient) - 7.0 / 3) < 4 * std::get<1>(e.gradient_error));
    CHECK_THROWS_AS(tc::estimate([](auto a) {
                      const auto x = tc::uniform(a, 3.0);
                      return tc::if_(x < 2.0, [] { return 1.0; }, [] { return 0.0; });
                    })(1.0),
                    tc::argument_error);
  }
  TEST_CASE("Poisson numbers have their mean, variance and gradient, small and large") {
    for (const double rate : {0.0, 0.7, 12.0, 1300.0}) {
      const auto e = tc::estimate(
          [](auto r) {
            const auto n = static_cast<double>(tc::poisson(r));
            return n;
          },
          {.samples = 20'000})(rate);
      CHECK(std::abs(e.value - rate) < 4 * e.value_error + 1e-12);
      CHECK(e.value_error * std::sqrt(20'000.0) == doctest::Approx(std::sqrt(rate)).epsilon(0.05));
      if (rate > 0) CHECK(std::abs(e.gradient - 1) < 4 * e.gradient_error + 1e-9);
    }
    const auto squares = tc::estimate(
        [](auto r) {
          const auto n = static_cast<double>(tc::poisson(r));
          return n * n;
        },
        {.samples = 20'000})(4.0);
    check_near(squares, 20, 9);
  }
}

}  // namespace test_random_choice
