// tests/fuzz/types.hpp -- the types that the fuzz targets read.
#pragma once

#include <tensacode/io/io.hpp>
#include <tensacode/tree/compare.hpp>

#include <unistd.h>
#include <chrono>
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
  std::optional<std::string> note;
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> when;
  std::optional<float> single;
};

/// A name of this process's own, in memory where the system has a folder there.
inline std::string file_name(const std::string& name) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  return (folder / ("tensacode_" + name + "_" + std::to_string(getpid()))).string();
}
/// Where targets write what they read again.
inline const std::string& second_path() {
  static const std::string path = file_name("fuzz_again");
  return path;
}

/// A file that readers open by path; its bytes are the fuzzer's input.
inline const char* file_of(const std::uint8_t* data, std::size_t size) {
  static const std::string path = file_name("fuzz");
  tc::write_file(path, {reinterpret_cast<const char*>(data), size});
  return path.c_str();
}

}  // namespace fuzz
