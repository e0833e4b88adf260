// tests/odr/main.cpp -- two translation units and a shared library that include the umbrella link
// into one program and agree.
#include "shared.hpp"

#include <cstdio>

int main() {
  const std::string expected = answer_of_first();
  const bool agree = expected == answer_of_second() && expected == answer_of_library();
  std::printf("%s\n%s\n", expected.c_str(), agree ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return agree ? 0 : 1;
}
