// expect: tensacode\[A01\] one statement has more than 126 operands\. Fix:
// max_lines: 15
// A statement of 127 operands.
#include <tensacode/autodiff/autodiff.hpp>

int main() {
  tc::recording<double> recorded;
#if defined(TC_REJECT)
  constexpr std::size_t operands = 127;
#else
  constexpr std::size_t operands = 126;
#endif
  double partials[operands] = {};
  tc::adjoint_slot slots[operands] = {};
  return static_cast<int>(recorded.tape().record(partials, slots));
}
