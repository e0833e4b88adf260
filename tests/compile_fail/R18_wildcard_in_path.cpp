// expect: tensacode\[R18\] at<"path">: the path has a wildcard\. Fix:
// max_lines: 12
// A wildcard where one part is asked for.
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
  static_cast<void>(tc::at<"orders[*].price">(s));
#else
  static_cast<void>(tc::at<"orders">(s));
#endif
  return 0;
}
