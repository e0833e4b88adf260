// tests/core/error.cpp -- exceptions and the message formatter.
#include <tensacode/core/error.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace test_error {

void check_positive(int x) { TC_CHECK(x > 0, tc::argument_error, "x must be positive, got {}", x); }

TEST_SUITE("core/error") {
  TEST_CASE("holes are filled in order") {
    CHECK(tc::format("{} and {}", 1, "two") == "1 and two");
    CHECK(tc::format("{}{}{}", 'a', std::string("b"), std::string_view("c")) == "abc");
    CHECK(tc::format("[{}]", true) == "[true]");
    CHECK(tc::format("[{}]", false) == "[false]");
  }
  TEST_CASE("surplus holes stay and surplus arguments follow the text") {
    CHECK(tc::format("{} {}", 1) == "1 {}");
    CHECK(tc::format("no hole") == "no hole");
    CHECK(tc::format("") == "");
    CHECK(tc::format("{}") == "{}");
    CHECK(tc::format("end", 7) == "end7");
  }
  TEST_CASE("a hole inside an argument is text") {
    CHECK(tc::format("{} {}", "{}", 2) == "{} 2");
    CHECK(tc::format("{x} { } {}", 1) == "{x} { } 1");
  }
  TEST_CASE("numbers have their shortest form that reads back equal") {
    CHECK(tc::format("{}", 0.1) == "0.1");
    CHECK(tc::format("{}", 0.1f) == "0.1");
    CHECK(tc::format("{}", 1e300) == "1e+300");
    CHECK(tc::format("{}", -0.0) == "-0");
    CHECK(tc::format("{}", std::numeric_limits<double>::infinity()) == "inf");
    CHECK(tc::format("{}", std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(tc::format("{}", std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(std::stod(tc::format("{}", 1.0 / 3)) == 1.0 / 3);
    CHECK(tc::format("{}", std::numeric_limits<double>::denorm_min()) == "5e-324");
  }
  TEST_CASE("TC_CHECK throws the named type with the formatted message") {
    CHECK_NOTHROW(check_positive(1));
    CHECK_THROWS_WITH_AS(check_positive(-3), "x must be positive, got -3", tc::argument_error);
  }
  TEST_CASE("every exception is a tc::error and a std::runtime_error") {
    CHECK_THROWS_AS(throw tc::shape_error("s"), tc::error);
    CHECK_THROWS_AS(throw tc::file_error("f"), tc::error);
    CHECK_THROWS_AS(throw tc::argument_error("a"), std::runtime_error);
  }
}

}  // namespace test_error
