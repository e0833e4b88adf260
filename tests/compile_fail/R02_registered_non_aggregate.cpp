// expect: tensacode\[R02\] TC_REFLECT: the type is neither an aggregate nor an enum\. Fix:
// max_lines: 15
// A class with private members was registered with the one-argument form.
#include <tensacode/reflect/reflect.hpp>

class account {
  double balance_ = 0;

#if defined(TC_REJECT)
};
TC_REFLECT(account)
#else
  TC_REFLECT(account, balance_)
};
#endif
