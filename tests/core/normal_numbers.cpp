// tests/core/normal_numbers.cpp -- the ziggurat's numbers are normal, in the tails too.
#include <tensacode/core/normal_numbers.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace test_normal_numbers {

double probability_below(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

TEST_SUITE("core/normal_numbers") {
  TEST_CASE("moments") {
    const int n = 1'000'000;
    const tc::normal_numbers numbers(tc::random_key(11));
    std::array<double, 7> sums{};
    for (std::uint64_t i = 0; i < n; ++i) {
      const double x = numbers(i);
      double power = 1;
      for (double& sum : sums) sum += power *= x;
    }
    // The expectations of x, x^2, ..., and those of their squares.
    const std::array<double, 7> moments{0, 1, 0, 3, 0, 15, 0};
    const std::array<double, 7> squares{1, 3, 15, 105, 945, 10395, 135135};
    for (std::size_t k = 0; k < 7; ++k) {
      const double error = std::sqrt((squares[k] - moments[k] * moments[k]) / n);
      CHECK(std::abs(sums[k] / n - moments[k]) < 4 * error);
    }
  }
  TEST_CASE("every part of the line has its share, the tail beyond the lowest layer among them") {
    const int n = 4'000'000;
    const tc::normal_numbers numbers(tc::random_key(5));
    // The tail begins at 3.654.
    const std::array<double, 17> bounds{-4.5, -4,  -3.66, -3.6, -3,  -2,   -1, -0.2, 0,
                                        0.2,  0.3, 1,     2,    3.6, 3.66, 4,  4.5};
    std::array<int, bounds.size() + 1> counts{};
    for (std::uint64_t i = 0; i < n; ++i) {
      const double x = numbers(i);
      std::size_t bin = 0;
      while (bin < bounds.size() && x > bounds[bin]) ++bin;
      ++counts[bin];
    }
    double before = 0;
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
      const double until = bin < bounds.size() ? probability_below(bounds[bin]) : 1;
      const double expected = n * (until - before);
      CHECK(std::abs(counts[bin] - expected) < 4 * std::sqrt(expected) + 1);
      before = until;
    }
  }
  TEST_CASE("the same number in any order; neighbours and other keys are independent") {
    const tc::normal_numbers one(tc::random_key(3)), same(tc::random_key(3)),
        other(tc::random_key(4));
    double neighbours = 0, keys = 0;
    const int n = 100'000;
    for (std::uint64_t i = n; i-- > 0;) {
      CHECK_UNARY(one(i) == same(i));
      neighbours += one(i) * one(i + 1);
      keys += one(i) * other(i);
    }
    CHECK(std::abs(neighbours) < 4 * std::sqrt(n));
    CHECK(std::abs(keys) < 4 * std::sqrt(n));
  }
}

}  // namespace test_normal_numbers
