// tests/autodiff/scalar_table.hpp -- every function of scalars, and points to check it at.
// Beside operation_table.hpp, which is for tensors; docs/operations.md is printed from both.
#pragma once

// One row a function: the expression in x, and points where it is smooth.
#define TC_TEST_FUNCTIONS(ROW)            \
  ROW(exp(x), -2.0, 0.0, 1.5)             \
  ROW(expm1(x), -2.0, 1e-3, 1.5)          \
  ROW(log(x), 0.3, 1.0, 7.0)              \
  ROW(log1p(x), -0.5, 1e-3, 7.0)          \
  ROW(sqrt(x), 0.3, 1.0, 7.0)             \
  ROW(sin(x), -2.0, 0.0, 1.5)             \
  ROW(cos(x), -2.0, 0.0, 1.5)             \
  ROW(tan(x), -1.0, 0.0, 1.2)             \
  ROW(asin(x), -0.7, 0.0, 0.6)            \
  ROW(acos(x), -0.7, 0.0, 0.6)            \
  ROW(atan(x), -2.0, 0.0, 1.5)            \
  ROW(sinh(x), -2.0, 0.0, 1.5)            \
  ROW(cosh(x), -2.0, 0.0, 1.5)            \
  ROW(tanh(x), -2.0, 0.0, 1.5)            \
  ROW(abs(x), -2.0, 1.5)                  \
  ROW(fabs(x), -2.0, 1.5)                 \
  ROW(erf(x), -2.0, 0.0, 1.5)             \
  ROW(sigmoid(x), -30.0, -2.0, 0.0, 30.0) \
  ROW(square(x), -2.0, 0.0, 1.5)          \
  ROW(-x, -2.0, 1.5)                      \
  ROW(+x, -2.0, 1.5)                      \
  ROW(x + x, -2.0, 1.5)                   \
  ROW(x + 2, -2.0, 1.5)                   \
  ROW(2 - x, -2.0, 1.5)                   \
  ROW(x* x* x, -2.0, 0.0, 1.5)            \
  ROW(3 * x, -2.0, 1.5)                   \
  ROW(x / 4, -2.0, 1.5)                   \
  ROW(1 / x, -2.0, 1.5)                   \
  ROW((x + 1) / (x * x + 1), -2.0, 1.5)   \
  ROW(pow(x, 3), -2.0, 0.5, 1.5)          \
  ROW(pow(x, 2.5), 0.5, 1.5)              \
  ROW(pow(2, x), -2.0, 1.5)               \
  ROW(pow(x, x), 0.5, 1.5)                \
  ROW(atan2(x, 2), -2.0, 1.5)             \
  ROW(atan2(x, x* x), -2.0, 1.5)          \
  ROW(hypot(x, 3), -2.0, 1.5)             \
  ROW(hypot(x, x + 1), -2.0, 1.5)         \
  ROW(max(x, 0.25 * x * x), -2.0, 1.5)    \
  ROW(min(x, 0.25 * x * x), -2.0, 1.5)    \
  ROW(fmax(x, -x), -2.0, 1.5)             \
  ROW(fmin(x, -x), -2.0, 1.5)             \
  ROW(exp(sin(x) * x) / (1 + x * x), -2.0, 1.5)
