// tests/architecture/operation.cpp -- uses the operation that operation.patch adds: cbrt.
#include <cmath>
#include <cstdio>
#include <tensacode/transform/transform.hpp>
int main() {
  auto f = [](auto x) {
    using std::cbrt;
    return cbrt(x);
  };
  const auto [value, slope] = tc::value_and_grad(f)(8.0);
  const auto second = tc::hessian(f)(8.0);
  std::printf("%g %g %g\n", value, slope, second(0, 0));
  return std::abs(value - 2) < 1e-12 && std::abs(slope - 1.0 / 12) < 1e-12 &&
                 std::abs(second(0, 0) + 1.0 / 144) < 1e-12
             ? 0
             : 1;
}
