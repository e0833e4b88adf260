// expect: tensacode\[R08\] TC_FIELD: tc::range is for fields of numbers\. Fix:
// max_lines: 15
// TC_FIELD gives a range to a text.
#include <tensacode/reflect/reflect.hpp>

#include <string>

struct person {
  double age = 0;
  std::string name;
};
#if defined(TC_REJECT)
TC_FIELD(person, name, tc::range(0, 150))
#else
TC_FIELD(person, name, tc::length(0, 150))
#endif

int main() { return tc::is_ignored<person, 0> ? 1 : 0; }
