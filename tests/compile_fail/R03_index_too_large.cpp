// expect: tensacode\[R03\] get<I>: the type has fewer fields\. Fix:
// max_lines: 15
// The third field of a struct of two.
#include <tensacode/reflect/reflect.hpp>

struct point {
  int x, y;
};

int main() {
  point p{1, 2};
#if defined(TC_REJECT)
  return tc::get<2>(p);
#else
  return tc::get<1>(p);
#endif
}
