// tests/io/json_schema.cpp -- the JSON Schema of a type.
// SPDX-License-Identifier: MIT
#include <tensacode/io/json_schema.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

namespace first {
struct Point {
  double x = 0;
};
}  // namespace first
namespace second {
struct Point {
  std::int8_t x = 0;
};
}  // namespace second

namespace described {

enum class Color { red, green };
struct Tree {
  Color color = Color::red;
  std::vector<Tree> inside;
  std::unique_ptr<Tree> link;
};
struct Person {
  double age = 0;
  std::optional<std::string> nick;
  std::vector<double> scores;
  int secret = 0;
};
TC_REFLECT(Person)
TC_FIELD(Person, age, tc::range(0, 150), tc::unit("years"), tc::doc("completed years"))
TC_FIELD(Person, nick, tc::length(1, 8))
TC_FIELD(Person, scores, tc::range(0, 1), tc::length(0, 3))
TC_FIELD(Person, secret, tc::ignore)
struct Two {
  first::Point a;
  second::Point b;
  first::Point c;
};

}  // namespace described

namespace {

const std::string head = R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)";

template <class T>
std::string inner() {
  const std::string text = tc::json_schema<T>();
  REQUIRE(text.starts_with(head));
  return "{" + text.substr(head.size());
}

TEST_CASE("leaves say their type and range") {
  CHECK(inner<bool>() == R"({"type":"boolean"})");
  CHECK(inner<std::uint8_t>() == R"({"type":"integer","minimum":0,"maximum":255})");
  CHECK(inner<std::uint64_t>() ==
        R"({"type":"integer","minimum":0,"maximum":18446744073709551615})");
  CHECK(inner<float>() == R"({"type":"number"})");
  CHECK(inner<described::Color>() == R"({"enum":["red","green"]})");
  CHECK(inner<std::chrono::seconds>() == R"({"type":"string","format":"duration"})");
  CHECK(inner<std::chrono::system_clock::time_point>() ==
        R"({"type":"string","format":"date-time"})");
}

TEST_CASE("containers say what they hold") {
  CHECK(inner<std::optional<bool>>() == R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})");
  CHECK(inner<std::variant<std::monostate, bool>>() ==
        R"({"anyOf":[{"type":"null"},{"type":"boolean"}]})");
  CHECK(inner<std::array<bool, 2>>() ==
        R"({"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2})");
  CHECK(
      inner<std::tuple<bool, std::string>>() ==
      R"({"type":"array","prefixItems":[{"type":"boolean"},{"type":"string"}],"minItems":2,"maxItems":2})");
  CHECK(inner<std::set<std::string>>() ==
        R"({"type":"array","items":{"type":"string"},"uniqueItems":true})");
  CHECK(inner<std::map<std::string, bool>>() ==
        R"({"type":"object","additionalProperties":{"type":"boolean"}})");
  CHECK(
      inner<std::map<double, bool>>() ==
      R"({"type":"array","items":{"type":"array","prefixItems":[{"type":"number"},{"type":"boolean"}],"minItems":2,"maxItems":2}})");
  CHECK(inner<Eigen::MatrixXd>() ==
        R"({"type":"array","items":{"type":"array","items":{"type":"number"}}})");
}

TEST_CASE("records are definitions with attributes; types may contain themselves") {
  CHECK(
      inner<described::Person>() ==
      R"({"$ref":"#/$defs/Person","$defs":{"Person":{"type":"object","properties":{)"
      R"("age":{"type":"number","minimum":0,"maximum":150,"description":"completed years","unit":"years"},)"
      R"("nick":{"anyOf":[{"type":"string","minLength":1,"maxLength":8},{"type":"null"}]},)"
      R"("scores":{"type":"array","minItems":0,"maxItems":3,"items":{"type":"number","minimum":0,"maximum":1}}},)"
      R"("required":["age","scores"]}}})");
  CHECK(
      inner<described::Tree>() ==
      R"({"$ref":"#/$defs/Tree","$defs":{"Tree":{"type":"object","properties":{)"
      R"("color":{"enum":["red","green"]},"inside":{"type":"array","items":{"$ref":"#/$defs/Tree"}},)"
      R"("link":{"anyOf":[{"$ref":"#/$defs/Tree"},{"type":"null"}]}},"required":["color","inside"]}}})");
}

TEST_CASE("types of one name are told apart") {
  const std::string text = inner<described::Two>();
  CHECK(
      text.find(
          R"("a":{"$ref":"#/$defs/Point"},"b":{"$ref":"#/$defs/Point_2"},"c":{"$ref":"#/$defs/Point"})") !=
      std::string::npos);
  CHECK(text.find(R"("Point_2":{"type":"object","properties":{"x":{"type":"integer")") !=
        std::string::npos);
}

}  // namespace
