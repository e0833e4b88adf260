// expect: misspelt_field<order, (tc::)?fixed_string<6>\{"prise"\}, (tc::)?fixed_string<6>\{"price"\}>(.|\n)*tensacode\[R16\] path: the type has no such part\. Fix:
// max_lines: 12
// A pattern names a field that the type does not have; the message says which one is meant.
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
  tc::for_each_match<"orders[*].prise">(s, [](const tc::path&, auto&) {});
#else
  tc::for_each_match<"orders[*].price">(s, [](const tc::path&, auto&) {});
#endif
  return 0;
}
