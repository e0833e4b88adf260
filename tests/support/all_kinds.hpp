// tests/support/all_kinds.hpp -- one struct with every kind of field, and random objects of it.
#pragma once

#include <tensacode/codec/leaves.hpp>
#include <tensacode/core/random.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace all_kinds {

enum class Color { red, green, blue };

struct Point {
  double x = 0;
  std::optional<double> y;
  bool operator==(const Point&) const = default;
};
struct Everything {
  bool flag = false;
  std::int64_t big = 0;
  int small = 0;
  float single = 0;
  Color color = Color::red;
  std::optional<Color> maybe_color;
  std::optional<int> maybe_int;
  std::optional<bool> maybe_flag;
  std::string name;
  std::optional<std::string> nick;
  Point point;
  std::optional<Point> maybe_point;
  std::vector<Point> path;
  std::vector<std::vector<int>> nested;
  std::set<int> numbers;
  std::map<std::string, double> prices;
  std::array<double, 2> pair;
  std::tuple<int, std::string> mixed;
  std::variant<double, std::string, Point> shape;
  std::optional<std::optional<std::string>> twice;
  bool operator==(const Everything&) const = default;
};

inline std::string random_text(tc::random_stream& random, std::size_t longest) {
  static const std::vector<std::string> parts{"a",       "b ",         "Zo", "\u00e9",
                                              "\u20ac ", "\U0001F600", "7-", "word "};
  std::string text;
  for (std::size_t n = random.below(longest + 1); n > 0; --n)
    text += parts[random.below(parts.size())];
  return text;
}

inline Point random_point(tc::random_stream& random) {
  Point p;
  p.x = random.normal();
  if (random.below(3)) p.y = 3 * random.normal();
  return p;
}

inline Everything random_everything(tc::random_stream& random) {
  Everything e;
  e.flag = random.below(2);
  e.big = static_cast<std::int64_t>(1e15 * random.normal());
  e.small = static_cast<int>(random.below(10));
  e.single = static_cast<float>(random.normal());
  e.color = Color(random.below(3));
  if (random.below(2)) e.maybe_color = Color(random.below(3));
  if (random.below(2)) e.maybe_int = static_cast<int>(random.below(100)) - 50;
  if (random.below(2)) e.maybe_flag = random.below(2) == 1;
  e.name = random_text(random, 6);
  if (random.below(2)) e.nick = random_text(random, 3);
  e.point = random_point(random);
  if (random.below(2)) e.maybe_point = random_point(random);
  for (std::size_t n = random.below(4); n > 0; --n) e.path.push_back(random_point(random));
  for (std::size_t n = random.below(3); n > 0; --n)
    e.nested.emplace_back(random.below(3), static_cast<int>(random.below(5)));
  for (std::size_t n = random.below(4); n > 0; --n)
    e.numbers.insert(static_cast<int>(random.below(9)));
  for (std::size_t n = random.below(3); n > 0; --n)
    e.prices[random_text(random, 2)] = random.normal();
  e.pair = {random.normal(), 10 + random.normal()};
  e.mixed = {static_cast<int>(random.below(4)), random_text(random, 2)};
  switch (random.below(3)) {
    case 0:
      e.shape = random.normal();
      break;
    case 1:
      e.shape = random_text(random, 3);
      break;
    default:
      e.shape = random_point(random);
  }
  if (random.below(3)) e.twice.emplace();
  if (e.twice && random.below(2)) *e.twice = random_text(random, 2);
  return e;
}

/// `count` random objects; the first is the default one, with everything empty.
inline std::vector<Everything> random_objects(std::size_t count, std::uint64_t seed) {
  std::vector<Everything> objects(1);
  tc::random_stream random{tc::random_key(seed)};
  while (objects.size() < count) objects.push_back(random_everything(random));
  return objects;
}

}  // namespace all_kinds
