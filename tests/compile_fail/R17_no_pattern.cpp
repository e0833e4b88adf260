// expect: tensacode\[R17\] path: not a path\. Fix:
// max_lines: 12
// A pattern with a bracket that does not end.
#include <tensacode/reflect/reflect.hpp>

#include <vector>

struct order {
  double price = 0;
};
struct shop {
  std::vector<order> orders;
};

int main() {
  shop s;
#if defined(TC_REJECT)
  tc::for_each_match<"orders[*.price">(s, [](const tc::path&, auto&) {});
#else
  tc::for_each_match<"orders[*].price">(s, [](const tc::path&, auto&) {});
#endif
  return 0;
}
