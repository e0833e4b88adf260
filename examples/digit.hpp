// examples/digit.hpp -- a handwritten digit of UCI Optical Recognition of Handwritten Digits (CC BY
// 4.0): 8 x 8 grey values from 0 to 16, row by row.
#pragma once

#include <tensacode/tensacode.hpp>

namespace digit {

struct Image {
  int p00, p01, p02, p03, p04, p05, p06, p07, p10, p11, p12, p13, p14, p15, p16, p17, p20, p21, p22,
      p23, p24, p25, p26, p27, p30, p31, p32, p33, p34, p35, p36, p37, p40, p41, p42, p43, p44, p45,
      p46, p47, p50, p51, p52, p53, p54, p55, p56, p57, p60, p61, p62, p63, p64, p65, p66, p67, p70,
      p71, p72, p73, p74, p75, p76, p77;
};
struct Label {
  int digit;
};

TC_REFLECT(Image)
TC_REFLECT(Label)
TC_FIELD(Label, digit, tc::range(0, 9), tc::categorical)

}  // namespace digit
