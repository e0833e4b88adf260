// expect: tensacode\[R06\] TC_FIELD: the type has no field of this name\. Fix:
// max_lines: 15
// TC_FIELD names a field that the type does not have.
#include <tensacode/reflect/reflect.hpp>

#include <string>

struct person {
  double age = 0;
  std::string name;
};
#if defined(TC_REJECT)
TC_FIELD(person, agee, tc::doc("years"))
#else
TC_FIELD(person, age, tc::doc("years"))
#endif

int main() { return tc::is_ignored<person, 0> ? 1 : 0; }
