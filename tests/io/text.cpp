// tests/io/text.cpp -- objects as text for people: exact texts, back again, budgets, errors.
// SPDX-License-Identifier: MIT
#include <tensacode/core/random.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/io/text.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

namespace test_text {

enum class Color { red, green, light_blue };
struct Address {
  std::string street;
  int zip = 0;
};
struct Person {
  double age = 0;
  std::string name;
  std::optional<std::string> nickName;
  Color favourite = Color::red;
  Address home;
  std::vector<int> scores;
  bool is_married = false;
};
TC_FIELD(Person, age, tc::unit("years"), tc::range(0, 150))

Person ada() { return {36.5, "Ada", {}, Color::light_blue, {"Main St", 123}, {1, 2, 3}, true}; }
const std::string text_of_ada =
    R"(person: age 36.5 years; name "Ada"; favourite light blue; )"
    R"(home (street "Main St"; zip 123); 3 scores: 1, 2 and 3; is married yes)";

// Everything that could be taken for something else.
enum class Trap { nothing, just, rock_and_roll, home_town, _11th, lightBlue, light_blue, no };
enum class Income { low, high };
constexpr std::string_view tc_spelling(Income income) {
  return income == Income::low ? "<=50K" : ">50K";
}
struct Circle {
  double radius = 0;
  std::optional<std::string> label;
};
struct Nothing {
  int x = 0;
};
struct Tree {
  int value = 0;
  std::unique_ptr<Tree> left, right;
  std::vector<Tree> others;
};
using Choice = std::variant<std::monostate, bool, int, double, std::string, Color, Circle,
                            std::vector<int>, std::map<std::string, Color>, Nothing>;
struct Kinds {
  bool flag = false;
  std::int8_t small = 0;
  std::int64_t large = 0;
  std::uint64_t natural = 0;
  char letter = 'a';
  float single = 0;
  double real = 0;
  long double longest = 0;
  Color color = Color::red;
  Trap trap = Trap::no;
  Trap home = Trap::no;
  int home_town = 0;
  Income income = Income::low;
  std::string text;
  std::chrono::milliseconds wait{};
  std::chrono::system_clock::time_point when;
  std::optional<int> maybe;
  std::optional<std::optional<Trap>> twice;
  std::optional<std::vector<int>> maybe_list;
  std::optional<std::optional<std::vector<int>>> twice_list;
  std::unique_ptr<Circle> pointer;
  std::shared_ptr<std::string> shared;
  Choice any;
  std::variant<int, std::string> plain;
  std::array<Color, 2> pair{};
  std::pair<int, std::string> both;
  std::tuple<Trap, std::optional<bool>, std::vector<int>> three;
  std::vector<bool> flags;
  std::vector<std::string> words;
  std::vector<Circle> circles;
  std::vector<std::vector<int>> nested;
  std::vector<std::optional<std::variant<std::monostate, Trap>>> deep;
  std::set<Trap> traps;
  std::map<std::string, double> by_text;
  std::map<Trap, std::vector<int>> by_trap;
  std::map<std::pair<int, int>, std::map<int, bool>> by_pair;
  Eigen::Vector3d vector = Eigen::Vector3d::Zero();
  Eigen::MatrixXi matrix;
  Tree tree;
  int ignored = 0;
};
TC_FIELD(Kinds, wait, tc::doc("how long"))
TC_FIELD(Kinds, real, tc::unit("m/s"))
TC_FIELD(Kinds, vector, tc::unit("km (by road)"))
TC_FIELD(Kinds, maybe, tc::unit("%"))
TC_FIELD(Kinds, maybe_list, tc::unit("EUR"))
TC_FIELD(Kinds, ignored, tc::ignore)

std::string random_text(tc::random_stream& random) {
  static const std::vector<std::string> parts{
      "a",    "b ", "Zo",       "\u00e9", "\u20ac ", "\"",      "\\",    "\n", "; ", ") ", "and ",
      "(2 f", "= ", "\x01\x7f", "no ",    "3 ",      "nothing", "just ", ",",  "_",  "-"};
  std::string text;
  for (std::size_t n = random.below(5); n > 0; --n) text += parts[random.below(parts.size())];
  return text;
}
double random_real(tc::random_stream& random) {
  switch (random.below(6)) {
    case 0:
      return static_cast<double>(random.below(5)) - 2;
    case 1:
      return std::numeric_limits<double>::infinity();
    case 2:
      return -std::numeric_limits<double>::infinity();
    case 3:
      return std::numeric_limits<double>::quiet_NaN();
    default:
      return random.normal() * std::pow(10, 20 * random.normal());
  }
}
int random_int(tc::random_stream& random) { return static_cast<int>(random.below(2000)) - 1000; }
Trap random_trap(tc::random_stream& random) { return static_cast<Trap>(random.below(8)); }
std::vector<int> random_list(tc::random_stream& random) {
  std::vector<int> list;
  for (std::size_t n = random.below(4); n > 0; --n) list.push_back(random_int(random));
  return list;
}
Circle random_circle(tc::random_stream& random) {
  Circle circle{random_real(random), {}};
  if (random.below(2)) circle.label = random_text(random);
  return circle;
}
Tree random_tree(tc::random_stream& random, int depth) {
  Tree tree;
  tree.value = random_int(random);
  if (depth > 0 && random.below(2))
    tree.left = std::make_unique<Tree>(random_tree(random, depth - 1));
  if (depth > 0 && random.below(2))
    tree.right = std::make_unique<Tree>(random_tree(random, depth - 1));
  if (depth > 0)
    for (std::size_t n = random.below(3); n > 0; --n)
      tree.others.push_back(random_tree(random, depth - 1));
  return tree;
}
Choice random_choice(tc::random_stream& random) {
  switch (random.below(10)) {
    case 0:
      return random.below(2) == 1;
    case 1:
      return random_int(random);
    case 2:
      return random_real(random);
    case 3:
      return random_text(random);
    case 4:
      return static_cast<Color>(random.below(3));
    case 5:
      return random_circle(random);
    case 6:
      return random_list(random);
    case 7:
      return std::map<std::string, Color>{{random_text(random), Color::light_blue}};
    case 8:
      return Nothing{random_int(random)};
    default:
      return {};
  }
}
Kinds random_kinds(tc::random_stream& random) {
  Kinds k;
  k.flag = random.below(2);
  k.small = static_cast<std::int8_t>(random.below(256));
  k.large = static_cast<std::int64_t>(random.key.bits(random.drawn++));
  k.natural = random.key.bits(random.drawn++);
  k.letter = static_cast<char>(random.below(128));
  k.single = static_cast<float>(random.normal());
  k.real = random_real(random);
  k.longest = static_cast<long double>(random.normal()) / 3;
  k.color = static_cast<Color>(random.below(3));
  k.trap = random_trap(random);
  k.home = random_trap(random);
  k.home_town = random_int(random);
  k.income = static_cast<Income>(random.below(2));
  k.text = random_text(random);
  k.wait = std::chrono::milliseconds(random_int(random) * 1000003LL);
  k.when = std::chrono::system_clock::time_point(
      std::chrono::milliseconds(random_int(random) * 1000000007LL));
  if (random.below(2)) k.maybe = random_int(random);
  if (random.below(3)) k.twice.emplace();
  if (k.twice && random.below(2)) *k.twice = random_trap(random);
  if (random.below(2)) k.maybe_list = random_list(random);
  if (random.below(3)) k.twice_list.emplace();
  if (k.twice_list && random.below(2)) *k.twice_list = random_list(random);
  if (random.below(2)) k.pointer = std::make_unique<Circle>(random_circle(random));
  if (random.below(2)) k.shared = std::make_shared<std::string>(random_text(random));
  k.any = random_choice(random);
  if (random.below(2))
    k.plain = random_text(random);
  else
    k.plain = random_int(random);
  k.pair = {static_cast<Color>(random.below(3)), static_cast<Color>(random.below(3))};
  k.both = {random_int(random), random_text(random)};
  k.three = {random_trap(random), std::nullopt, random_list(random)};
  if (random.below(2)) std::get<1>(k.three) = random.below(2) == 1;
  for (std::size_t n = random.below(4); n > 0; --n) k.flags.push_back(random.below(2));
  for (std::size_t n = random.below(4); n > 0; --n) k.words.push_back(random_text(random));
  for (std::size_t n = random.below(3); n > 0; --n) k.circles.push_back(random_circle(random));
  for (std::size_t n = random.below(3); n > 0; --n) k.nested.push_back(random_list(random));
  for (std::size_t n = random.below(4); n > 0; --n) {
    k.deep.emplace_back();
    if (random.below(3)) k.deep.back().emplace();
    if (k.deep.back() && random.below(2)) *k.deep.back() = random_trap(random);
  }
  for (std::size_t n = random.below(4); n > 0; --n) k.traps.insert(random_trap(random));
  for (std::size_t n = random.below(4); n > 0; --n)
    k.by_text[random_text(random)] = random_real(random);
  for (std::size_t n = random.below(3); n > 0; --n)
    k.by_trap[random_trap(random)] = random_list(random);
  for (std::size_t n = random.below(3); n > 0; --n)
    k.by_pair[{random_int(random), 1}] = {{random_int(random), random.below(2) == 1}};
  k.vector = {random_real(random), 0, 1};
  k.matrix = Eigen::MatrixXi::Constant(static_cast<int>(random.below(3)),
                                       static_cast<int>(1 + random.below(3)), random_int(random));
  if (k.matrix.rows() == 0) k.matrix.resize(0, 0);
  k.tree = random_tree(random, 2);
  return k;
}

/// What the reader says of the text, or "read".
template <class T>
std::string why(std::string_view text, const tc::text_options& options = {}) {
  try {
    tc::from_text<T>(text, options);
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "read";
}
template <class T>
std::string again(std::string_view text) {
  return tc::to_text(tc::from_text<T>(text));
}

TEST_SUITE("io/text") {
  TEST_CASE("a person is described in words") {
    CHECK(tc::to_text(ada()) == text_of_ada);
    CHECK(tc::to_text(Person{}) ==
          "person: age 0 years; name \"\"; favourite red; home (street \"\"; zip 0); no scores; "
          "is married no");
    const Person person = tc::from_text<Person>(text_of_ada);
    CHECK(tc::to_json(person) == tc::to_json(ada()));
  }

  TEST_CASE("values that are no records have a text, too") {
    CHECK(tc::to_text(true) == "yes");
    CHECK(tc::to_text(Color::light_blue) == "light blue");
    CHECK(tc::to_text(Income::high) == "\">50K\"");
    CHECK(tc::to_text(std::string("a\t\"\x01")) == R"("a\t\"\u0001")");
    CHECK(tc::to_text(std::vector<int>{1, 2}) == "2 items: 1 and 2");
    CHECK(tc::to_text(std::vector<int>{7}) == "1 item: 7");
    CHECK(tc::to_text(std::set<int>{}) == "no items");
    CHECK(tc::to_text(std::map<std::string, int>{{"pear tree", 1}, {"a;b", 2}}) ==
          "2 items: \"a;b\" = 2 and pear tree = 1");
    CHECK(tc::to_text(std::pair<int, Color>{1, Color::red}) == "[1, red]");
    CHECK(tc::to_text(std::optional<int>{}) == "nothing");
    CHECK(tc::to_text(std::numeric_limits<double>::quiet_NaN()) == "not a number");
    CHECK(tc::to_text(-std::numeric_limits<float>::infinity()) == "-infinity");
    CHECK(tc::to_text(Eigen::Matrix2i{{1, 2}, {3, 4}}) == "[[1, 2], [3, 4]]");
    CHECK(tc::to_text(std::chrono::minutes(90)) == "PT1H30M");
    CHECK(tc::to_text(Choice(Circle{2, {}})) == "circle (radius 2)");
    CHECK(tc::to_text(Choice(2.0)) == "number 2");
    CHECK(tc::to_text(Choice("x")) == "\"x\"");
    CHECK(tc::to_text(Choice(Nothing{1})) == "option 10: (x 1)");
    CHECK(tc::to_text(std::variant<int, long>(std::in_place_index<1>, 3)) == "option 2: 3");
    // A name that another one begins with is told apart by the bracket behind it.
    struct CircleArc {
      int degrees = 0;
    };
    using Shape = std::variant<Circle, CircleArc>;
    CHECK(tc::to_text(Shape(Circle{2, {}})) == "circle (radius 2)");
    CHECK(tc::to_text(Shape(CircleArc{90})) == "circle arc (degrees 90)");
    CHECK(again<Shape>("circle arc (degrees 90)") == "circle arc (degrees 90)");
    CHECK(again<Shape>("circle (radius 2)") == "circle (radius 2)");
    enum class Circles { arc_of_ten };
    CHECK(tc::to_text(std::variant<CircleArc, Circles, std::string>(Circles::arc_of_ten)) ==
          "circles arc of ten");
    CHECK(again<std::vector<int>>("3 items: 1, 2 and 3") == "3 items: 1, 2 and 3");
    CHECK(again<std::vector<int>>("[ 1,2 ,3 ]") == "3 items: 1, 2 and 3");
    CHECK(again<std::vector<int>>("1") == "1 item: 1");
    CHECK(again<std::vector<std::string>>("Ada, Bob and Eve Smith") ==
          "3 items: \"Ada\", \"Bob\" and \"Eve Smith\"");
    CHECK(again<std::vector<int>>("no items") == "no items");
    CHECK(again<std::vector<int>>("") == "no items");
    CHECK(again<Income>(" \"<=50K\" ") == "\"<=50K\"");
  }

  TEST_CASE("C arrays are lists of fixed length") {
    struct Board {
      int cells[2][3] = {{1, 2, 3}, {4, 5, 6}};
    };
    CHECK(tc::to_text(Board{}) == "board: cells [[1, 2, 3], [4, 5, 6]]");
    CHECK(again<Board>("cells [[1, 2, 3], [4, 5, 7]]") == "board: cells [[1, 2, 3], [4, 5, 7]]");
    CHECK(why<Board>("cells [[1, 2, 3], [4, 5]]") ==
          "1:19: field 'cells[1]': expected a list of 3 elements, found 2");
  }

  TEST_CASE("names are split into words") {
    CHECK(tc::detail::words_of("zipCode") == "zip code");
    CHECK(tc::detail::words_of("zip_code_2") == "zip code 2");
    CHECK(tc::detail::words_of("HTTPServer") == "HTTP server");
    CHECK(tc::detail::words_of("priceEUR") == "price EUR");
    CHECK(tc::detail::words_of("_private_") == "private");
    CHECK(tc::detail::words_of("X") == "x");
    CHECK(tc::detail::words_of("_") == "");
  }

  TEST_CASE("one element has a name in the singular, where that is safe") {
    const auto singular = [](std::string_view words) { return tc::detail::singular_of(words); };
    for (const auto& [plural, single] : std::initializer_list<std::pair<const char*, const char*>>{
             {"scores", "score"},
             {"armor classes", "armor class"},
             {"proficiencies", "proficiency"},
             {"special abilities", "special ability"},
             {"boxes", "box"},
             {"batches", "batch"},
             {"dishes", "dish"},
             {"genres", "genre"},
             {"values", "value"},
             {"days", "day"},
             {"ties", "tie"},
             {"sizes", "size"},
             {"user ids", "user id"},
             {"children", "child"},
             {"layers", "layer"}})
      CHECK(singular(plural) == single);
    for (const char* other :
         {"bias",   "status", "basis", "class",   "indices", "matrices", "axes",
          "series", "movies", "gas",   "pos",     "lens",    "caches",   "heroes",
          "leaves", "bases",  "cast",  "physics", "rms",     "GPS",      "speeds ms2",
          "s",      "",       "abs",   "always",  "data",    "\u00e9s"})
      CHECK(singular(other) == "");

    struct Order {
      std::vector<int> lineItems;
      std::map<std::string, int> prices;
      std::optional<std::vector<std::string>> boxes;
      std::set<int> bias;
    };
    const std::string order = "order: 1 line item: 3; 1 price: tea = 2; 1 box: \"x\"; 1 bias: 4";
    CHECK(tc::to_text(Order{{3}, {{"tea", 2}}, {{"x"}}, {4}}) == order);
    CHECK(again<Order>(order) == order);
    CHECK(again<Order>("1 line_items: 3; 1 prices: tea = 2; 1 BOXES: x; 1 bias: 4") == order);
    CHECK(again<Order>("1 LineItem 3; 1 price tea = 2; 1 box: x; bias 4") == order);
    CHECK(why<Order>("2 line item: 3, 4; no prices; no bias").starts_with("1:1: expected a field"));
    CHECK(why<Order>("1 line item: 3, 4; no prices; no bias") ==
          "1:14: field 'lineItems': expected 1 element, found 2");
    // A field of that name, or one that it begins with, another plural of it: as it is.
    struct Score {
      int score = 1;
      std::vector<int> scores{2};
    };
    struct Prefix {
      int home = 1;
      std::vector<int> home_numbers{2};
    };
    struct Twice {
      std::vector<int> boxs{1}, boxes{2};
    };
    struct Both {
      std::vector<int> lightBlues{1}, light_blues{2};
    };
    CHECK(tc::to_text(Score{}) == "score 1; 1 scores: 2");
    CHECK(again<Score>("score 1; 1 scores: 2") == "score 1; 1 scores: 2");
    CHECK(tc::to_text(Prefix{}) == "prefix: home 1; 1 home numbers: 2");
    CHECK(tc::to_text(Twice{}) == "twice: 1 boxs: 1; 1 boxes: 2");
    CHECK(tc::to_text(Both{}) == "both: 1 lightBlues: 1; 1 light_blues: 2");
    CHECK(again<Both>(tc::to_text(Both{})) == tc::to_text(Both{}));
  }

  TEST_CASE("values that could be taken for names, or names for values, are set apart") {
    Kinds k;
    k.home = Trap::home_town;
    k.three = {Trap::rock_and_roll, {}, {}};
    k.twice.emplace();
    k.traps = {Trap::nothing, Trap::_11th, Trap::lightBlue};
    const std::string text = tc::to_text(k);
    CHECK(text.find("; home home town; home town 0;") != std::string::npos);
    CHECK(text.find("; three [\"rock_and_roll\", nothing, []];") != std::string::npos);
    CHECK(text.find("; twice just nothing;") != std::string::npos);
    CHECK(text.find("; 3 traps: \"nothing\", 11th and \"lightBlue\";") != std::string::npos);
    CHECK(text.find("; no words") != std::string::npos);
    struct Homes {
      Trap home = Trap::no;
      Color home_town = Color::red;
      std::optional<int> no_homes;
      std::vector<int> homes;
    };
    struct Town {
      Trap home = Trap::home_town;
      int home_home_town = 1;
    };
    CHECK(tc::to_text(Town{}) == "town: home: home town; home home town 1");
    CHECK(again<Town>(tc::to_text(Town{})) == tc::to_text(Town{}));
    CHECK(tc::to_text(Homes{}) == "home no; home town red; 0 homes");
    CHECK(again<Homes>("home no; home town green; no homes 5; 1 homes: 6") ==
          "home no; home town green; no homes 5; 1 homes: 6");
  }

  TEST_CASE("whatever is written is read back equal, for generated objects of every kind") {
    tc::random_stream random{tc::random_key(7)};
    for (int i = 0; i < 400; ++i) {
      const Kinds k = random_kinds(random);
      const std::string text = tc::to_text(k);
      CAPTURE(text);
      Kinds back;
      REQUIRE_NOTHROW(back = tc::from_text<Kinds>(text));
      REQUIRE(tc::to_text(back) == text);
      // The other format tells apart what the text might confuse.
      REQUIRE(tc::to_json(back) == tc::to_json(k));
      REQUIRE(back.any.index() == k.any.index());
      REQUIRE(back.twice.has_value() == k.twice.has_value());
      REQUIRE(back.twice_list.has_value() == k.twice_list.has_value());
      REQUIRE(back.deep == k.deep);
      REQUIRE(back.longest == k.longest);
    }
  }

  TEST_CASE("blanks, case, order and C++ names do not matter") {
    for (const char* text : {
             "  PERSON :\n age   36.5\n years ;name \"Ada\";favourite Light_Blue;"
             "home(street \"Main St\";zip 123);3 scores:1,2,3;IS MARRIED true;",
             "is_married yes; scores [1, 2, 3]; home (zip: +123; street: Main St); "
             "favourite: \"light_blue\"; name Ada; age: 36.5; nick name nothing",
             "(age 36.5 years; name Ada; favourite lightblue; home (street \"Main St\"; zip 123); "
             "scores: 1, 2 and 3; isMarried yes)",
         })
      CHECK(again<Person>(text) == text_of_ada);
  }

  TEST_CASE("older names, ranges, lengths and ignored fields are heeded") {
    Kinds k;
    k.ignored = 5;
    CHECK(tc::to_text(k).find("ignored") == std::string::npos);
    CHECK(why<Person>("age 200 years; name A; favourite red; home (street A; zip 1); no scores; "
                      "is married no") ==
          "1:5: field 'age': expected a number in [0, 150], found '200 years'");
  }

  TEST_CASE("every problem of a record is reported, with its place") {
    CHECK(why<Person>("age old; name \"A\"; favourite Pink;\n home (street 3; zip x; foo 2); "
                      "3 scores: 1, x; name \"B\"; colour red") ==
          "1:5: field 'age': expected a number, found 'old'\n"
          "1:30: field 'favourite': expected one of red, green or light_blue, found 'Pink'\n"
          "2:22: field 'home.zip': expected an integer, found 'x'\n"
          "2:25: field 'home': expected a field of Address: one of street or zip, found 'foo 2'\n"
          "2:46: field 'scores[1]': expected an integer, found 'x'\n"
          "2:49: field 'name': expected the field once, found it twice\n"
          "2:59: expected a field of Person: one of age, name, nickName, favourite, home, scores "
          "or is_married, found 'colour red'\n"
          "1:1: field 'is_married': expected yes or no, found no such field");
    try {
      tc::from_text<Address>("street A;\n zip 1e99");
    } catch (const tc::parse_error& error) {
      CHECK(error.line == 2);
      CHECK(error.column == 6);
      CHECK(error.path == "zip");
      CHECK(error.expected == "an integer from -2147483648 to 2147483647");
      CHECK(error.found == "'1e99'");
    }
  }

  TEST_CASE("each mistake has its message") {
    CHECK(why<Person>("age 36.5 days")
              .starts_with("1:10: field 'age': expected the unit 'years', "
                           "found 'days'"));
    CHECK(why<bool>("perhaps") == "1:1: expected yes or no, found 'perhaps'");
    CHECK(why<int>("") == "1:1: expected an integer, found the end of the text");
    CHECK(why<int>("1.5") == "1:1: expected an integer, found '1.5'");
    CHECK(why<std::uint8_t>("256") == "1:1: expected an integer from 0 to 255, found '256'");
    CHECK(why<int>("12abc") == "1:3: expected the end of the text, found 'abc'");
    CHECK(why<int>("-") == "1:1: expected an integer, found '-'");
    CHECK(why<std::string>("") == "1:1: expected a text in quotes, found the end of the text");
    CHECK(why<std::string>("\"a") == "1:1: expected a text in quotes, found '\"a', without an end");
    CHECK(why<std::string>("\"\\x\"") ==
          R"(1:2: expected one of \" \\ \n \r \t \uXXXX, found '\x')");
    CHECK(why<std::string>("\"\\ud800\"").starts_with("1:2: expected one of"));
    CHECK(why<std::string>("\"\\u-001\"").starts_with("1:2: expected one of"));
    CHECK(why<std::string>("\"\\u").starts_with("1:2: expected one of"));
    CHECK(why<Color>("blue") == "1:1: expected one of red, green or light_blue, found 'blue'");
    CHECK(why<std::chrono::seconds>("soon").starts_with("1:1: expected a duration such as"));
    CHECK(why<Address>("(street A; zip 1") ==
          "1:17: expected ';' or ')', found the end of the text");
    CHECK(why<Address>("street A; zip 1)") == "1:16: expected the end, found ')'");
    CHECK(why<Address>("street A; zip 1]") == "1:16: expected ';' or the end, found ']'");
    CHECK(why<Address>("street A; zip 1 2") == "1:17: expected ';' or the end, found '2'");
    CHECK(why<std::array<int, 2>>("[1]") == "1:1: expected a list of 2 elements, found 1");
    CHECK(why<std::array<int, 2>>("1, 2") ==
          "1:1: expected a list of 2 elements in brackets, found '1'");
    CHECK(why<std::pair<int, int>>("[1, 2, 3]") == "1:1: expected a list of 2 elements, found 3");
    CHECK(why<std::vector<int>>("3 items: 1, 2") == "1:9: expected 3 elements, found 2");
    CHECK(why<std::vector<int>>("99999999999999999999 items: 1") ==
          "1:1: field '[0]': expected an integer from -2147483648 to 2147483647, found "
          "'99999999999999999999 items: 1'");
    CHECK(why<std::vector<int>>("[1, 2") == "1:6: expected ',' or ']', found the end of the text");
    CHECK(why<std::vector<int>>("[1 2]") == "1:4: field '[0]': expected ',' or ']', found '2'");
    CHECK(why<std::map<int, int>>("1 = 2, 1 = 3") ==
          "1:8: field '[1]': expected the key once, found it twice");
    CHECK(why<std::map<int, int>>("1 2") ==
          "1:3: field '[0]': expected '=' behind the key, found '2'");
    CHECK(why<Eigen::Vector3d>("[1, 2]") == "1:1: expected a list of 3 numbers, found 2");
    CHECK(why<Eigen::MatrixXd>("[[1, 2], [3]]") ==
          "1:10: field '[1]': expected a list of 2 elements, found 1");
    CHECK(why<Eigen::MatrixXd>("[1, [2]]") == "1:5: field '[1]': expected a number, found '['");
    CHECK(why<Eigen::MatrixXd>("[[1], 2]") ==
          "1:7: field '[1]': expected a list in brackets, found '2'");
    CHECK(why<Choice>("square (side 1)").starts_with("1:1: expected one of option 1, boolean, "));
    CHECK(why<std::variant<int, double>>("3") ==
          "1:1: expected one of integer or number, found '3'");
    CHECK(why<std::monostate>("something") == "1:1: expected nothing, found 'something'");
    CHECK_THROWS_AS(tc::to_text(std::string("\xff")), tc::argument_error);
    CHECK_THROWS_AS(tc::to_text(static_cast<Color>(77)), tc::argument_error);
  }

  TEST_CASE("a budget leaves out what says least, and the text says so") {
    const Person person = ada();
    CHECK(tc::to_text(person, {.budget = 1000}) == text_of_ada);
    CHECK(tc::to_text(person, {.budget = text_of_ada.size()}) == text_of_ada);
    CHECK(tc::to_text(person, {.budget = 120}) ==
          "person: age 36.5 years; name \"Ada\"; favourite light blue; "
          "home (street \"Main St\"; zip 123); (2 fields left out)");
    CHECK(tc::to_text(person, {.budget = 80}) ==
          "person: age 36.5 years; name \"Ada\"; favourite light blue; (3 fields left out)");
    CHECK(tc::to_text(person, {.budget = 1}) == "person: (6 fields left out)");
    CHECK(tc::to_text(std::vector<int>(1000, 7), {.budget = 60}) ==
          "1000 items: 7, 7, 7, 7, 7, 7, 7, 7, (992 elements left out)");
    CHECK(tc::to_text(std::string(100, 'x'), {.budget = 70}) ==
          "\"" + std::string(40, 'x') + "\" (60 characters left out)");
    CHECK(tc::to_text(12345, {.budget = 2}) == "12345");
    Person empty = person;
    empty.name.clear();
    empty.scores.clear();
    empty.is_married = false;
    CHECK(tc::to_text(empty, {.budget = 100}) ==
          "person: age 36.5 years; favourite light blue; home (street \"Main St\"; zip 123); "
          "(3 fields left out)");
  }

  TEST_CASE("what is left of a string is its beginning, of a list its first elements") {
    struct Credit {
      std::string name, line;
      std::vector<std::string> names;
      std::vector<Address> places;
    };
    const std::string line =
        "ARTIST ROOMS Acquired jointly with the National Galleries of Scotland through The "
        "d\u2019Offay Donation with assistance from the National Heritage Memorial Fund 2008 "
        "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"
        "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac";
    const Credit credit{"A name",
                        line,
                        {"Ada", line, "Bob", "Eve", "Dan"},
                        {{"First Street", 1}, {"Second", 2}, {"Third", 3}}};
    const std::string whole = tc::to_text(credit);
    const auto part = [](std::string_view text, std::string_view begin, std::string_view end) {
      const std::size_t at = text.find(begin);
      if (at == std::string_view::npos) return std::string();
      text.remove_prefix(at + begin.size());
      return std::string(text.substr(0, text.find(end)));
    };
    for (std::size_t budget = 20; budget < whole.size(); ++budget) {
      const std::string text = tc::to_text(credit, {.budget = budget});
      CAPTURE(text);
      const std::string left = part(text, "line \"", "\"");
      REQUIRE(line.starts_with(left));
      // The last word, without blanks, is cut anywhere.
      REQUIRE((left.size() >= line.find("\u20ac") || line.substr(left.size())[0] == ' ' ||
               left.empty()));
      const std::string names = part(text, "5 names: ", ";");
      REQUIRE((names.empty() || names[0] == '(' || names.starts_with("\"Ada\"")));
      REQUIRE((names.find("Bob") == std::string::npos) <= (names.find("Eve") == std::string::npos));
      const std::string places = part(text, "3 places: ", "3)");
      REQUIRE((places.empty() || places[0] == '(' || !places.starts_with("(2 fields")));
      REQUIRE((text.find("Second") == std::string::npos || text.find("First") < text.size()));
      REQUIRE((text.find("Third") == std::string::npos || text.find("Second") < text.size()));
      REQUIRE(text.find("((") == std::string::npos);
      REQUIRE(text.find("\"\"") == std::string::npos);
      REQUIRE(why<Credit>(text).find("as parts were left out to fit a length") !=
              std::string::npos);
    }
  }

  TEST_CASE("a record of which all fields are left out has one pair of brackets") {
    struct House {
      Address home;
      std::variant<int, Address> other;
      std::string note;
    };
    const House house{{std::string(50, 'x'), 1}, Address{std::string(50, 'y'), 2}, "short"};
    CHECK(tc::to_text(house, {.budget = 80}) ==
          "house: home (2 fields left out); other address (2 fields left out); note \"short\"");
    CHECK(why<House>("house: home (2 fields left out); note x") ==
          "1:13: field 'home': expected the whole text, as parts were left out to fit a length, "
          "found '(2 fields left out)'");
    for (const char* text : {"home (street x; zip 1); other address (1 field left out); note x",
                             "home (street x; zip 1); other 1; note (68 characters left out)"})
      CHECK(why<House>(text).find("as parts were left out to fit a length") != std::string::npos);
  }

  TEST_CASE("no budget is exceeded where parts can be left out, and no shortened text is read") {
    tc::random_stream random{tc::random_key(9)};
    for (int i = 0; i < 10; ++i) {
      const Kinds k = random_kinds(random);
      const std::string whole = tc::to_text(k);
      for (std::size_t budget = 40; budget < whole.size(); budget += 1 + budget / 10) {
        const std::string text = tc::to_text(k, {.budget = budget});
        CAPTURE(text);
        REQUIRE(text.size() <= budget);
        REQUIRE(text.find(" left out)") != std::string::npos);
        REQUIRE(why<Kinds>(text).find("as parts were left out to fit a length") !=
                std::string::npos);
      }
    }
    CHECK(why<Person>("age 3; (2 fields left out)") ==
          "1:8: expected the whole text, as parts were left out to fit a length, found "
          "'(2 fields left out)'");
    CHECK(why<std::vector<std::string>>("2 items: \"a\" (12 characters left out) and \"b\"")
              .find("left out") != std::string::npos);
    CHECK(again<std::string>("\"(2 fields left out)\"") == "\"(2 fields left out)\"");
  }

  TEST_CASE("depth is bounded both ways") {
    Tree tree;
    Tree* last = &tree;
    for (int i = 0; i < 600; ++i) last = (last->left = std::make_unique<Tree>()).get();
    CHECK_THROWS_WITH_AS(tc::to_text(tree),
                         "to_text: more than 512 levels of nesting, or an object that contains "
                         "itself",
                         tc::argument_error);
    const std::string text = tc::to_text(tree, {.max_depth = 600});
    CHECK(why<Tree>(text).find("expected at most 512 levels of nesting, found more") !=
          std::string::npos);
    CHECK(why<Tree>(text, {.max_depth = 600}) == "read");
  }

  TEST_CASE("hostile texts are errors, and soon") {
    const std::string many(200000, '(');
    CHECK(why<Tree>(many) != "read");
    CHECK(why<Person>("home " + many) != "read");
    CHECK(why<Choice>(many) != "read");
    CHECK(why<std::vector<std::vector<int>>>(std::string(200000, '[')) != "read");
    CHECK(why<Eigen::MatrixXd>(std::string(200000, '[')) != "read");
    std::string nested;
    for (int i = 0; i < 200000; ++i) nested += "left (";
    CHECK(why<Tree>(nested).find("512 levels") != std::string::npos);
    std::string problems, words;
    for (int i = 0; i < 200000; ++i) problems += ";x\n", words += "a_ ";
    CHECK(why<Tree>(problems).find("more") != std::string::npos);
    CHECK(why<Tree>(words) != "read");
    CHECK(why<std::vector<int>>(std::string(200000, ',')) != "read");
    for (const char* bad : {"\xff", "name \"\xc3\"", "age 3\xe2\x82"})
      CHECK(why<Person>(bad).find("expected UTF-8, found byte ") != std::string::npos);
    CHECK(why<Person>("\xff") == "1:1: expected UTF-8, found byte 255");
    CHECK(why<Person>(std::string_view("age\0 3", 6)) != "read");
  }

  TEST_CASE("a text that ends anywhere is an error or a text without its last part") {
    tc::random_stream random{tc::random_key(11)};
    const std::string text = tc::to_text(random_kinds(random));
    for (std::size_t i = 0; i + 40 < text.size(); ++i) {
      CAPTURE(i);
      REQUIRE(why<Kinds>(text.substr(0, i)) != "read");
    }
    for (std::size_t i = 0; i < text_of_ada.size() - 3; ++i)
      REQUIRE(why<Person>(text_of_ada.substr(0, i)) != "read");
  }

  TEST_CASE("a text with any byte changed is an error or another object") {
    tc::random_stream random{tc::random_key(13)};
    const std::string text = tc::to_text(random_kinds(random));
    for (std::size_t i = 0; i < 3000; ++i) {
      std::string changed = text;
      changed[random.below(text.size())] = "()[];,=\" 0a\xff\\:"[random.below(15)];
      try {
        const Kinds k = tc::from_text<Kinds>(changed);
        REQUIRE(tc::to_text(tc::from_text<Kinds>(tc::to_text(k))) == tc::to_text(k));
      } catch (const tc::parse_error&) {
      }
    }
  }
}

}  // namespace test_text
