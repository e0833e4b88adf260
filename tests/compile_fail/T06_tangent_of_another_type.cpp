// expect: tensacode\[T06\] jvp, hvp: the arguments are not followed by one tangent each of the same types\. Fix:
// max_lines: 20
// A derivative along a direction that is of another type than the argument.
#include <tensacode/transform/transform.hpp>

#include <vector>

int main() {
  const auto first = [](const auto& v) { return v[0] * v[0]; };
  const std::vector<double> x{1, 2};
#if defined(TC_REJECT)
  tc::jvp(first)(x, 1.0);
#else
  tc::jvp(first)(x, std::vector<double>{1, 0});
#endif
}
