// tests/tree/compare.cpp -- structural equality of any two objects of one type.
#include <tensacode/core/random.hpp>
#include <tensacode/tree/tree.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

// xtensor 0.24 itself does not compile with clang 19.
#if __has_include(<xtensor/xarray.hpp>) && !(defined(__clang__) && __clang_major__ >= 19)
#include <xtensor/xarray.hpp>
#define TC_TEST_XTENSOR
#endif

namespace test_compare {

/// Both ways, and the hash agrees.
template <class T>
bool same(const T& a, const T& b) {
  const bool equal = tc::equal(a, b);
  CHECK(tc::equal(b, a) == equal);
  if (equal) CHECK(tc::hash(a) == tc::hash(b));
  CHECK(tc::equal(a, a));
  return equal;
}
/// Different objects, whose hashes differ as those of all but a few objects do.
template <class T>
bool differ(const T& a, const T& b) {
  CHECK(tc::hash(a) != tc::hash(b));
  return !same(a, b);
}

enum class Color { red, green };
struct Empty {};
struct Hidden {
  int shown = 0;
  std::string cached;
  std::complex<double> opaque;
};
TC_REFLECT(Hidden)
TC_FIELD(Hidden, cached, tc::ignore)
TC_FIELD(Hidden, opaque, tc::ignore)

class Throws {
 public:
  Throws() = default;
  explicit Throws(int) { throw 1; }

 private:
  std::string text_;
  TC_REFLECT(Throws, text_)
};

struct List {
  int value = 0;
  std::unique_ptr<List> next;
};
struct Node {
  int value = 0;
  std::shared_ptr<Node> left, right;
};
struct Graph {
  int value = 0;
  std::unordered_map<std::string, std::shared_ptr<Graph>> edges;
};

struct Everything {
  bool flag = true;
  int integer = 3;
  double number = 1.5;
  long double precise = 1.0L / 3;
  Color color = Color::green;
  std::string text = "text";
  std::optional<std::optional<int>> twice = std::optional<int>(3);
  std::variant<std::monostate, int, std::string> either = "text";
  int c_array[2][2] = {{1, 2}, {3, 4}};
  std::array<float, 2> array{1, 2};
  std::tuple<int, std::string> tuple{1, "one"};
  std::vector<bool> bits{true, false};
  std::vector<std::vector<int>> nested{{1}, {}, {2, 3}};
  std::set<std::string> sorted{"a", "b"};
  std::unordered_set<int> hashed{1, 2, 3};
  std::unordered_multiset<int> several{1, 1, 2};
  std::map<std::string, double> table{{"a", 1}};
  std::chrono::milliseconds duration{5};
  std::chrono::system_clock::time_point time{std::chrono::seconds(1)};
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(2, 3);
  Eigen::Vector3f vector = Eigen::Vector3f::Ones();
  Eigen::MatrixXcd complex = Eigen::MatrixXcd::Identity(2, 2);
  std::shared_ptr<const std::string> shared = std::make_shared<const std::string>("shared");
  Empty empty;
};

std::shared_ptr<Node> cycle(int length) {
  auto first = std::make_shared<Node>();
  auto last = first;
  for (int i = 1; i < length; ++i) {
    last->left = std::make_shared<Node>();
    last = last->left;
  }
  last->left = first;
  return first;
}
/// What a cycle holds is let go of, so that the leak checker is content.
void cut(const std::shared_ptr<Node>& node) { node->left = nullptr; }

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

TEST_SUITE("tree/compare") {
  TEST_CASE("every NaN is one number, and so are both zeros") {
    CHECK(same(nan, -nan));
    CHECK(same(0.0, -0.0));
    CHECK(same(0.0F, -0.0F));
    CHECK(same(0.0L, -0.0L));
    CHECK(same(static_cast<long double>(nan), -static_cast<long double>(nan)));
    CHECK(same(static_cast<long double>(infinite), static_cast<long double>(infinite)));
    CHECK(differ(infinite, -infinite));
    CHECK(differ(1.0L, 1.0L + std::numeric_limits<long double>::epsilon()));
    CHECK(differ(0.0, 5e-324));
    CHECK(differ(nan, infinite));
    CHECK(same(std::vector{nan, 0.0}, std::vector{nan, -0.0}));
    CHECK(same(std::unordered_set{nan, 0.0}, std::unordered_set{-0.0, -nan}));
  }
  TEST_CASE("every kind of field counts") {
    const Everything object;
    Everything other;
    CHECK(same(object, other));
    const auto changed = [&](const auto& change) {
      Everything different;
      change(different);
      return differ(object, different);
    };
    CHECK(changed([](Everything& e) { e.flag = false; }));
    CHECK(changed([](Everything& e) { e.integer = -3; }));
    CHECK(changed([](Everything& e) { e.number = 1.25; }));
    CHECK(changed([](Everything& e) { e.precise = 1.0 / 3; }));
    CHECK(changed([](Everything& e) { e.color = Color::red; }));
    CHECK(changed([](Everything& e) { e.text = "Text"; }));
    CHECK(changed([](Everything& e) { e.twice.reset(); }));
    CHECK(changed([](Everything& e) { e.twice->reset(); }));
    CHECK(changed([](Everything& e) { e.either = 3; }));
    CHECK(changed([](Everything& e) { e.either = std::monostate(); }));
    CHECK(changed([](Everything& e) { e.c_array[1][0] = 9; }));
    CHECK(changed([](Everything& e) { e.array[1] = 9; }));
    CHECK(changed([](Everything& e) { std::get<1>(e.tuple) = "two"; }));
    CHECK(changed([](Everything& e) { e.bits.flip(); }));
    CHECK(changed([](Everything& e) { e.bits.push_back(false); }));
    CHECK(changed([](Everything& e) { e.nested = {{}, {1}, {2, 3}}; }));
    CHECK(changed([](Everything& e) { e.sorted.insert("c"); }));
    CHECK(changed([](Everything& e) { e.hashed = {1, 2, 4}; }));
    CHECK(changed([](Everything& e) { e.several = {1, 2, 2}; }));
    CHECK(changed([](Everything& e) { e.table["a"] = 2; }));
    CHECK(changed([](Everything& e) { e.duration *= 2; }));
    CHECK(changed([](Everything& e) { e.time += std::chrono::seconds(1); }));
    CHECK(changed([](Everything& e) { e.matrix(1, 2) = 1; }));
    CHECK(changed([](Everything& e) { e.matrix.resize(3, 2); }));
    CHECK(changed([](Everything& e) { e.vector[2] = 2; }));
    CHECK(changed([](Everything& e) { e.complex(0, 1).imag(1); }));
    CHECK(changed([](Everything& e) { e.shared = nullptr; }));
    CHECK(changed([](Everything& e) { e.shared = std::make_shared<const std::string>("other"); }));
  }
  TEST_CASE("the shape of a matrix counts, of an empty one too") {
    CHECK(differ(Eigen::MatrixXd(0, 2), Eigen::MatrixXd(0, 3)));
    const Eigen::MatrixXd row = Eigen::RowVector4d(1, 2, 3, 4);
    CHECK(differ(row, Eigen::MatrixXd(row.transpose())));
    Eigen::MatrixXd odd(1, 2);
    odd << nan, -0.0;
    Eigen::MatrixXd even(1, 2);
    even << nan, 0.0;
    CHECK(same(odd, even));
  }
#if defined(TC_TEST_XTENSOR)
  TEST_CASE("xtensor arrays compare shape and elements") {
    const xt::xarray<double> a{{1, 2, 3}, {4, 5, 6}};
    xt::xarray<double> b = a;
    CHECK(same(a, b));
    b(1, 2) = 7;
    CHECK(differ(a, b));
    b = a;
    b.reshape({3, 2});
    CHECK(differ(a, b));
  }
#endif
  TEST_CASE("nothing, and something empty, differ") {
    CHECK(differ(std::optional<int>{}, std::optional<int>{0}));
    CHECK(differ(std::vector<std::vector<int>>{}, std::vector<std::vector<int>>{{}}));
    CHECK(differ(std::vector<std::vector<int>>{{0}, {}}, std::vector<std::vector<int>>{{}, {0}}));
    CHECK(differ(std::vector<int>{0}, std::vector<int>{0, 0}));
    CHECK(same(std::unique_ptr<int>{}, std::unique_ptr<int>{}));
    CHECK(same(std::make_unique<int>(3), std::make_unique<int>(3)));
    CHECK(differ(std::make_unique<int>(3), std::unique_ptr<int>{}));
    CHECK(same(Empty{}, Empty{}));
    CHECK(differ(std::variant<int, int>(std::in_place_index<0>, 1),
                 std::variant<int, int>(std::in_place_index<1>, 1)));
  }
  TEST_CASE("variants that lost their value are equal") {
    using either = std::variant<int, Throws>;
    const auto lost = [] {
      either value;
      try {
        value.emplace<Throws>(1);
      } catch (int) {
      }
      REQUIRE(value.valueless_by_exception());
      return value;
    };
    CHECK(same(lost(), lost()));
    CHECK_FALSE(same(lost(), either(0)));
  }
  TEST_CASE("ignored fields do not count, whatever their type") {
    CHECK(same(Hidden{1, "a", {1, 2}}, Hidden{1, "b", {3, 4}}));
    CHECK(differ(Hidden{1, "a", {}}, Hidden{2, "a", {}}));
  }
  TEST_CASE("hashed containers have no order") {
    tc::random_stream random{tc::random_key(1)};
    for (int round = 0; round < 20; ++round) {
      std::vector<std::pair<std::string, int>> entries;
      for (std::size_t i = random.below(30); i > 0; --i)
        entries.emplace_back(std::to_string(random.below(20)), static_cast<int>(random.below(2)));
      auto shuffled = entries;
      tc::shuffle(shuffled, tc::random_key(random.below(1000)));
      using multimap = std::unordered_multimap<std::string, int>;
      const multimap a(entries.begin(), entries.end());
      multimap b(shuffled.begin(), shuffled.end());
      b.rehash(1000);
      CHECK(same(a, b));
      if (b.empty()) continue;
      b.begin()->second += 2;
      CHECK(differ(a, b));
    }
  }
  TEST_CASE("sets sorted by address are compared by what they point at") {
    std::set<std::shared_ptr<int>> a, b;
    for (int i = 0; i < 20; ++i) a.insert(std::make_shared<int>(i));
    for (int i = 19; i >= 0; --i) b.insert(std::make_shared<int>(i));
    CHECK(same(a, b));
    **b.begin() += 100;
    CHECK(differ(a, b));
  }
  TEST_CASE("cycles end, and are equal if no walk tells them apart") {
    const auto one = cycle(1), two = cycle(2), three = cycle(3);
    CHECK(same(*one, *one));
    CHECK(same(*one, *two));
    CHECK(same(two, three));
    CHECK(same(std::vector{one, two}, std::vector{three, three}));
    three->left->value = 1;
    CHECK(differ(two, three));
    // Unequal far from where the walk begins.
    const auto long_one = cycle(1000), long_two = cycle(1000);
    CHECK(same(long_one, long_two));
    auto last = long_two;
    for (int i = 0; i < 999; ++i) last = last->left;
    last->value = 1;
    CHECK_FALSE(same(long_one, long_two));
    for (const auto& node : {one, two, three, long_one, long_two}) cut(node);
  }
  TEST_CASE("cycles through hashed containers end") {
    const auto make = [](int value) {
      auto a = std::make_shared<Graph>(), b = std::make_shared<Graph>();
      a->edges = {{"b", b}, {"self", a}, {"none", nullptr}};
      b->edges = {{"a", a}, {"leaf", std::make_shared<Graph>(Graph{value, {}})}};
      return a;
    };
    const auto a = make(1), b = make(1), c = make(2);
    CHECK(same(a, b));
    CHECK(differ(a, c));
    for (const auto& graph : {a, b, c}) graph->edges.clear();
  }
  TEST_CASE("a graph of 200 doublings is compared and hashed in no time") {
    const auto doubled = [](int depth, int value) {
      auto node = std::make_shared<Node>(Node{value, {}, {}});
      for (int i = 0; i < depth; ++i) node = std::make_shared<Node>(Node{0, node, node});
      return node;
    };
    CHECK(same(doubled(200, 0), doubled(200, 0)));
    CHECK_FALSE(same(doubled(200, 0), doubled(200, 1)));
    CHECK(differ(doubled(50, 0), doubled(50, 1)));
    // What is shared makes no difference.
    const auto leaf = std::make_shared<Node>();
    CHECK(same(Node{1, leaf, leaf}, Node{1, std::make_shared<Node>(), std::make_shared<Node>()}));
  }
  TEST_CASE("a chain of a million pointers takes no stack") {
    const auto chain = [](int value) {
      auto first = std::make_unique<List>();
      first->value = value;
      for (int i = 0; i < 1000000; ++i) {
        auto longer = std::make_unique<List>();
        longer->next = std::move(first);
        first = std::move(longer);
      }
      return first;
    };
    auto a = chain(0), b = chain(0), c = chain(1);
    CHECK(tc::equal(a, b));
    CHECK_FALSE(tc::equal(a, c));
    CHECK(tc::hash(a) == tc::hash(b));
    for (auto* list : {&a, &b, &c})  // not by the destructor, which does take stack
      while (*list) *list = std::move((*list)->next);
  }
  TEST_CASE("equal elements that are pointers find their partners") {
    using pointers = std::unordered_multiset<std::shared_ptr<Node>, tc::hasher, tc::equal_to>;
    const auto node = [](int value) { return std::make_shared<Node>(Node{value, {}, {}}); };
    CHECK(same(pointers{node(1), node(1), node(2)}, pointers{node(2), node(1), node(1)}));
    CHECK(differ(pointers{node(1), node(1), node(2)}, pointers{node(2), node(2), node(1)}));
    // Alike for as long as a hash looks, so that partners are found by trying.
    const auto chain = [&](int last) {
      auto first = node(last);
      for (int i = 0; i < 100; ++i) first = std::make_shared<Node>(Node{0, first, nullptr});
      return first;
    };
    CHECK(tc::hash(chain(1)) == tc::hash(chain(2)));
    CHECK(same(pointers{chain(1), chain(2), chain(3)}, pointers{chain(3), chain(1), chain(2)}));
    CHECK_FALSE(
        same(pointers{chain(1), chain(2), chain(2)}, pointers{chain(2), chain(1), chain(1)}));
  }
  TEST_CASE("objects are keys") {
    std::unordered_map<std::vector<double>, int, tc::hasher, tc::equal_to> map;
    map[{1, nan}] = 1;
    map[{1, nan}] += 1;
    map[{0.0}] = 5;
    CHECK(map.size() == 2);
    CHECK(map.at({1, nan}) == 2);
    CHECK(map.at({-0.0}) == 5);
  }
}

}  // namespace test_compare
