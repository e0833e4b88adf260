// expect: tensacode\[A01\] one statement has more than 254 operands\. Fix:
// max_lines: 15
// A statement of 255 operands.
#include <tensacode/autodiff/autodiff.hpp>

int main() {
  tc::recording<double> recorded;
  const auto push = [](const auto& sink) { sink(1.0, 0); };
#if defined(TC_REJECT)
  return static_cast<int>(recorded.tape().record<255>(push));
#else
  return static_cast<int>(recorded.tape().record<254>(push));
#endif
}
