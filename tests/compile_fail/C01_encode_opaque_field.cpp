// expect: offending_field<wheel, (tc::)?fixed_string<5>\{"size"\}, double ?\*>(.|\n)*tensacode\[C01\] encode: the type has no codec\. Fix:
// max_lines: 12
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
