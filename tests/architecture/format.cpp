// tests/architecture/format.cpp -- uses the format that format.patch adds: lines of `name = value`.
#include <tensacode/io/io.hpp>

#include <cstdio>

struct point {
  double x, y;
};

int main() {
  const std::string text = tc::to_ini(point{1.5, -2});
  std::printf("%s", text.c_str());
  bool refused = false;
  try {
    tc::from_ini<point>("x = 1.5\ny = two\n");
  } catch (const tc::parse_error&) {
    refused = true;
  }
  return refused && tc::from_ini<point>(text).y == -2 ? 0 : 1;
}
