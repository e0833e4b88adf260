// tests/autodiff/operations_scalar.cpp -- first and second derivatives of every function of
// scalars.
#include <tensacode/transform/transform.hpp>

#include "scalar_table.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace test_operations_scalar {

/// Forward mode against reverse mode, forward over reverse against differences of gradients.
template <class F>
void expect_second_derivative(const F& f, double x) {
  const auto slope = tc::grad(f);
  const double first = slope(x);
  CHECK(std::abs(tc::jvp(f)(x, 1.0).tangent - first) <= 1e-13 * std::fmax(1.0, std::abs(first)));
  const double h = 1e-4 * std::fmax(1.0, std::abs(x));
  const double numeric =
      (8 * (slope(x + h) - slope(x - h)) - (slope(x + 2 * h) - slope(x - 2 * h))) / (12 * h);
  const double second = tc::hvp(f)(x, 1.0);
  CHECK(std::abs(second - numeric) <= 1e-8 * std::fmax(1.0, std::abs(second)));
}

TEST_SUITE("autodiff/operations_scalar") {
  TEST_CASE("every function in forward mode and forward over reverse mode") {
#define TC_TEST_ROW(expression, ...)                                             \
  {                                                                              \
    CAPTURE(#expression);                                                        \
    const auto f = [](const auto& x) {                                           \
      using namespace std;                                                       \
      using namespace tc;                                                        \
      return expression;                                                         \
    };                                                                           \
    for (const double point : {__VA_ARGS__}) expect_second_derivative(f, point); \
  }
    TC_TEST_FUNCTIONS(TC_TEST_ROW)
#undef TC_TEST_ROW
  }
}

}  // namespace test_operations_scalar
