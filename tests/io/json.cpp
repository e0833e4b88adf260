#include <tensacode/io/json.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace test_json {

enum class Color { red, green, light_blue };
struct Address {
  std::string street;
  int zip = 0;
};
struct Rect {
  int width = 0, height = 0;
};
struct Circle {
  double radius = 0;
  std::optional<std::string> label;
};
struct Everything {
  bool flag = false;
  std::int8_t small = 0;
  std::int64_t large = 0;
  std::uint64_t larger = 0;
  float single = 0;
  double real = 0;
  Color color = Color::red;
  std::string text;
  std::optional<int> maybe;
  std::optional<Address> nowhere;
  std::variant<int, double, Color, std::string, Rect, Circle> any;
  std::array<int, 2> fixed{};
  std::pair<int, std::string> couple;
  std::tuple<bool, double, std::vector<int>> triple;
  std::vector<Address> homes;
  std::vector<bool> bits;
  std::set<std::string> names;
  std::map<std::string, int> counts;
  std::unordered_map<int, double> by_number;
  std::map<Color, std::string> by_color;
  std::map<std::pair<int, int>, bool> by_pair;
};
struct Tree {
  int value = 0;
  std::vector<Tree> children;
};
class Account {
  double balance_ = 0;
  std::string owner_;

 public:
  Account() = default;
  Account(double balance, std::string owner) : balance_(balance), owner_(std::move(owner)) {}
  TC_REFLECT(Account, balance_, owner_)
};

Everything example() {
  Everything e;
  e.flag = true;
  e.small = -128;
  e.large = std::numeric_limits<std::int64_t>::min();
  e.larger = std::numeric_limits<std::uint64_t>::max();
  e.single = 0.1f;
  e.real = 1.0 / 3;
  e.color = Color::light_blue;
  e.text = "quote \" slash \\ line\n tab\t bell\a caf\xC3\xA9 \xF0\x9F\x98\x80 zero";
  e.text += '\0';
  e.maybe = 3;
  e.any = Circle{2.5, "round"};
  e.fixed = {1, 2};
  e.couple = {4, "four"};
  e.triple = {true, 0.5, {1, 2, 3}};
  e.homes = {{"High Street", 12}, {"", 0}};
  e.bits = {true, false};
  e.names = {"b", "a"};
  e.counts = {{"", 1}, {"two words", 2}};
  e.by_number = {{-5, 0.25}};
  e.by_color = {{Color::green, "g"}};
  e.by_pair = {{{1, 2}, true}};
  return e;
}

template <class T>
std::string error_of(std::string_view text, const tc::json_read_options& options = {}) {
  try {
    tc::from_json<T>(text, options);
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "no error";
}

TEST_SUITE("io/json") {
  TEST_CASE("every kind of type reads back as it was written") {
    const Everything e = example();
    const std::string text = tc::to_json(e);
    const Everything back = tc::from_json<Everything>(text);
    CHECK(tc::to_json(back) == text);
    CHECK(back.text == e.text);
    CHECK(back.large == e.large);
    CHECK(back.larger == e.larger);
    CHECK(back.real == e.real);
    CHECK(back.single == e.single);
    CHECK(std::get<Circle>(back.any).label == "round");
    CHECK(back.by_pair == e.by_pair);
    CHECK(back.bits == e.bits);
    CHECK_FALSE(back.nowhere);
    CHECK(tc::to_json(tc::from_json<Everything>(tc::to_json(e, {.indent = 2}))) == text);
  }
  TEST_CASE("the text is compact, or indented when asked for") {
    CHECK(tc::to_json(Address{"a", 1}) == R"({"street":"a","zip":1})");
    CHECK(tc::to_json(std::vector<Address>{{"a", 1}}, {.indent = 2}) ==
          "[\n  {\n    \"street\": \"a\",\n    \"zip\": 1\n  }\n]");
    CHECK(tc::to_json(std::vector<int>{}, {.indent = 2}) == "[]");
  }
  TEST_CASE("private members and recursive types are records like others") {
    CHECK(tc::to_json(Account(1.5, "Ann")) == R"({"balance_":1.5,"owner_":"Ann"})");
    CHECK(tc::to_json(tc::from_json<Account>(R"({"balance":2,"owner":"B"})")) ==
          R"({"balance_":2,"owner_":"B"})");
    const Tree tree{1, {{2, {}}, {3, {{4, {}}}}}};
    CHECK(tc::to_json(tc::from_json<Tree>(tc::to_json(tree))) == tc::to_json(tree));
  }
  TEST_CASE("an absent optional is no key in a record and null elsewhere") {
    CHECK(tc::to_json(Circle{1, {}}) == R"({"radius":1})");
    CHECK_FALSE(tc::from_json<Circle>(R"({"radius":1,"label":null})").label);
    CHECK(tc::to_json(std::vector<std::optional<int>>{1, {}}) == "[1,null]");
  }
  TEST_CASE("keys match fields exactly, else in letters and digits") {
    CHECK(tc::from_json<Address>(R"({"Street":"x","ZIP":3})").zip == 3);
    CHECK(tc::from_json<std::vector<Color>>(R"(["light blue","Red"])") ==
          std::vector{Color::light_blue, Color::red});
  }
  TEST_CASE("numbers are exact") {
    CHECK(tc::from_json<std::int64_t>("-9223372036854775808") ==
          std::numeric_limits<std::int64_t>::min());
    CHECK(tc::from_json<int>("3.0") == 3);
    CHECK(tc::from_json<int>("1e3") == 1000);
    CHECK(tc::from_json<double>("4.9e-324") == 4.9e-324);
    CHECK(tc::from_json<double>("1e-400") == 0);
    CHECK(error_of<int>("2.5") == "1:1: expected an integer, found 2.5");
    CHECK(error_of<std::uint8_t>("256") == "1:1: expected an integer from 0 to 255, found 256");
    CHECK(error_of<std::uint64_t>("-1").find("from 0 to 18446744073709551615") !=
          std::string::npos);
    CHECK(error_of<std::int64_t>("9223372036854775808").find("from -9223372036854775808") !=
          std::string::npos);
    CHECK(error_of<double>("1e999") == "1:1: expected a number below 1.8e308, found '1e999'");
    CHECK(error_of<float>("1e39").find("a finite number of at most 3.4028235e+38") !=
          std::string::npos);
    CHECK(error_of<double>("NaN") == "1:1: expected a JSON value, found 'N'");
    CHECK(tc::to_json(std::vector<double>{1.0, std::nan(""), INFINITY}) == "[1,null,null]");
    CHECK(error_of<double>("null") == "1:1: expected a number, found null");
  }
  TEST_CASE("all problems of a text are reported with line, column and path") {
    CHECK(
        error_of<Everything>(
            "{\"flag\":1,\n \"homes\":[{\"street\":\"a\",\"zip\":1},{\"zip\":\"x\"}]}")
            .starts_with("1:9: field 'flag': expected true or false, found 1\n"
                         "2:41: field 'homes[1].zip': expected an integer, found 'x'\n"
                         "2:34: field 'homes[1].street': expected a string, found no such key\n"));
    try {
      tc::from_json<std::vector<int>>("[1,\"a\",true,null]");
      FAIL("no error");
    } catch (const tc::parse_error& error) {
      CHECK(error.problems.size() == 3);
      CHECK(error.path == "[1]");
      CHECK(error.line == 1);
      CHECK(error.column == 4);
      CHECK(error.expected == "an integer");
      CHECK(error.found == "'a'");
    }
    CHECK(error_of<Color>("\"pink\"") ==
          "1:1: expected one of red, green or light_blue, found 'pink'");
    CHECK(error_of<std::array<int, 2>>("[1]") == "1:1: expected an array of 2 elements, found 1");
    CHECK(error_of<std::map<Color, int>>(R"({"x":1})") ==
          "1:2: field 'x': expected a key that is one of red, green or light_blue, found 'x'");
  }
  TEST_CASE("a list of a thousand problems is short") {
    std::string text = "[0";
    for (int i = 0; i < 1000; ++i) text += ",\"x\"";
    CHECK(error_of<std::vector<int>>(text + "]").ends_with("\n... and 936 more"));
  }
  TEST_CASE("unknown and duplicate keys follow the policy") {
    CHECK(tc::from_json<Rect>(R"({"width":1,"depth":{"a":[1,{}]},"height":2})").height == 2);
    CHECK(error_of<Rect>(R"({"width":1,"depth":3,"height":2})",
                         {.unknown_keys = tc::read_policy::error}) ==
          "1:12: expected a field of Rect, found key 'depth'");
    CHECK(error_of<Rect>(R"({"width":1,"width":3,"height":2})") ==
          "1:12: field 'width': expected the key once, found it twice");
    CHECK(tc::from_json<Rect>(R"({"width":1,"width":3,"height":2})",
                              {.duplicate_keys = tc::read_policy::ignore})
              .width == 3);
    CHECK(error_of<std::map<std::string, int>>(R"({"a":1,"a":2})") ==
          "1:8: field 'a': expected the key once, found it twice");
  }
  TEST_CASE("variants take the alternative that suits") {
    using number = std::variant<double, int, std::string, Color, bool>;
    CHECK(tc::from_json<number>("3").index() == 1);
    CHECK(tc::from_json<number>("3.5").index() == 0);
    CHECK(tc::from_json<number>("30000000000").index() == 0);
    CHECK(tc::from_json<number>("\"red\"").index() == 3);
    CHECK(tc::from_json<number>("\"pink\"").index() == 2);
    CHECK(tc::from_json<number>("true").index() == 4);
    using shape =
        std::variant<std::monostate, Rect, Circle, std::vector<int>, std::vector<std::string>>;
    CHECK(tc::from_json<shape>("null").index() == 0);
    CHECK(tc::from_json<shape>(R"({"height":1,"width":1})").index() == 1);
    CHECK(tc::from_json<shape>(R"({"radius":1,"width":1})").index() == 2);
    CHECK(tc::from_json<shape>("[1]").index() == 3);
    CHECK(tc::from_json<shape>(R"(["a"])").index() == 4);
    CHECK(tc::from_json<shape>("[]").index() == 3);
    CHECK(error_of<shape>("true") ==
          "1:1: expected null or an object (Rect) or an object (Circle) or an array or an array, "
          "found true");
    CHECK(error_of<shape>(R"({"radius":"x"})") ==
          "1:11: field 'radius': expected a number, found 'x'");
  }
  TEST_CASE("what is not JSON is an error that says where") {
    CHECK(error_of<int>("") == "1:1: expected a JSON value, found the end of the text");
    CHECK(error_of<int>("1 2") == "1:3: expected nothing behind the value, found '2'");
    CHECK(error_of<Rect>("{\"a\"\n 1}") == "2:2: expected ':' behind the key, found '1'");
    CHECK(error_of<std::vector<int>>("[1,]") == "1:4: expected a JSON value, found ']'");
    CHECK(error_of<std::vector<int>>("[01]") == "1:3: expected ',' or ']' in the array, found '1'");
    CHECK(error_of<std::string>("\"a\nb\"") == "1:3: expected no control character in a string");
    CHECK(error_of<std::string>("\"\\x\"") ==
          "1:2: expected an escape sequence of JSON, found '\\x'");
    CHECK(error_of<std::string>(std::string_view("1\0 2", 4)) ==
          "1:2: expected the end of the text, found a zero byte");
    CHECK(tc::from_json<int>("\xEF\xBB\xBF 5\r\n") == 5);
  }
  TEST_CASE("strings are UTF-8 both ways") {
    CHECK(tc::from_json<std::string>(R"("\u00e9\ud83d\ude00\/")") == "\xC3\xA9\xF0\x9F\x98\x80/");
    CHECK(error_of<std::string>("\"abc\xFF\"") == "1:5: expected UTF-8, found an invalid byte");
    CHECK(error_of<std::string>("\"\xC0\x80\"") == "1:2: expected UTF-8, found an invalid byte");
    CHECK(error_of<std::string>("\"\xED\xA0\x80\"") ==
          "1:2: expected UTF-8, found an invalid byte");
    CHECK(error_of<std::string>(R"("a\udc00")") ==
          "1:3: expected a pair of surrogates, found half a pair");
    CHECK(error_of<std::string>(R"("\ud800x")") ==
          "1:2: expected a pair of surrogates, found half a pair");
    CHECK_THROWS_AS(tc::to_json(std::string("\xFF")), tc::argument_error);
  }
  TEST_CASE("nesting is bounded, also in values that are ignored") {
    const std::string deep(200'000, '[');
    CHECK(error_of<Tree>(deep) == "1:513: expected at most 512 levels of nesting, found one more");
    CHECK(error_of<Tree>("{\"ignored\":" + deep).find("512 levels") != std::string::npos);
    std::string objects;
    for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
    CHECK(error_of<Tree>(objects).find("512 levels") != std::string::npos);
    std::string good = "1";
    for (int i = 0; i < 500; ++i) good = "[" + good + "]";
    CHECK_NOTHROW(tc::from_json<Rect>("{\"width\":1,\"height\":2,\"x\":" + good + "}"));
  }
  TEST_CASE("a text cut at any byte is an error, not a crash") {
    const std::string text = tc::to_json(example(), {.indent = 1});
    for (std::size_t i = 0; i < text.size(); ++i)
      CHECK_THROWS_AS(tc::from_json<Everything>(text.substr(0, i)), tc::parse_error);
  }
  TEST_CASE("a string of a million bytes is read") {
    const std::string text(1'000'000, 'x');
    CHECK(tc::from_json<std::string>("\"" + text + "\"") == text);
    CHECK(tc::from_json<std::vector<std::string>>(tc::to_json(std::vector{text, text}))[1] == text);
  }
  TEST_CASE("the densest text has room for its tokens") {
    std::string text = "[0";
    for (int i = 0; i < 100'000; ++i) text += ",0";
    CHECK(tc::from_json<std::vector<int>>(text + "]").size() == 100'001);
  }
}

}  // namespace test_json
