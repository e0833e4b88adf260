// expect: tensacode\[T07\] preaccumulate: the function captures something, and a captured variable would lose its gradient\. Fix:
// max_lines: 15
// A block that captures what should be an argument.
#include <tensacode/transform/custom.hpp>

int main() {
  const tc::var factor = 2;
#if defined(TC_REJECT)
  const auto block = [factor](const auto& x) { return x * factor; };
  tc::preaccumulate(block, tc::var(1));
#else
  const auto block = [](const auto& x, const auto& y) { return x * y; };
  tc::preaccumulate(block, tc::var(1), factor);
#endif
}
