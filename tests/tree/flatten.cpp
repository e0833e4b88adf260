// tests/tree/flatten.cpp -- all numbers of an object as one vector, and back.
#include <tensacode/tree/tree.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
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

std::string why(const auto& f) {
  try {
    f();
  } catch (const tc::error& error) {
    return error.what();
  }
  return "nothing thrown";
}

/// Every number replaced by its double and something; also checks that the rest is kept.
template <class T>
T round_trip(const T& object) {
  auto numbers = tc::flatten(object);
  for (double& number : numbers) number = 2 * number + 1;
  T moved = tc::unflatten<T>(numbers, object);
  CHECK(tc::flatten(moved) == numbers);
  for (double& number : numbers) number = (number - 1) / 2;
  CHECK(tc::equal(tc::unflatten<T>(numbers, moved), object));
  return moved;
}

enum class Color { red, green };
struct Empty {};
struct List {
  double x = 0;
  std::unique_ptr<List> next;
};
struct Tree {
  double x = 0;
  std::vector<Tree> children;
  std::map<std::string, Tree> named;
};
struct Node {
  double x = 0;
  std::shared_ptr<Node> left, right;
};
struct Rest {
  Empty nothing;
  bool bits_of_a_c_array[2] = {true, false};
  double matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
  std::string names[2] = {"a", "b"};
  std::pair<float, std::string> named{1.5F, "pair"};
  std::optional<std::optional<double>> twice;
  std::unique_ptr<double> alone;
  std::shared_ptr<const double> constant;
  std::shared_ptr<std::string> text;
  std::vector<bool> bits{true, false, true};
  std::set<double> keys{1, 2};
  std::multimap<int, double> several{{1, 3.0}, {1, 1.0}, {0, 2.0}};
  std::unordered_map<std::string, double> hashed;
  std::map<std::pair<int, int>, double> odd_keys{{{1, 2}, 3.0}};
  std::deque<double> deque{1, 2};
  std::list<float> list{3};
  std::chrono::duration<double> time{1.5};
  Color color = Color::green;
  std::variant<std::monostate, double, Inner, double> either;
  std::vector<std::unique_ptr<double>> owners;
  std::vector<std::unique_ptr<int>> counts;
  Eigen::Vector3d point{1, 2, 3};
  Eigen::Matrix<float, 2, 2, Eigen::RowMajor> rows = Eigen::Matrix2f::Zero();
  Eigen::ArrayXXd array = Eigen::ArrayXXd::Constant(2, 1, 3);
  Eigen::MatrixXi integers = Eigen::MatrixXi::Constant(2, 2, 7);
};

struct Ignoring {
  double x = 1;
  double cached = 2;
  std::mutex lock;
};
TC_REFLECT(Ignoring)
TC_FIELD(Ignoring, cached, tc::ignore)
TC_FIELD(Ignoring, lock, tc::ignore)

class Throws {
 public:
  Throws() = default;
  explicit Throws(int) { throw 1; }

 private:
  std::string text_;
  TC_REFLECT(Throws, text_)
};

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
    CHECK(tc::flatten(Empty{}).empty());
    CHECK(tc::flatten(std::optional<double>{}).empty());
    CHECK(tc::equal(tc::unflatten<Empty>({}, Empty{}), Empty{}));
  }
  TEST_CASE("a wrong number of numbers is refused") {
    const std::vector<double> like{1, 2};
    const std::vector<double> few{1}, many{1, 2, 3};
    CHECK_THROWS_AS(tc::unflatten<std::vector<double>>(few, like), tc::shape_error);
    CHECK_THROWS_AS(tc::unflatten<std::vector<double>>(many, like), tc::shape_error);
  }
  TEST_CASE("every kind of field goes there and back") {
    Rest object;
    object.twice.emplace(4.0);
    object.alone = std::make_unique<double>(5);
    object.constant = std::make_shared<const double>(6);
    object.text = std::make_shared<std::string>("text");
    object.hashed = {{"c", 1}, {"a", 2}, {"b", 3}};
    object.either.emplace<3>(8.0);
    object.owners.push_back(nullptr);
    object.owners.push_back(std::make_unique<double>(9));
    object.counts.push_back(std::make_unique<int>(3));
    object.rows << 1, 2, 3, 4;
    const std::vector<double> numbers{1, 2, 3, 4, 5, 6, 1.5, 4, 5, 6, 2, 3, 1, 2, 3, 1,
                                      3, 1, 2, 3, 8, 9, 1,   2, 3, 1, 2, 3, 4, 3, 3};
    CHECK(tc::flatten(object) == numbers);
    const Rest moved = round_trip(object);
    CHECK(moved.keys == object.keys);
    CHECK(moved.time == object.time);
    CHECK(moved.integers == object.integers);
    CHECK(moved.either.index() == 3);
    CHECK(moved.text == object.text);  // holds no numbers: copied as a pointer is
    CHECK(moved.constant != object.constant);
    CHECK(*moved.constant == 13);
    CHECK(*moved.counts[0] == 3);
    CHECK(moved.names[1] == "b");
    CHECK(moved.several.find(1)->second == 7);
    round_trip(Rest{});
  }
  TEST_CASE("types that contain themselves go there and back") {
    List list;
    list.x = 1;
    list.next = std::make_unique<List>();
    list.next->x = 2;
    CHECK(tc::flatten(list) == std::vector<double>{1, 2});
    CHECK(round_trip(list).next->x == 5);
    Tree tree{1, {{2, {}, {}}, {3, {{4, {}, {}}}, {}}}, {{"z", {6, {}, {}}}, {"a", {5, {}, {}}}}};
    CHECK(tc::flatten(tree) == std::vector<double>{1, 2, 3, 4, 5, 6});
    round_trip(tree);
  }
  TEST_CASE("what is shared is visited for each pointer, and no longer shared") {
    const auto shared = std::make_shared<Node>(Node{1, {}, {}});
    const Node top{2, shared, shared};
    CHECK(tc::flatten(top) == std::vector<double>{2, 1, 1});
    const Node moved = tc::unflatten<Node>(std::vector<double>{1, 2, 3}, top);
    CHECK(moved.left->x == 2);
    CHECK(moved.right->x == 3);
    CHECK(shared->x == 1);
  }
  TEST_CASE("an object that contains itself is an error that names where") {
    auto node = std::make_shared<Node>();
    node->left = node;
    CHECK(why([&] { tc::flatten(*node); }) ==
          "flatten: the object contains itself: 'left' holds the object again. Fix: cut the cycle, "
          "or use a weak_ptr.");
    CHECK(why([&] { tc::flatten(std::vector{node}); }) ==
          "flatten: the object contains itself: '[0].left' holds '[0]' again. Fix: cut the cycle, "
          "or use a weak_ptr.");
    const std::vector<double> endless(1000);
    CHECK(why([&] {
            tc::unflatten<Node>(endless, *node);
          }).starts_with("unflatten: the object contains itself: 'left' holds"));
    node->left = nullptr;
    // A long cycle behind a way that does not belong to it, on the other side of finite parts.
    auto last = node;
    for (int i = 0; i < 100; ++i) {
      last->left = std::make_shared<Node>();
      last->right = std::make_shared<Node>();
      last = last->right;
    }
    CHECK(tc::flatten(*node).size() == 201);
    last->right = node->right->right;
    CHECK(why([&] { tc::flatten(*node); }).find("right' holds 'right.right' again") !=
          std::string::npos);
    last->right = nullptr;
  }
  TEST_CASE("equal objects have equal numbers, whatever the order of hashing was") {
    std::unordered_map<std::string, double> up, down;
    std::unordered_map<std::pair<int, int>, double, tc::hasher, tc::equal_to> pairs, reversed;
    for (int i = 0; i < 50; ++i) {
      up[std::to_string(i)] = i;
      pairs[{i, -i}] = i;
    }
    for (int i = 49; i >= 0; --i) {
      down[std::to_string(i)] = i;
      reversed[{i, -i}] = i;
    }
    CHECK(tc::flatten(up) == tc::flatten(down));
    CHECK(tc::flatten(pairs) == tc::flatten(reversed));
    round_trip(up);
    round_trip(pairs);
  }
  TEST_CASE("ignored fields are passed by") {
    const Ignoring object;
    CHECK(tc::flatten(object) == std::vector<double>{1});
  }
  TEST_CASE("numbers that are no numbers, and the largest, survive") {
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<double> odd{infinite, -infinite, -0.0, 5e-324, 1.7976931348623157e308};
    CHECK(tc::flatten(odd) == odd);
    CHECK(std::signbit(tc::unflatten<std::vector<double>>(odd, odd)[2]));
    CHECK(std::isnan(tc::flatten(std::optional<double>(std::nan("")))[0]));
  }
  TEST_CASE("a variant without a value has no numbers") {
    std::variant<double, Throws> empty;
    try {
      empty.emplace<Throws>(1);
    } catch (int) {
    }
    REQUIRE(empty.valueless_by_exception());
    CHECK(tc::flatten(empty).empty());
    CHECK_THROWS_AS((tc::unflatten<std::variant<double, Throws>>({}, empty)), tc::argument_error);
  }
}

}  // namespace test_flatten
