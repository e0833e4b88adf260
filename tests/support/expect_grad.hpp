// tests/support/expect_grad.hpp -- one call that checks a gradient.
#pragma once

#include <tensacode/transform/transform.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace test_support {

/// Checks at `arguments` that `f`'s value is `f` of plain numbers, that the reverse sweep agrees
/// with central differences, and that a second run, on the tape the first one used, gives the same
/// bits. `tolerance` is relative to the larger of 1 and the derivative.
template <class F, class... Arguments>
void expect_grad(const F& f, double tolerance, const Arguments&... arguments) {
  const auto first = tc::value_and_grad(f)(arguments...);
  if constexpr (requires { static_cast<double>(f(arguments...)); }) {
    const double plain = static_cast<double>(f(arguments...));
    CHECK(std::abs(static_cast<double>(first.value) - plain) <=
          tolerance * std::fmax(1.0, std::abs(plain)));
  }
  CHECK(tc::check_gradient(f, arguments...) <= tolerance);
  const auto second = tc::value_and_grad(f)(arguments...);
  CHECK(first.value == second.value);
  CHECK(tc::flatten(std::tuple{first.gradient}) == tc::flatten(std::tuple{second.gradient}));
}

}  // namespace test_support
