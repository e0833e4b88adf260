// expect: tensacode\[C02\] encode: a type that contains itself has no fixed network\. Fix:
// max_lines: 12
// A tree: its encoder would be as deep as the object.
#include <tensacode/codec/leaves.hpp>

#include <vector>

struct node {
  double weight = 0;
#if defined(TC_REJECT)
  std::vector<node> children;
#endif
};

int main() { return static_cast<int>(tc::codec<node>::describe("").children.size()); }
