// expect: tensacode\[R23\] dtype_of: no dtype for this type of number\. Fix:
// max_lines: 12
// Formats know no long double.
#include <tensacode/io/arrays/dtype.hpp>

#if defined(TC_REJECT)
using number = long double;
#else
using number = double;
#endif

int main() { return static_cast<int>(tc::dtype_of<number>()); }
