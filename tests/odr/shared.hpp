// tests/odr/shared.hpp -- one type and one question that two translation units and a shared
// library answer alike.
#pragma once

#include <string>

struct odr_point {
  double x = 1;
  int y = 2;
};

std::string answer_of_first();
std::string answer_of_second();
std::string answer_of_library();
