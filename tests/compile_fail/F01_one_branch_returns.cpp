// expect: tensacode\[F01\] if_: one branch returns a value and the other does not\. Fix:
// max_lines: 15
// The second branch forgets its return.
#include <tensacode/control/control.hpp>

int main() {
  const bool condition = true;
#if defined(TC_REJECT)
  tc::if_(condition, [] { return 1; }, [] {});
#else
  tc::if_(condition, [] { return 1; }, [] { return 2; });
#endif
}
