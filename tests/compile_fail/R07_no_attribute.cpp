// expect: tensacode\[R07\] TC_FIELD: not an attribute\. Fix:
// max_lines: 15
// TC_FIELD is something else than an attribute.
#include <tensacode/reflect/reflect.hpp>

#include <string>

struct person {
  double age = 0;
  std::string name;
};
#if defined(TC_REJECT)
TC_FIELD(person, age, 150)
#else
TC_FIELD(person, age, tc::range(0, 150))
#endif

int main() { return tc::is_ignored<person, 0> ? 1 : 0; }
