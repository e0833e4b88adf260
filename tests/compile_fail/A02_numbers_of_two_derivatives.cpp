// expect: tensacode\[A02\] a variable of one derivative meets a dual number, .* Fix:
// max_lines: 50
// A function that is differentiated forwards and captures a variable of a gradient.
#include <tensacode/transform/transform.hpp>

int main() {
  tc::recording<double> recorded;
#if defined(TC_REJECT)
  const auto captured = tc::var::input(3);
#else
  const double captured = 3;
#endif
  const auto f = [captured](const auto& x) { return x * captured; };
  return static_cast<int>(tc::jvp(f)(2.0, 1.0).tangent);
}
