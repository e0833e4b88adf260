// expect: offending_field<car, (tc::)?fixed_string<7>\{"motor_"\}, engine>(.|\n)*tensacode\[R30\] equal, hash: the library cannot look into the type\. Fix:
// max_lines: 12
// A class with private members, not reflected, is a field of a struct deep in the type.
#include <tensacode/tree/tree.hpp>

#include <vector>

class engine {
  int power_ = 0;

 public:
  explicit engine(int power) : power_(power) {}
  int power() const { return power_; }
#if !defined(TC_REJECT)
  TC_REFLECT(engine, power_)
#endif
};

struct car {
  int seats;
  std::vector<engine> motor_;
};
struct garage {
  std::vector<car> cars;
};

int main() { return tc::equal(garage{}, garage{}) ? 0 : 1; }
