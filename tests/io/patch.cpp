// tests/io/patch.cpp -- differences of objects, applied and undone.
// SPDX-License-Identifier: MIT
#include <tensacode/core/random.hpp>
#include <tensacode/io/patch.hpp>

#include <array>
#include <cstdint>
#include <limits>
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

namespace patched {

enum class Color { red, green, blue };
struct Item {
  double price = 0;
  std::string name;
};
struct Thing {
  int number = 0;
  double real = 0;
  bool flag = false;
  Color color = Color::red;
  std::string text;
  std::optional<int> maybe;
  std::optional<Item> item;
  std::unique_ptr<Item> owned;
  std::variant<int, double, std::string, Item> one_of;
  std::array<int, 2> fixed = {};
  std::tuple<int, std::string> pair;
  std::vector<Item> items;
  std::vector<bool> bits;
  std::set<int> set;
  std::map<std::string, int> by_name;
  std::map<Color, std::vector<int>> by_color;
  std::map<double, int> by_real;
  Eigen::VectorXd vector;
};
TC_REFLECT(Thing)

struct Account {
  int id = 0;
  double share = 0;
  std::vector<int> marks;
};
struct Bank {
  std::vector<Account> accounts;
};
TC_REFLECT(Bank)
/// What JSON does not tell.
struct Odd {
  std::variant<double, int, float> number;
  std::vector<double> reals;
  int cache = 0;
};
TC_REFLECT(Odd)
TC_FIELD(Odd, cache, tc::ignore)
struct Shop {
  std::vector<Odd> odds;
  std::map<std::string, Odd> by_name;
  std::optional<Odd> first;
  std::variant<int, std::string> code;
  int pair[2] = {1, 2};
};
TC_REFLECT(Shop)
struct Ring {
  int value = 0;
  std::shared_ptr<Ring> next;
};
TC_REFLECT(Ring)
TC_FIELD(Account, id, tc::frozen)
TC_FIELD(Account, share, tc::range(0, 1))
TC_FIELD(Account, marks, tc::length(1, 2), tc::range(1, 6))

}  // namespace patched

namespace {

using patched::Color;
using patched::Item;
using patched::Thing;

/// Draws from a key, one after the other.
struct dice {
  tc::random_key key;
  std::uint64_t next = 0;
  std::size_t below(std::size_t n) { return key.bits(next++) % n; }
  int number() { return static_cast<int>(below(5)) - 2; }
  double real() {
    constexpr double inf = std::numeric_limits<double>::infinity();
    constexpr double values[] = {
        0, 0.1, -1e300, 5e-324, inf, -inf, std::numeric_limits<double>::quiet_NaN()};
    return values[below(7)];
  }
  double finite() { return static_cast<double>(number()) / 3; }
  std::string text() {
    constexpr const char* values[] = {"", "a", "a b", "\"\\", "[0]", "ä"};
    return values[below(6)];
  }
  Item item() { return {finite(), text()}; }
};

Thing draw(dice& d) {
  Thing t;
  t.number = d.number();
  t.real = d.real();
  t.flag = d.below(2) == 1;
  t.color = static_cast<Color>(d.below(3));
  t.text = d.text();
  if (d.below(2)) t.maybe = d.number();
  if (d.below(2)) t.item = d.item();
  if (d.below(2)) t.owned = std::make_unique<Item>(d.item());
  switch (d.below(4)) {
    case 0:
      t.one_of = d.number();
      break;
    case 1:
      t.one_of = d.real();
      break;
    case 2:
      t.one_of = d.text();
      break;
    default:
      t.one_of = d.item();
  }
  t.fixed = {d.number(), d.number()};
  t.pair = {d.number(), d.text()};
  for (std::size_t i = d.below(4); i > 0; --i) t.items.push_back(d.item());
  for (std::size_t i = d.below(4); i > 0; --i) t.bits.push_back(d.below(2) == 1);
  for (std::size_t i = d.below(4); i > 0; --i) t.set.insert(d.number());
  for (std::size_t i = d.below(4); i > 0; --i) t.by_name[d.text()] = d.number();
  for (std::size_t i = d.below(3); i > 0; --i)
    t.by_color[static_cast<Color>(d.below(3))].push_back(d.number());
  for (std::size_t i = d.below(3); i > 0; --i) t.by_real[d.finite()] = d.number();
  t.vector = Eigen::VectorXd::Constant(static_cast<Eigen::Index>(d.below(3)), d.finite());
  return t;
}

/// Everything of a thing, NaN and the alternative of the variant too.
std::string all_of(const Thing& t) {
  return tc::to_json(t) + tc::detail::value_to_json(t.real) + tc::detail::value_to_json(t.one_of);
}

TEST_CASE("a patch makes one object the other, and its inverse undoes it") {
  dice d{tc::random_key(3)};
  std::size_t edits = 0;
  for (int i = 0; i < 3000; ++i) {
    Thing a = draw(d);
    const Thing b = draw(d);
    const std::string before = all_of(a), after = all_of(b);
    const tc::patch change = tc::diff(a, b);
    edits += change.edits.size();
    tc::apply(change, a);
    REQUIRE(all_of(a) == after);
    CHECK(tc::diff(a, b).empty());
    // As data: what is read back does the same.
    const auto kept = tc::from_json<tc::patch>(tc::to_json(change));
    tc::apply(kept.inverse(), a);
    REQUIRE(all_of(a) == before);
  }
  CHECK(edits > 20000);
}

TEST_CASE("only what differs is edited, at the finest path") {
  dice d{tc::random_key(1)};
  Thing a = draw(d);
  a.items = {{1, "x"}, {2, "y"}};
  a.by_name = {{"k", 1}};
  a.maybe.reset();
  dice again{tc::random_key(1)};
  Thing b = draw(again);
  b.items = {{1, "x"}, {3, "y"}, {4, "z"}};
  b.by_name = {{"l", 2}};
  b.maybe = 5;
  const auto change = tc::diff(a, b);
  REQUIRE(change.edits.size() == 5);
  CHECK(change.edits[0].path == "maybe");
  CHECK(change.edits[0].before == "null");
  CHECK(change.edits[0].after == "5");
  CHECK(change.edits[1].path == "items[1].price");
  CHECK(change.edits[2].action == tc::edit_action::insert);
  CHECK(change.edits[2].path == "items[2]");
  CHECK(change.edits[2].after == R"({"price":4,"name":"z"})");
  CHECK(change.edits[3].action == tc::edit_action::remove);
  CHECK(change.edits[3].path == "by_name.k");
  CHECK(change.edits[4].path == "by_name.l");
}

TEST_CASE("a patch that does not suit changes nothing") {
  Thing a, b;
  b.number = 1;
  b.items = {{2, "new"}};
  b.text = "changed";
  const auto change = tc::diff(a, b);
  Thing other;
  other.text = "in the way";
  const std::string before = all_of(other);
  try {
    tc::apply(change, other);
    FAIL("must throw");
  } catch (const tc::patch_conflict& conflict) {
    CHECK(std::string(conflict.what()) == R"(patch: 'text': expected "", found "in the way")");
  }
  CHECK(all_of(other) == before);
  tc::patch bad;
  bad.edits = {{tc::edit_action::set, "number", {}, "1"}, {tc::edit_action::set, "nmber", {}, "2"}};
  CHECK_THROWS_AS(tc::apply(bad, other), tc::argument_error);
  bad.edits[1] = {tc::edit_action::set, "number", {}, "\"x\""};
  CHECK_THROWS_AS(tc::apply(bad, other), tc::parse_error);
  bad.edits[1] = {tc::edit_action::remove, "items[3]", {}, {}};
  CHECK_THROWS_AS(tc::apply(bad, other), tc::patch_conflict);
  bad.edits[1] = {tc::edit_action::insert, "number", {}, "1"};
  CHECK_THROWS_AS(tc::apply(bad, other), tc::argument_error);
  bad.edits[1] = {tc::edit_action::set, "one_of", {}, "[9,1]"};
  CHECK_THROWS_AS(tc::apply(bad, other), tc::parse_error);
}

TEST_CASE("frozen fields stay, and what a range or a length forbids is undone") {
  const patched::Bank before{{{7, 0.5, {1}}}};
  const auto message = [&](const tc::edit& change) {
    auto bank = before;
    std::string text = "applied";
    try {
      // The first edit is fine, and must be undone with the second.
      tc::apply({{{tc::edit_action::set, "accounts[0].share", {}, "0.25"}, change}}, bank);
    } catch (const tc::error& error) {
      text = error.what();
      CHECK(tc::to_json(bank) == tc::to_json(before));
    }
    return text;
  };
  using enum tc::edit_action;
  CHECK(message({set, "accounts[0].share", {}, "1"}) == "applied");
  CHECK(message({set, "accounts[0].id", "7", "8"}) ==
        "patch: 'accounts[0].id': the field 'id' of Account is frozen");
  CHECK(message({set, "accounts[0].share", {}, "1.5"}) ==
        "field 'accounts[0].share': expected a number in [0, 1], found 1.5");
  CHECK(message({set, "accounts[0].marks[0]", {}, "7"}) ==
        "field 'accounts[0].marks[0]': expected a number in [1, 6], found 7");
  CHECK(message({remove, "accounts[0].marks[0]", {}, {}}) ==
        "field 'accounts[0].marks[0]': expected 1 to 2 elements, found no element");
  CHECK(message({insert, "accounts[0].marks[1]", {}, "2"}) == "applied");
  CHECK(message({insert, "accounts[0].marks[1]", {}, "9"}) ==
        "field 'accounts[0].marks[1]': expected a number in [1, 6], found 9");
  CHECK(message({insert, "accounts[1]", {}, R"({"id":1,"share":2,"marks":[1]})"}) ==
        "1:17: field 'share': expected a number in [0, 1], found 2");
}

TEST_CASE("what JSON does not tell apart is told, inside of other values too") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const patched::Odd odd{2, {nan, 1, -std::numeric_limits<double>::infinity()}};
  patched::Shop before;
  before.first = odd;
  patched::Shop after;
  after.odds = {odd};
  after.by_name = {{"a", {3.0F, {nan}}}};
  after.pair[1] = 5;
  patched::Shop shop = before;
  const auto change = tc::from_json<tc::patch>(tc::to_json(tc::diff(before, after)));
  CHECK(change.edits[0].after == R"({"number":[1,2],"reals":["nan",1,"-inf"]})");
  tc::apply(change, shop);
  CHECK(tc::equal(shop, after));
  tc::apply(change.inverse(), shop);
  CHECK(tc::equal(shop, before));
}

TEST_CASE("a patch that fails half-way leaves even what patches do not see") {
  patched::Shop shop;
  shop.odds = {{1.5F, {std::numeric_limits<double>::infinity()}, 41}, {}};
  shop.by_name["x"].cache = 42;
  shop.first = {1, {}, 43};
  shop.code = "text";
  const std::string before = tc::detail::value_to_json(shop);
  using enum tc::edit_action;
  const std::vector<tc::edit> good{{remove, "odds[0]", {}, {}},
                                   {remove, "by_name.x", {}, {}},
                                   {set, "first", {}, "null"},
                                   {set, "pair", "[1,2]", "[3,4]"},
                                   {insert, "odds[1]", {}, R"({"number":[0,1],"reals":[]})"},
                                   {set, "code", {}, "[0,7]"}};
  for (const tc::edit& bad :
       {tc::edit{set, "code", {}, "[0,\"x\"]"}, tc::edit{set, "code", {}, ","},
        tc::edit{set, "code", {}, ""}, tc::edit{set, "code", {}, "[0"},
        tc::edit{set, "code", "[0,8]", "[0,1]"}, tc::edit{set, "odds[", {}, {}},
        tc::edit{insert, "odds[9]", {}, "null"}, tc::edit{remove, "", {}, {}},
        tc::edit{set, "first", {}, R"({"number":[0,1],"reals":[0,"x"]})"},
        tc::edit{insert, "by_name", {}, {}}, tc::edit{set, ".odds", {}, {}},
        tc::edit{set, "by_name.x", {}, {}}, tc::edit{set, "code", {}, "\xff"}}) {
    tc::patch change{good};
    change.edits.push_back(bad);
    CAPTURE(bad.path);
    CAPTURE(bad.after.value_or(""));
    CHECK_THROWS_AS(tc::apply(change, shop), tc::error);
    CHECK(tc::detail::value_to_json(shop) == before);
    CHECK(shop.odds[0].cache == 41);
    CHECK(shop.by_name["x"].cache == 42);
    CHECK(shop.first->cache == 43);
    // Alone, it fails as well.
    CHECK_THROWS_AS(tc::apply({{bad}}, shop), tc::error);
    CHECK(tc::detail::value_to_json(shop) == before);
  }
}

TEST_CASE("an object that contains itself has no differences that end, but parts to edit") {
  const auto ring = std::make_shared<patched::Ring>(), other = std::make_shared<patched::Ring>();
  ring->next = ring;
  other->next = std::make_shared<patched::Ring>();
  other->next->next = other;
  CHECK_THROWS_WITH_AS(tc::diff(*ring, *other),
                       "diff: the object contains itself: 'next.next' holds 'next' again. Fix: cut "
                       "the cycle, or use a weak_ptr.",
                       tc::argument_error);
  CHECK_THROWS_AS(tc::diff(*ring, patched::Ring{}), tc::argument_error);
  std::string far;
  for (int i = 0; i < 200'000; ++i) far += "next.";
  using enum tc::edit_action;
  tc::apply({{{set, far + "value", "0", "7"}}}, *other);
  CHECK(other->value == 7);
  CHECK_THROWS_AS(tc::apply({{{set, far + "next", "null", "null"}}}, *other), tc::argument_error);
  CHECK_THROWS_AS(tc::apply({{{insert, far + "next", {}, "1"}}}, *other), tc::argument_error);
  CHECK(other->next->next == other);
  tc::apply({{{set, "next", {}, "null"}}}, *other);
  tc::apply({{{set, "next", {}, "null"}}}, *ring);
}

}  // namespace
