// expect: tensacode\[T05\] gradient: the argument holds variables of another gradient\. Fix:
// max_lines: 32
// A second derivative as the gradient of a gradient.
#include <tensacode/transform/transform.hpp>

int main() {
  const auto cube = [](const auto& x) { return x * x * x; };
#if defined(TC_REJECT)
  const auto slope = [&](const auto& x) { return tc::grad(cube)(x); };
  return static_cast<int>(tc::grad(slope)(2.0));
#else
  return static_cast<int>(tc::grad(cube)(2.0));
#endif
}
