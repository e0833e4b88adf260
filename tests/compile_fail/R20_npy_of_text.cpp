// expect: offending_type<std::vector<std::(.|\n)*tensacode\[R20\] npy: the type is no array of numbers\. Fix:
// max_lines: 12
// Text is no number.
#include <tensacode/io/npy.hpp>

#include <string>
#include <vector>

#if defined(TC_REJECT)
using element = std::string;
#else
using element = double;
#endif

int main() { tc::write_npy("names.npy", std::vector<element>{}); }
