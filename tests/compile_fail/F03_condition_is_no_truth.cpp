// expect: tensacode\[F03\] while_: the condition returns neither a bool nor a comparison\. Fix:
// max_lines: 15
// A loop that runs while a number is.
#include <tensacode/control/control.hpp>

int main() {
  const auto step = [](int& n) { --n; };
#if defined(TC_REJECT)
  return tc::while_(3, [](int n) { return n; }, step);
#else
  return tc::while_(3, [](int n) { return n > 0; }, step);
#endif
}
