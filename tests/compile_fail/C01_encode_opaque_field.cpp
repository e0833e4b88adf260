// expect: tensacode\[C01\] encode: a field's type has no codec\. Fix:
// max_lines: 30
// A pointer deep in the struct that is learned from.
#include <tensacode/codec/leaves.hpp>

#include <vector>

struct wheel {
#if defined(TC_REJECT)
  double* size;
#else
  double size;
#endif
};
struct car {
  std::vector<wheel> wheels;
};

int main() { return static_cast<int>(tc::codec<car>::describe("").children.size()); }
