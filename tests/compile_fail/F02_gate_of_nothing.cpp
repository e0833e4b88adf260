// expect: tensacode\[F02\] if_: a gate mixes what the branches return, and these return nothing\. Fix:
// max_lines: 15
// A gate over branches that only act.
#include <tensacode/control/control.hpp>

int main() {
  const tc::var x = 1;
#if defined(TC_REJECT)
  tc::if_(x < 2, [] {}, [] {}, tc::gate{});
#else
  tc::if_(x < 2, [] {}, [] {}, tc::hard);
#endif
}
