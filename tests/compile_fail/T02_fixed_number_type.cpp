// expect: offending_field<point, (tc::)?fixed_string<2>\{"x"\}, double>(.|\n)*tensacode\[T02\] tree: the new numbers are of a type that the field cannot hold\. Fix:
// max_lines: 12
// A function that returns another number type, over a struct whose numbers are plain doubles.
#include <tensacode/tree/tree.hpp>

#include <complex>
#include <vector>

#if defined(TC_REJECT)
struct point {
  double x, y;
};
using element = point;
#else
template <class Real>
struct point {
  Real x, y;
};
using element = point<double>;
#endif

int main() {
  const auto turned =
      tc::map(std::vector<element>(2), [](double x) { return std::complex<double>(0, x); });
  return static_cast<int>(turned.size());
}
