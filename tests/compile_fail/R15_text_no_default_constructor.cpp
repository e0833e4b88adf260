// expect: offending_field<car, (tc::)?fixed_string<6>\{"motor"\}, engine>(.|\n)*tensacode\[R15\] from_text: the type has no text form or no default constructor\. Fix:
// max_lines: 12
// A reflected class without a default constructor can be written, but not read.
#include <tensacode/io/text.hpp>

class engine {
  int power_ = 0;

 public:
#if !defined(TC_REJECT)
  engine() = default;
#endif
  explicit engine(int power) : power_(power) {}
  TC_REFLECT(engine, power_)
};

struct car {
  engine motor;
};

int main() { tc::from_text<car>(""); }
