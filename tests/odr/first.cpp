// tests/odr/first.cpp -- the first translation unit that includes the umbrella.
#include "answer.hpp"

std::string answer_of_first() { return answer(); }
