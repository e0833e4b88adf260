// expect: tensacode\[R04\] get<.{1,2}name.{1,2}>: the type has no field of this name\. Fix:
// max_lines: 15
// A misspelled field name.
#include <tensacode/reflect/reflect.hpp>

struct point {
  int x, y;
};

int main() {
  point p{1, 2};
#if defined(TC_REJECT)
  return tc::get<"z">(p);
#else
  return tc::get<"y">(p);
#endif
}
