// tests/tree/map.cpp -- a function of numbers applied to whole objects.
#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/transform/transform.hpp>
#include <tensacode/tree/tree.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace test_map {

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 3, 1> position = Eigen::Matrix<Real, 3, 1>::Zero();
  std::string name;
  std::optional<Real> charge;
  std::vector<Body> moons;
};

struct Plain {
  double x = 0;
  float y = 0;
};
struct Node {
  double x = 0;
  std::shared_ptr<Node> next;
};
template <class Real>
struct Zoo {
  Real number{};
  float single = 0;
  int integer = 0;
  std::string text;
  Real list[2] = {};
  std::array<Real, 2> array{};
  std::vector<std::vector<Real>> nested;
  std::optional<std::optional<Real>> twice;
  std::unique_ptr<Real> alone;
  std::shared_ptr<const Real> shared;
  std::variant<Real, std::string, std::vector<Real>> either;
  std::map<std::string, Real, std::greater<>> falling;
  std::unordered_map<std::string, Real> hashed;
  std::tuple<Real, std::pair<int, Real>> tuple;
  Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic> matrix;
  Eigen::Array<Real, 2, 2, Eigen::RowMajor> rows =
      Eigen::Array<Real, 2, 2, Eigen::RowMajor>::Zero();
  std::vector<bool> bits;
};

Zoo<double> random_zoo(tc::random_stream& random) {
  Zoo<double> zoo;
  zoo.number = random.normal();
  zoo.single = static_cast<float>(random.normal());
  zoo.integer = static_cast<int>(random.below(9));
  zoo.text = std::to_string(random.below(100));
  for (double& x : zoo.list) x = random.normal();
  for (double& x : zoo.array) x = random.normal();
  for (std::size_t i = random.below(4); i > 0; --i)
    zoo.nested.emplace_back(random.below(3), random.normal());
  if (random.below(3)) zoo.twice.emplace();
  if (zoo.twice && random.below(2)) zoo.twice->emplace(random.normal());
  if (random.below(2)) zoo.alone = std::make_unique<double>(random.normal());
  if (random.below(2)) zoo.shared = std::make_shared<const double>(random.normal());
  if (random.below(2)) zoo.either = "text";
  if (random.below(2)) zoo.either = std::vector<double>{random.normal()};
  for (std::size_t i = random.below(20); i > 0; --i) {
    zoo.falling[std::to_string(random.below(100))] = random.normal();
    zoo.hashed[std::to_string(random.below(100))] = random.normal();
  }
  zoo.tuple = {random.normal(), {3, random.normal()}};
  zoo.matrix.resize(static_cast<Eigen::Index>(random.below(3)),
                    static_cast<Eigen::Index>(random.below(3)));
  for (Eigen::Index i = 0; i < zoo.matrix.size(); ++i) zoo.matrix.data()[i] = random.normal();
  for (Eigen::Index i = 0; i < zoo.rows.size(); ++i) zoo.rows.data()[i] = random.normal();
  zoo.bits.resize(random.below(3));
  return zoo;
}

std::string why(const auto& f) {
  try {
    f();
  } catch (const tc::error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST_SUITE("tree/map") {
  TEST_CASE("mapping and flattening commute") {
    tc::random_stream random{tc::random_key(1)};
    for (int round = 0; round < 50; ++round) {
      const Zoo<double> zoo = random_zoo(random);
      const auto f = [](auto x) { return 3 * x - 1; };
      const Zoo<double> mapped = tc::map(zoo, f);
      const auto before = tc::flatten(zoo), after = tc::flatten(mapped);
      REQUIRE(before.size() == after.size());
      for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(after[i] == doctest::Approx(f(before[i])).epsilon(1e-6));  // one field is a float
      CHECK(mapped.text == zoo.text);
      CHECK(mapped.bits == zoo.bits);
      CHECK(tc::equal(tc::map(zoo, [](auto x) { return x; }), zoo));
      // The same through another number type: the order does not depend on it.
      const Zoo<float> single = tc::map(zoo, [](double x) { return static_cast<float>(x); });
      const auto rounded = tc::flatten(single);
      REQUIRE(rounded.size() == before.size());
      for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(rounded[i] == static_cast<double>(static_cast<float>(before[i])));
    }
  }
  TEST_CASE("numbers are met in the order of flatten") {
    tc::random_stream random{tc::random_key(2)};
    const Zoo<double> zoo = random_zoo(random);
    std::vector<double> seen;
    tc::map(zoo, [&seen](auto x) {
      seen.push_back(static_cast<double>(x));
      return x;
    });
    CHECK(seen == tc::flatten(zoo));
    int count = 0;
    const auto numbered = tc::map(zoo, [count](auto) mutable { return count++ * 1.0; });
    CHECK(tc::flatten(numbered).back() == static_cast<double>(seen.size() - 1));
  }
  TEST_CASE("another number type gives the tree over it") {
    const Body<double> sun{1, {1, 2, 3}, "sun", 4.0, {{2, {}, "moon", {}, {}}}};
    const auto single = tc::map(sun, [](double x) { return static_cast<float>(x); });
    static_assert(std::is_same_v<decltype(single), const Body<float>>);
    CHECK(single.position[2] == 3.0F);
    CHECK(single.moons[0].name == "moon");
    const auto variables = tc::map(sun, [](double x) { return tc::var(x); });
    static_assert(std::is_same_v<decltype(variables), const Body<tc::var>>);
    CHECK(tc::value(variables.position[1]) == 2);
    const auto twice = tc::map(variables, [](const auto& x) { return 2 * x; });
    static_assert(std::is_same_v<decltype(twice), const Body<tc::var>>);
    const Body<double> back = tc::map(twice, [](const auto& x) { return tc::value(x); });
    CHECK(tc::equal(back, tc::map(sun, [](double x) { return 2 * x; })));
    const auto mask = tc::map(std::vector<double>{1, -1}, [](double x) { return x > 0; });
    CHECK(mask == std::vector<bool>{true, false});
    const auto whole = tc::map(std::array{1.5, -2.5}, [](double x) { return std::lround(x); });
    CHECK(whole == std::array<long, 2>{2, -3});
    CHECK(tc::map(2.0, [](double x) { return x / 2; }) == 1.0);
  }
  TEST_CASE("a field that is no argument of a template keeps its type") {
    const Plain mapped = tc::map(Plain{1, 2}, [](double x) { return x / 4; });
    CHECK(mapped.x == 0.25);
    CHECK(mapped.y == 0.5F);
  }
  TEST_CASE("a function that takes a path is given it") {
    const Body<double> sun{1, {1, 2, 3}, "sun", 4.0, {{2, {}, "moon", {}, {}}}};
    std::vector<std::string> paths;
    tc::map(sun, [&](const tc::path& where, double x) {
      paths.push_back(where.text());
      return x;
    });
    CHECK(paths == std::vector<std::string>{"mass", "position", "position", "position", "charge",
                                            "moons[0].mass", "moons[0].position",
                                            "moons[0].position", "moons[0].position"});
    const auto part = tc::map(
        std::map<std::string, double>{{"a b", 1}, {"c", 2}},
        [](const tc::path& where, double x) { return where == tc::path("[\"a b\"]") ? -x : x; });
    CHECK(part.at("a b") == -1);
    CHECK(part.at("c") == 2);
  }
  TEST_CASE("objects without numbers are copied, and cycles are errors") {
    CHECK(tc::map(std::string("text"), [](double x) { return x; }) == "text");
    CHECK(tc::map(std::vector<double>{}, [](double x) { return x; }).empty());
    auto node = std::make_shared<Node>();
    node->next = node;
    CHECK(why([&] {
            tc::map(*node, [](double x) { return x; });
          }).starts_with("map: the object contains itself: 'next' holds the object"));
    CHECK(why([&] {
            tc::zip(*node, *node, [](double x, double) { return x; });
          }).starts_with("zip: the object contains itself: 'next' holds the object"));
    node->next = nullptr;
  }
}

TEST_SUITE("tree/map, zip") {
  TEST_CASE("trees are combined number by number") {
    tc::random_stream random{tc::random_key(3)};
    for (int round = 0; round < 20; ++round) {
      const auto a = random_zoo(random);
      const auto b = tc::map(a, [&](auto x) { return static_cast<decltype(x)>(random.normal()); });
      const auto sum = tc::zip(a, b, [](auto x, auto y) { return x + y; });
      static_assert(std::is_same_v<decltype(sum), const Zoo<double>>);
      const auto xs = tc::flatten(a), ys = tc::flatten(b), zs = tc::flatten(sum);
      REQUIRE(zs.size() == xs.size());
      for (std::size_t i = 0; i < xs.size(); ++i)
        CHECK(zs[i] == doctest::Approx(xs[i] + ys[i]).epsilon(1e-6));
      CHECK(sum.text == a.text);
    }
    const auto three = tc::zip(std::vector{1.0}, std::vector{2.0}, std::vector{3.0F},
                               [](double x, double y, float z) { return x + y * z; });
    CHECK(three == std::vector{7.0});
  }
  TEST_CASE("a step against the gradient is one call") {
    const auto loss = [](const auto& body) { return body.mass * body.mass + body.position.sum(); };
    Body<double> body{3, {1, 2, 3}, "sun", {}, {}};
    const auto gradient = tc::grad(loss)(body);
    body = tc::zip(body, gradient, [](double p, double g) { return p - 0.5 * g; });
    CHECK(body.mass == 0);
    CHECK(body.position == Eigen::Vector3d(0.5, 1.5, 2.5));
    CHECK(body.name == "sun");
  }
  TEST_CASE("trees may differ in their number types") {
    const Body<double> wide{1, {1, 2, 3}, "sun", {}, {}};
    const Body<float> narrow{2, {4, 5, 6}, "", {}, {}};
    const auto product = tc::zip(wide, narrow, [](double x, float y) { return x * y; });
    static_assert(std::is_same_v<decltype(product), const Body<double>>);
    CHECK(product.position == Eigen::Vector3d(4, 10, 18));
    const auto other = tc::zip(narrow, wide, [](float x, double y) { return x * y; });
    static_assert(std::is_same_v<decltype(other), const Body<double>>);
    const auto variables = tc::map(narrow, [](float x) { return tc::var(x); });
    const auto mixed =
        tc::zip(wide, variables, [](double x, const tc::var& y) { return tc::var(x * y); });
    static_assert(std::is_same_v<decltype(mixed), const Body<tc::var>>);
    CHECK(tc::value(mixed.position[2]) == 18);
  }
  TEST_CASE("a difference of shape names the path and both sides") {
    const auto first = [](auto x, auto) { return x; };
    const auto zip = [&](const auto& a, const auto& b) {
      return why([&] { tc::zip(a, b, first); });
    };
    using body = Body<double>;
    body a, b;
    b.moons.resize(2);
    CHECK(zip(a, b) == "zip: 'moons' has 0 elements in the first object, 2 in object 2");
    a.moons.resize(2);
    b.moons[1].charge = 1;
    CHECK(zip(a, b) ==
          "zip: 'moons[1].charge' holds nothing in the first object, a value in object 2");
    CHECK(why([&] { tc::zip(a, a, b, [](double x, double, double) { return x; }); }) ==
          "zip: 'moons[1].charge' holds nothing in the first object, a value in object 3");
    using either = std::variant<double, std::vector<double>>;
    CHECK(zip(std::vector<either>{1.0}, std::vector<either>{std::vector<double>{}}) ==
          "zip: '[0]' holds alternative 0 in the first object, 1 in object 2");
    using map = std::map<std::string, double>;
    CHECK(zip(map{{"a", 1}}, map{{"b", 1}}) ==
          "zip: the object has the key 'a' in the first object, 'b' in object 2");
    CHECK(zip(map{{"a", 1}}, map{}) ==
          "zip: the object has 1 keys in the first object, 0 in object 2");
    CHECK(zip(Eigen::MatrixXd(2, 3), Eigen::MatrixXd(2, 4)) ==
          "zip: the object has 3 columns in the first object, 4 in object 2");
    using pointers = std::vector<std::shared_ptr<double>>;
    CHECK_THROWS_AS(tc::zip(pointers{nullptr}, pointers{std::make_shared<double>(1)}, first),
                    tc::shape_error);
    // Only what holds numbers has to agree.
    CHECK(tc::zip(std::pair{1.0, std::string("a")}, std::pair{2.0, std::string("bc")}, first)
              .second == "a");
  }
  TEST_CASE("hashed maps meet by key") {
    std::unordered_map<std::string, double> up, down;
    for (int i = 0; i < 30; ++i) up[std::to_string(i)] = i;
    for (int i = 29; i >= 0; --i) down[std::to_string(i)] = -i;
    for (const auto& [key, sum] : tc::zip(up, down, [](double x, double y) { return x + y; }))
      CHECK(sum == 0);
  }
}

}  // namespace test_map
