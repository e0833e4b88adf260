// expect: tensacode\[R09\] TC_FIELD: tc::length is for text and containers\. Fix:
// max_lines: 15
// TC_FIELD gives a length to a number.
#include <tensacode/reflect/reflect.hpp>

#include <string>

struct person {
  double age = 0;
  std::string name;
};
#if defined(TC_REJECT)
TC_FIELD(person, age, tc::length(0, 150))
#else
TC_FIELD(person, age, tc::range(0, 150))
#endif

int main() { return tc::is_ignored<person, 0> ? 1 : 0; }
