// tests/autodiff/variable.cpp -- every scalar function against central differences.
#include <tensacode/autodiff/variable.hpp>

#include <support/expect_grad.hpp>

#include "scalar_table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace test_variable {

using test_support::expect_grad;

template <class Scalar>
Scalar slope(auto f, Scalar x) {
  return tc::grad(f)(x);
}

TEST_SUITE("autodiff/variable") {
  TEST_CASE("every function agrees with central differences"){
#define TC_TEST_ROW(expression, ...)                                      \
  {                                                                       \
    CAPTURE(#expression);                                                 \
    const auto f = [](const auto& x) {                                    \
      using namespace std;                                                \
      using namespace tc;                                                 \
      return expression;                                                  \
    };                                                                    \
    for (const double point : {__VA_ARGS__}) expect_grad(f, 1e-8, point); \
  }
      TC_TEST_FUNCTIONS(TC_TEST_ROW)
#undef TC_TEST_ROW
  } TEST_CASE("floats agree with doubles"){
#define TC_TEST_ROW(expression, ...)                                                   \
  {                                                                                    \
    CAPTURE(#expression);                                                              \
    const auto f = [](const auto& x) { return expression; };                           \
    for (const double point : {__VA_ARGS__}) {                                         \
      const double wide = slope(f, point);                                             \
      const float narrow = slope(f, static_cast<float>(point));                        \
      CHECK(std::abs(wide - double(narrow)) <= 2e-5 * std::fmax(1.0, std::abs(wide))); \
    }                                                                                  \
  }
      TC_TEST_FUNCTIONS(TC_TEST_ROW)
#undef TC_TEST_ROW
  } TEST_CASE("an expression named by auto owns what it is made of") {
    const auto make = [](const auto& x) {
      auto product = x * (x + 1);
      auto sum = product + 2 * x;
      return sum;
    };
    const auto f = [&](const auto& x) { return tc::var(make(x) * make(x)); };
    CHECK(tc::grad(f)(2.0) == 2 * 10 * 7);
  }
  TEST_CASE("variables outside of a recording are numbers") {
    tc::var x = 2;
    x = x * x + 1;
    CHECK(x.value() == 5);
    CHECK(x.slot() == 0);
    CHECK(tc::var::input(3).slot() == 0);
    CHECK(tc::var().value() == 0);
  }
  TEST_CASE("assignment operators and aliasing") {
    const auto f = [](tc::var x) {
      x += x;
      x *= x;
      x -= 1;
      x /= 2;
      ++x;
      --x;
      return x;
    };
    CHECK(tc::grad(f)(3.0) == 12);
    CHECK(tc::value_and_grad(f)(3.0).value == 17.5);
  }
  TEST_CASE("singular points have the derivative stated for them") {
    const auto at_zero = [](auto f) { return tc::grad(f)(0.0); };
    CHECK(at_zero([](auto x) { return tc::var(abs(x)); }) == 0);
    CHECK(at_zero([](auto x) { return tc::var(hypot(x, 0)); }) == 0);
    CHECK(at_zero([](auto x) { return tc::var(pow(x, 0)); }) == 0);
    CHECK(at_zero([](auto x) { return tc::var(max(x, 0)); }) == 1);
    CHECK(at_zero([](auto x) { return tc::var(max(0, x)); }) == 0);
    CHECK(std::isinf(at_zero([](auto x) { return tc::var(sqrt(x)); })));
    CHECK(tc::grad([](auto x) { return tc::var(sigmoid(x)); })(-800.0) == 0);
    CHECK(tc::sigmoid(-800.0) == 0);
    CHECK(tc::sigmoid(800.0) == 1);
  }
  TEST_CASE("not-a-number passes through values and derivatives") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto [value, gradient] = tc::value_and_grad([](auto x) { return tc::var(x * x); })(nan);
    CHECK(std::isnan(value));
    CHECK(std::isnan(gradient));
    CHECK(isnan(tc::var(nan)));
    CHECK_FALSE(isfinite(tc::var(1) / 0));
  }
  TEST_CASE("value() is the primal of anything") {
    CHECK(tc::value(2.5) == 2.5);
    CHECK(tc::value(tc::var(2.5)) == 2.5);
    CHECK(tc::value(tc::var(2) * 3) == 6);
    CHECK(std::numeric_limits<tc::var>::is_specialized);
  }
}

}  // namespace test_variable
