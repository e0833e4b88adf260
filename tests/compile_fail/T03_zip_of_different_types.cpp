// expect: tensacode\[T03\] zip: the objects are of different types\. Fix:
// max_lines: 15
// Parameters of one type and a gradient of another.
#include <tensacode/tree/tree.hpp>

#include <vector>

template <class Real>
struct line {
  Real slope, offset;
};
template <class Real>
struct parabola {
  Real a, b;
};
#if defined(TC_REJECT)
using gradient = parabola<double>;
#else
using gradient = line<float>;
#endif

int main() {
  const auto moved =
      tc::zip(line<double>{1, 2}, gradient{1, 2}, [](double p, double g) { return p - 0.1 * g; });
  return static_cast<int>(moved.slope);
}
