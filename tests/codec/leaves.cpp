#include <tensacode/codec/leaves.hpp>

#include <support/all_kinds.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

namespace test_leaves {

template <class T>
std::vector<T> through_columns(const std::vector<T>& objects) {
  const tc::codec_node node = tc::codec<T>::describe("");
  tc::columns c(node);
  for (const auto& object : objects) tc::codec<T>::append(object, c);
  CHECK(c.instances == objects.size());
  std::vector<T> back(objects.size());
  for (auto& object : back) tc::codec<T>::take(c, object);
  CHECK(c.taken == objects.size());
  return back;
}

struct Celsius {
  double degrees = 0;
};
struct Nothing {
  bool operator==(const Nothing&) const = default;
};

}  // namespace test_leaves

template <>
struct tc::codec<test_leaves::Celsius> {
  static codec_node describe(const std::string& path) {
    auto node = codec<double>::describe(path);
    node.least = -273.15;
    return node;
  }
  static void append(const test_leaves::Celsius& c, columns& to) {
    codec<double>::append(c.degrees, to);
  }
  static void take(columns& from, test_leaves::Celsius& c) { codec<double>::take(from, c.degrees); }
};

namespace test_leaves {

TEST_SUITE("codec/leaves") {
  TEST_CASE("objects with every kind of field come back exactly") {
    const auto objects = all_kinds::random_objects(200, 1);
    CHECK(through_columns(objects) == objects);
  }
  TEST_CASE("extreme numbers come back exactly") {
    using limits = std::numeric_limits<std::int64_t>;
    const std::vector<std::int64_t> integers{limits::min(), limits::max(), 0, -1, 1LL << 53};
    CHECK(through_columns(integers) == integers);
    const std::vector<std::uint64_t> unsigned_ones{0, UINT64_MAX, 1ULL << 63};
    CHECK(through_columns(unsigned_ones) == unsigned_ones);
    const std::vector<std::int8_t> small{-128, 127, 0};
    CHECK(through_columns(small) == small);
    using doubles = std::numeric_limits<double>;
    const std::vector<double> numbers{doubles::max(), doubles::lowest(), doubles::denorm_min(),
                                      doubles::infinity(), -doubles::infinity()};
    CHECK(through_columns(numbers) == numbers);
    CHECK(std::isnan(through_columns(std::vector<double>{doubles::quiet_NaN()})[0]));
  }
  TEST_CASE("leaves, containers and variants are roots too") {
    CHECK(through_columns<std::string>({"", "h\u00e9", std::string("\0x", 2)}) ==
          std::vector<std::string>{"", "h\u00e9", std::string("\0x", 2)});
    const std::vector<std::optional<std::optional<int>>> twice{std::nullopt, std::optional<int>(),
                                                               std::optional<int>(3)};
    CHECK(through_columns(twice) == twice);
    const std::vector<std::unordered_map<int, std::vector<bool>>> maps{{}, {{3, {true, false}}}};
    CHECK(through_columns(maps) == maps);
    const std::vector<std::variant<int, int>> same{
        std::variant<int, int>(std::in_place_index<1>, 4),
        std::variant<int, int>(std::in_place_index<0>, 5)};
    CHECK(through_columns(same) == same);
    const std::vector<std::list<std::string>> lists{{"a", "b"}, {}};
    CHECK(through_columns(lists) == lists);
    CHECK(through_columns(std::vector<Nothing>(3)) == std::vector<Nothing>(3));
    const std::vector<std::pair<int, Nothing>> pairs{{1, {}}, {2, {}}};
    CHECK(through_columns(pairs) == pairs);
  }
  TEST_CASE("columns that were cleared are used again") {
    using Row = std::vector<std::optional<std::string>>;
    tc::columns c(tc::codec<Row>::describe(""));
    for (int round = 0; round < 3; ++round) {
      c.clear();
      const Row row(static_cast<std::size_t>(round), "x");
      tc::codec<Row>::append(row, c);
      Row back{"old"};
      tc::codec<Row>::take(c, back);
      CHECK(back == row);
    }
  }
  TEST_CASE("the tree has paths, ranges and names") {
    const auto node = tc::codec<all_kinds::Everything>::describe("");
    std::vector<std::string> paths;
    tc::for_each_node(node, [&](const tc::codec_node& n) { paths.push_back(n.path); });
    const auto has = [&](const std::string& path) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    for (const auto* path : {"flag", "point.x", "maybe_point.y", "path[].x", "nested[][]",
                             "prices[][0]", "prices[][1]", "pair[1]", "mixed[0]", "shape[2].y"}) {
      INFO(path);
      CHECK(has(path));
    }
    CHECK(node.children[0].categories == std::vector<std::string>{"false", "true"});
    CHECK(node.children[4].categories == std::vector<std::string>{"red", "green", "blue"});
    CHECK(node.children[5].absent_allowed);
    CHECK(node.children[2].integral);
    CHECK(node.children[2].greatest == 2147483647.0);
    CHECK(node.children[3].greatest == static_cast<double>(std::numeric_limits<float>::max()));
  }
  TEST_CASE("a decoded number becomes the nearest of its type") {
    CHECK(tc::detail::nearest<int>(2.5) == 2);
    CHECK(tc::detail::nearest<int>(3.5) == 4);
    CHECK(tc::detail::nearest<int>(1e300) == std::numeric_limits<int>::max());
    CHECK(tc::detail::nearest<std::int64_t>(-1e300) == std::numeric_limits<std::int64_t>::min());
    CHECK(tc::detail::nearest<std::uint8_t>(-3) == 0);
    CHECK(tc::detail::nearest<int>(std::nan("")) == 0);
    CHECK(tc::detail::nearest<float>(0.1) == 0.1F);
  }
  TEST_CASE("an enum value that is no enumerator reads back as the first one") {
    CHECK(through_columns<all_kinds::Color>({all_kinds::Color(77)})[0] == all_kinds::Color::red);
  }
  TEST_CASE("a specialization of codec is used wherever the type occurs") {
    const auto node = tc::codec<std::vector<Celsius>>::describe("");
    CHECK(node.children[0].least == -273.15);
    CHECK(through_columns<Celsius>({{20.5}})[0].degrees == 20.5);
  }
}

}  // namespace test_leaves
