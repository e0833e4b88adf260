// expect: tensacode\[T01\] gradient: the argument holds floating-point fields of a struct that is no template over its number type\. Fix:
// max_lines: 20
// The gradient by a struct whose numbers are plain doubles.
#include <tensacode/transform/transform.hpp>

#if defined(TC_REJECT)
struct point {
  double x, y;
};
using argument = point;
#else
template <class Real>
struct point {
  Real x, y;
};
using argument = point<double>;
#endif

int main() {
  const auto area = [](const auto& p) { return tc::var(p.x * p.y); };
  return static_cast<int>(tc::grad(area)(argument{2, 3}).x);
}
