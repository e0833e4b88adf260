// tests/odr/library.cpp -- the same, in a shared library of its own.
#include "answer.hpp"

std::string answer_of_library() { return answer(); }
