// tests/odr/second.cpp -- the second translation unit that includes the umbrella.
#include "answer.hpp"

std::string answer_of_second() { return answer(); }
