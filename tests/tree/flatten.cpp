// tests/tree/flatten.cpp -- all numbers of an object as one vector, and back.
#include <tensacode/tree/tree.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace test_flatten {

struct Inner {
  float f = 0;
  int skipped = 0;
};
struct Outer {
  double x = 0;
  std::string name;
  std::vector<Inner> inner;
  std::array<double, 2> pair{};
  double grid[2] = {};
  std::optional<double> maybe;
  std::map<std::string, double> table;
  std::variant<int, double> either;
  std::tuple<double, bool> last;
  Eigen::MatrixXd matrix;
};

Outer example() {
  Outer object;
  object.x = 1;
  object.name = "kept";
  object.inner = {{2, 9}, {3, 8}};
  object.pair = {4, 5};
  object.grid[0] = 6;
  object.grid[1] = 7;
  object.maybe = 8;
  object.table = {{"b", 10}, {"a", 9}};
  object.either = 11.0;
  object.last = {12, true};
  object.matrix = Eigen::Matrix2d{{13, 15}, {14, 16}};
  return object;
}

TEST_SUITE("tree/flatten") {
  TEST_CASE("numbers come in order of declaration, keys and columns") {
    std::vector<double> numbers;
    for (int i = 1; i <= 16; ++i) numbers.push_back(i);
    CHECK(tc::flatten(example()) == numbers);
  }
  TEST_CASE("unflatten puts other numbers in and keeps the rest") {
    auto numbers = tc::flatten(example());
    for (double& number : numbers) number *= -2;
    const Outer moved = tc::unflatten<Outer>(numbers, example());
    CHECK(tc::flatten(moved) == numbers);
    CHECK(moved.name == "kept");
    CHECK(moved.inner[1].skipped == 8);
    CHECK(moved.grid[1] == -14);
    CHECK(std::get<bool>(moved.last));
  }
  TEST_CASE("absent numbers are none, and empty objects are empty") {
    Outer object;
    object.either = 3;
    CHECK(tc::flatten(object).size() == 6);
    CHECK(tc::flatten(std::vector<double>{}).empty());
    CHECK(tc::flatten(std::string("text")).empty());
    CHECK(tc::flatten(7).empty());
  }
  TEST_CASE("a wrong number of numbers is refused") {
    const std::vector<double> like{1, 2};
    const std::vector<double> few{1}, many{1, 2, 3};
    CHECK_THROWS_AS(tc::unflatten<std::vector<double>>(few, like), tc::shape_error);
    CHECK_THROWS_AS(tc::unflatten<std::vector<double>>(many, like), tc::shape_error);
  }
}

}  // namespace test_flatten
