// tests/core/fixed_string.cpp -- string literals as template arguments.
#include <tensacode/core/fixed_string.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace test_fixed_string {

template <tc::fixed_string Name>
struct named {
  static constexpr std::string_view name = Name;
};

TEST_SUITE("core/fixed_string") {
  TEST_CASE("a literal is a template argument and reads back without its zero") {
    CHECK(named<"age">::name == "age");
    CHECK(named<"">::name.empty());
    CHECK(named<"a b\"c">::name == "a b\"c");
  }
  TEST_CASE("equal literals name one type, different ones two") {
    CHECK(std::is_same_v<named<"age">, named<"age">>);
    CHECK_FALSE(std::is_same_v<named<"age">, named<"agE">>);
    CHECK_FALSE(std::is_same_v<named<"age">, named<"ages">>);
  }
  TEST_CASE("bytes that are not ASCII and zeros inside are kept") {
    CHECK(named<"caf\xC3\xA9">::name == "caf\xC3\xA9");
    CHECK(tc::fixed_string("a\0b").view() == std::string_view("a\0b", 3));
  }
  TEST_CASE("it converts to a view in a constant expression") {
    constexpr tc::fixed_string text = "constant";
    static_assert(text.view().size() == 8);
    const std::string_view view = text;
    CHECK(std::string(view) == "constant");
  }
}

}  // namespace test_fixed_string
