// tests/autodiff/predicate.cpp -- comparisons that remember by how much they hold.
#include <tensacode/autodiff/predicate.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace test_predicate {

TEST_SUITE("autodiff/predicate") {
  TEST_CASE("truth is that of the numbers, ties included") {
    const tc::var x = 1, y = 2;
    CHECK((x < y));
    CHECK_FALSE((y < x));
    CHECK_FALSE((x < x));
    CHECK((x <= x));
    CHECK((x >= 1));
    CHECK((3.0 > y));
    CHECK((x * 2 == y));
    CHECK_FALSE((x < std::numeric_limits<double>::quiet_NaN()));
  }
  TEST_CASE("the margin is positive where it holds") {
    const tc::var x = 1, y = 4;
    CHECK((x < y).margin.value() == 3);
    CHECK((x > y).margin.value() == -3);
    CHECK((x <= 1.5).margin.value() == 0.5);
  }
  TEST_CASE("and, or and not take the smaller, the larger and the opposite margin") {
    const tc::var x = 1;
    const auto near = x < 2, far = x < 10;
    const auto wrong = x > 3;
    CHECK((near && far).margin.value() == 1);
    CHECK((near || far).margin.value() == 9);
    CHECK((near && wrong).margin.value() == -2);
    CHECK_FALSE((near && wrong));
    CHECK((near || wrong));
    CHECK((!wrong).margin.value() == 2);
    CHECK((!wrong));
    const tc::predicate stored = near;
    CHECK(stored.margin.value() == 1);
  }
  TEST_CASE("equality is a predicate of its own kind") {
    const tc::var x = 1, y = 3;
    const auto equal = x == y;
    CHECK_FALSE(equal);
    CHECK(equal.margin.value() == -2);
    CHECK(equal.holds_if == tc::relation::zero);
    CHECK((x != y));
    CHECK((!equal));
    CHECK((!equal).holds_if == tc::relation::not_zero);
    CHECK((!!equal).holds_if == tc::relation::zero);
    CHECK((x == 1.0));
    // In a combination an equality fails by the distance.
    CHECK((equal && x < 2).margin.value() == -2);
    CHECK((x != y || x > 2).margin.value() == 2);
  }
  TEST_CASE("a bool joins in as certain") {
    const tc::var x = 1;
    const auto near = x < 3;
    CHECK((near && true).margin.value() == 2);
    CHECK_FALSE((false && near));
    CHECK((near && false).margin.value() == -std::numeric_limits<double>::infinity());
    CHECK((false || near).margin.value() == 2);
    CHECK((near || true).margin.value() == std::numeric_limits<double>::infinity());
  }
}

}  // namespace test_predicate
