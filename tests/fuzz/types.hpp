// tests/fuzz/types.hpp -- the types that the fuzz targets read.
#pragma once

#include <tensacode/io/io.hpp>

#include <unistd.h>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace fuzz {

enum class Color { red, green, light_blue };
struct Rect {
  int width = 0, height = 0;
};
struct Circle {
  double radius = 0;
  std::optional<std::string> label;
};
struct Node {
  std::uint8_t byte = 0;
  std::int64_t large = 0;
  float single = 0;
  double real = 0;
  bool flag = false;
  Color color = Color::red;
  std::string text;
  std::variant<std::monostate, int, double, std::string, Rect, Circle, std::vector<int>> any;
  std::map<std::string, int> counts;
  std::map<Color, int> by_color;
  std::map<std::pair<int, int>, bool> by_pair;
  std::set<int> numbers;
  std::tuple<int, std::string> pair;
  std::vector<Node> children;
};
struct Row {
  int age = 0;
  double hours = 0;
  std::optional<bool> flag;
  std::optional<Color> color;
  std::string text;
  Rect box;
};

/// A file in memory that readers open by path; its bytes are the fuzzer's input.
inline const char* file_of(const std::uint8_t* data, std::size_t size) {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("tensacode_fuzz_" + std::to_string(getpid())))
          .string();
  tc::write_file(path, {reinterpret_cast<const char*>(data), size});
  return path.c_str();
}

}  // namespace fuzz
