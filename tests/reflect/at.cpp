// tests/reflect/at.cpp -- parts of objects by path, and all parts.
// SPDX-License-Identifier: MIT
#include <tensacode/reflect/reflect.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace parts {

enum class Color { red, green };
struct Address {
  std::string street = "Main St";
  int zip = 123;
};
struct Square {
  double side = 2;
};
struct Order {
  double price = 1;
  std::variant<int, Square> shape = Square{};
};
struct Person {
  std::string name = "Ada";
  Address home;
  std::optional<Address> work;
  std::unique_ptr<Person> friend_of;
  std::vector<Order> orders = std::vector<Order>(2);
  std::map<std::string, int> counts = {{"a b", 1}, {"plain", 2}, {"\"\\", 3}};
  std::map<Color, Address> by_color = {{Color::green, {}}};
  std::map<int, double> by_number = {{-3, 0.5}};
  std::tuple<int, std::string> pair = {7, "seven"};
  std::array<int, 2> fixed = {4, 5};
  std::set<int> set = {8, 9};
};
TC_REFLECT(Person)
struct Ring {
  int value = 0;
  std::shared_ptr<Ring> next;
  std::vector<std::shared_ptr<Ring>> others;
};
TC_REFLECT(Ring)
struct Chain {
  int value = 0;
  std::unique_ptr<Chain> next;
  Chain() = default;
  Chain(Chain&&) = default;
  Chain& operator=(Chain&&) = default;
  ~Chain() {
    while (next) next = std::move(next->next);  // no stack for each
  }
  TC_REFLECT(Chain, value, next)
};
struct Empty {};
struct Empties {
  Empty one;
  std::vector<Empty> many;
};

}  // namespace parts

namespace {

using parts::Person;

std::string why(const auto& f) {
  try {
    f();
  } catch (const tc::argument_error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST_CASE("a path leads to the part, whatever its kind") {
  Person p;
  CHECK(tc::at<std::string>(p, "home.street") == "Main St");
  tc::at<int>(p, "home.zip") = 99;
  CHECK(p.home.zip == 99);
  CHECK(tc::at<double>(p, "orders[1].price") == 1);
  CHECK(tc::at<double>(p, "orders[0].shape.side") == 2);
  CHECK(tc::at<int>(p, "counts[\"a b\"]") == 1);
  CHECK(tc::at<int>(p, "counts.plain") == 2);
  CHECK(tc::at<int>(p, "counts[\"\\\"\\\\\"]") == 3);
  CHECK(tc::at<int>(p, "by_color.green.zip") == 123);
  CHECK(tc::at<double>(p, "by_number[\"-3\"]") == 0.5);
  CHECK(tc::at<std::string>(p, "pair[1]") == "seven");
  CHECK(tc::at<int>(p, "fixed[1]") == 5);
  CHECK(tc::at<const int>(p, "set[1]") == 9);
  CHECK(&tc::at<Person>(p, "") == &p);
  CHECK(tc::at(p, "work").kind() == tc::kind::optional);
  p.work.emplace();
  CHECK(tc::at<int>(p, "work.zip") == 123);
  p.friend_of = std::make_unique<Person>();
  CHECK(tc::at<int>(p, "friend_of.fixed[0]") == 4);
  const Person& constant = p;
  CHECK(tc::at<const int>(constant, "home.zip") == 99);
  CHECK(tc::at(constant, "home").type().ends_with("Address"));
}

TEST_CASE("a path that leads nowhere says where it ends and what was meant") {
  Person p;
  CHECK(why([&] { tc::at(p, "home.stret"); }) ==
        "at: 'home.stret': Address has no field 'stret'; did you mean 'street'?");
  CHECK(why([&] { tc::at(p, "xyzzy"); }) == "at: 'xyzzy': Person has no field 'xyzzy'");
  CHECK(why([&] { tc::at(p, "orders[2]"); }) ==
        "at: 'orders[2]': 'orders' has 2 elements, there is no [2]");
  CHECK(why([&] { tc::at(p, "work.zip"); }) == "at: 'work.zip': 'work' holds nothing");
  CHECK(why([&] { tc::at(p, "counts.none"); }) == "at: 'counts.none': 'counts' has no key 'none'");
  CHECK(why([&] { tc::at(p, "home.zip.more"); }) ==
        "at: 'home.zip.more': 'home.zip' is a int and has no parts");
  CHECK(why([&] { tc::at(p, "orders.price"); }).find("expected an index") != std::string::npos);
  CHECK(why([&] { tc::at<double>(p, "home.zip"); }) == "at: the part is a int, not a double");
  const Person& constant = p;
  CHECK(why([&] { tc::at<int>(constant, "home.zip"); }) ==
        "at: the part is a const int, not a int");
}

TEST_CASE("what is no path is refused with its position") {
  for (const char* text : {".a", "a.", "a..b", "a[", "a[]", "a[1", "a[x]", "a[\"x]", "a[\"x\"",
                           "[-1]", "a b", "a]b", "[1]a", "a[99999999999999999999999]"})
    CHECK_MESSAGE(why([&] { tc::path p(text); }).starts_with("path '"), text);
  CHECK(why([] { tc::path p("home..street"); }) ==
        "path 'home..street': expected '.name', '[index]' or '[\"key\"]' at byte 5");
  CHECK((tc::path("a") / "b" / "c d")[3].text() == "a.b[\"c d\"][3]");
  CHECK(tc::path("a.b") == tc::path("a") / "b");
  CHECK(tc::path("a") < tc::path("b"));
}

TEST_CASE("all leaves have paths, and each path leads to its leaf") {
  Person p;
  p.friend_of = std::make_unique<Person>();
  p.friend_of->name = "Bob";
  std::size_t count = 0;
  tc::for_each_leaf(p, [&](const tc::path& where, const auto& leaf) {
    ++count;
    CHECK(tc::path(where.text()) == where);
    CHECK(tc::at(std::as_const(p), where).is<std::remove_reference_t<decltype(leaf)>>());
    CHECK(&tc::at(std::as_const(p), where).get<std::remove_reference_t<decltype(leaf)>>() == &leaf);
  });
  const auto all = tc::paths(p);
  CHECK(all.size() == count);
  CHECK(all[0].text() == "name");
  CHECK(all[1].text() == "home.street");
  CHECK(all[3].text() == "work");  // an optional that holds nothing
  CHECK(all[4].text() == "friend_of.name");
}

TEST_CASE("a path known while compiling gives a reference of the part's type") {
  Person p;
  tc::at<"home.street">(p) = "High St";
  CHECK(p.home.street == "High St");
  static_assert(std::is_same_v<decltype(tc::at<"orders[1].price">(p)), double&>);
  static_assert(std::is_same_v<decltype(tc::at<"pair[1]">(std::as_const(p))), const std::string&>);
  CHECK(tc::at<"counts[\"a b\"]">(p) == 1);
  CHECK(tc::at<"by_color.green.zip">(p) == 123);
  CHECK(why([&] { tc::at<"work.zip">(p); }) == "at: there is nothing at 'work.zip'");
  CHECK(why([&] { tc::at<"orders[2].price">(p); }) == "at: there is nothing at 'orders[2].price'");
}

std::string matches(auto& object, auto pattern) {
  std::string found;
  tc::for_each_match<pattern.text>(object, [&](const tc::path& where, auto&) {
    found += (found.empty() ? "" : " ") + where.text();
  });
  return found;
}
template <tc::fixed_string Text>
struct pattern {
  static constexpr auto text = Text;
};

TEST_CASE("patterns match parts, checked against the type") {
  Person p;
  CHECK(matches(p, pattern<"orders[*].price">{}) == "orders[0].price orders[1].price");
  CHECK(matches(p, pattern<"orders[1]">{}) == "orders[1]");
  CHECK(matches(p, pattern<"orders[7]">{}).empty());
  CHECK(matches(p, pattern<"**.zip">{}) == "home.zip by_color.green.zip");
  CHECK(matches(p, pattern<"home.*">{}) == "home.street home.zip");
  CHECK(matches(p, pattern<"counts.*">{}) == "counts[\"\\\"\\\\\"] counts[\"a b\"] counts.plain");
  CHECK(matches(p, pattern<"**.side">{}) == "orders[0].shape.side orders[1].shape.side");
  CHECK(matches(p, pattern<"work.zip">{}).empty());
  CHECK(matches(p, pattern<"pair[*]">{}) == "pair[0] pair[1]");
  CHECK(matches(p, pattern<"set[1]">{}) == "set[1]");
  p.friend_of = std::make_unique<Person>();
  CHECK(matches(p, pattern<"**.name">{}) == "name friend_of.name");
  double sum = 0;
  tc::for_each_match<"orders[*].price">(p, [&](const tc::path&, double& price) { sum += price; });
  CHECK(sum == 2);
}

TEST_CASE("a pattern known at run time matches the same paths") {
  Person p;
  p.friend_of = std::make_unique<Person>();
  const auto count = [&](const char* text) {
    std::size_t found = 0;
    for (const auto& where : tc::paths(p)) found += tc::glob(text).matches(where) ? 1 : 0;
    return found;
  };
  CHECK(count("orders[*].price") == 2);
  CHECK(count("**.price") == 4);
  CHECK(count("**") == tc::paths(p).size());
  CHECK(count("counts.*") == 3);
  CHECK(count("counts[\"a b\"]") == 1);
  CHECK(count("**.nothing") == 0);
  CHECK(count("home.*") == 2);
  CHECK(why([] { tc::glob g("a.**b"); }).starts_with("glob 'a.**b': expected"));
  CHECK_THROWS_AS(tc::glob("a["), tc::argument_error);
}

TEST_CASE("an object that contains itself is an error that names where") {
  auto ring = std::make_shared<parts::Ring>();
  ring->others = {nullptr, std::make_shared<parts::Ring>()};
  ring->others[1]->next = ring;
  CHECK(why([&] { tc::paths(*ring); }) ==
        "for_each_leaf: the object contains itself: 'others[1].next.others[1]' holds 'others[1]' "
        "again. Fix: cut the cycle, or use a weak_ptr.");
  int sum = 0;
  const auto add = [&](const tc::path&, auto& part) {
    if constexpr (std::is_same_v<decltype(part), int&>) sum += ++part;
  };
  CHECK(
      why([&] { tc::for_each_match<"**.value">(*ring, add); }).starts_with("for_each_match: the "));
  // A path and a pattern of one length lead around it.
  CHECK(tc::at<std::shared_ptr<parts::Ring>>(*ring, "others[1].next") == ring);
  sum = ring->value = 0;
  tc::for_each_match<"others[1].next.others[1].next.value">(*ring, add);
  CHECK(sum == 1);
  ring->others[1]->next.reset();
  CHECK(tc::paths(*ring).size() == 5);
}

TEST_CASE("200,000 steps and objects in each other take no stack") {
  constexpr int count = 200'000;
  parts::Chain chain;
  std::string text;
  parts::Chain* last = &chain;
  for (int i = 0; i < count; ++i) {
    last = (last->next = std::make_unique<parts::Chain>()).get();
    text += i == 0 ? "next" : ".next";
  }
  last->value = 7;
  CHECK(tc::at<int>(chain, text + ".value") == 7);
  CHECK(why([&] { tc::at(chain, text + ".next.next"); }).ends_with("holds nothing"));
  CHECK(why([&] { tc::paths(chain); }) ==
        "for_each_leaf: more than 1000 pointers in each other, the last one at "
        "'next.next.next.next.next.next.next.next....'");
  CHECK(why([&] {
          tc::for_each_match<"**.value">(chain, [](const auto&...) {});
        }).starts_with("for_each_match: more than 1000 pointers"));
  CHECK(tc::glob(text).matches(text));
  CHECK(tc::glob("**.next").matches(text));
  CHECK_FALSE(tc::glob("**.value").matches(text));
  CHECK(why([&] { tc::path p(std::string(count, '[')); }).starts_with("path '["));
  CHECK(why([&] { tc::path p(std::string(count, '.')); }).starts_with("path '."));
  std::string indexes, stars;
  for (int i = 0; i < count; ++i) indexes += "[0]", stars += "[*]";
  CHECK(tc::path(indexes).text().size() == indexes.size());
  CHECK(tc::glob(stars).matches(indexes));
  CHECK(why([&] { tc::at(chain, indexes); }).find("has no field '0'") != std::string::npos);
}

TEST_CASE("a pattern of many ** is matched soon") {
  std::string pattern, text;
  for (int i = 0; i < 60; ++i) pattern += "**.a.", text += "a.a.a.";
  CHECK(tc::glob(pattern + "a").matches(text + "a"));
  CHECK_FALSE(tc::glob(pattern + "b").matches(text + "a"));
  CHECK(tc::glob(pattern + "**").matches(text + "a"));
  CHECK(tc::glob("**.**").matches(""));
  CHECK_FALSE(tc::glob("a.**.b").matches("a"));
  CHECK(tc::glob("a.**.b").matches("a.b"));
  CHECK(tc::glob("a.**.b.**.c").matches("a.x.b.b[3].c.c"));
}

TEST_CASE("a struct without fields has no leaves") {
  parts::Empties object{{}, {{}}};
  CHECK(tc::paths(object).empty());
  CHECK(tc::at(object, "many[0]").is<parts::Empty>());
  CHECK(why([&] { tc::at(object, "one.x"); }) == "at: 'one.x': Empty has no field 'x'");
}

}  // namespace
