// tests/architecture/estimator.cpp -- uses the estimator that estimator.patch adds: linear_gate.
#include <cmath>
#include <cstdio>
#include <tensacode/tensacode.hpp>
int main() {
  const auto f = [](auto x) {
    return tc::if_(
        x < 0.5, [&] { return 2 * x; }, [&] { return 0 * x; }, tc::linear_gate{.temperature = 0.5});
  };
  // The margin is 0.25, so the weight is 1/2 + 0.25 / 2.
  const auto [value, slope] = tc::value_and_grad(f)(0.25);
  std::printf("%g %g\n", value, slope);
  return std::abs(value - 0.625 * 0.5) < 1e-12 && std::abs(slope - (0.625 * 2 - 0.5 * 0.5)) < 1e-12
             ? 0
             : 1;
}
