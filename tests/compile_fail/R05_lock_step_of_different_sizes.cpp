// expect: tensacode\[R05\] for_each_field: the objects differ in their number of fields\. Fix:
// max_lines: 15
// A point of two fields in lock step with one of three.
#include <tensacode/reflect/reflect.hpp>

struct flat {
  int x, y;
};
struct solid {
  int x, y, z;
};

int main() {
  int sum = 0;
  const auto add = [&](std::string_view, int a, int b) { sum += a * b; };
#if defined(TC_REJECT)
  tc::for_each_field(add, flat{1, 2}, solid{3, 4, 5});
#else
  tc::for_each_field(add, flat{1, 2}, flat{3, 4});
#endif
  return sum;
}
