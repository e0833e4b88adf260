// expect: tensacode\[R01\] the type is not reflected\. Fix:
// max_lines: 20
// The fields of a class with private members and no field list.
#include <tensacode/reflect/reflect.hpp>

class account {
  double balance_ = 0;

 public:
  double balance() const { return balance_; }
#if !defined(TC_REJECT)
  TC_REFLECT(account, balance_)
#endif
};

int main() { return static_cast<int>(tc::field_count<account>); }
