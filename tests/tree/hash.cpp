// tests/tree/hash.cpp -- a hash of any object. That equal objects have equal hashes is checked by
// tests/tree/compare.cpp.
#include <tensacode/tree/hash.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace test_tree_hash {

enum class Color { red, green };
struct Object {
  int integer = -3;
  double number = 1.5;
  long double precise = 1.0L / 3;
  std::string text = "text";
  Color color = Color::green;
  std::optional<float> maybe = 0.25F;
  std::variant<int, std::string> either = "text";
  std::map<std::string, std::vector<bool>> table{{"a", {true}}, {"b", {}}};
};

TEST_SUITE("tree/hash") {
  TEST_CASE("the hash is the same with every compiler and in every run") {
    CHECK(tc::hash(0) == 0);
    CHECK(tc::hash(1.5) == 0x885dcc874e75b6f0);
    CHECK(tc::hash(std::string("text")) == 0xfa04f4ef1995407e);
    CHECK(tc::hash(Object{}) == 0x322c5947315e1762);
  }
  TEST_CASE("objects that differ a little have different hashes, and different low bits") {
    std::set<std::uint64_t> hashes;
    std::vector<int> low(16);
    for (int i = 0; i < 4096; ++i) {
      const std::uint64_t hash = tc::hash(std::vector<int>{i % 16, i / 16 % 16, i / 256});
      hashes.insert(hash);
      ++low[hash % 16];
    }
    CHECK(hashes.size() == 4096);
    for (const int count : low) CHECK(count == doctest::Approx(256).epsilon(0.3));
  }
}

}  // namespace test_tree_hash
