// expect: tensacode\[T01\] gradient: the argument holds floating-point fields of a struct that is no template over its number type\. Fix:
// max_lines: 20
// The gradient by a struct whose numbers are plain doubles, of a function that takes no view of it.
#include <tensacode/transform/transform.hpp>

struct point {
  double x, y;
};

#if defined(TC_REJECT)
const auto area = [](const point& p) { return p.x * p.y; };
#else
const auto area = [](const auto& p) { return p[&point::x] * p[&point::y]; };
#endif

int main() { return static_cast<int>(tc::grad(area)(point{2, 3}).x); }
