// tests/core/version.cpp -- the version header says what the build says.
#include <tensacode/core/version.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_SUITE("core/version") {
  TEST_CASE("the header states the version of meson.build") {
    CHECK(std::string(TC_VERSION_STRING) == TC_TEST_PROJECT_VERSION);
  }

  TEST_CASE("the numbers and the text agree") {
    const std::string numbers = std::to_string(TC_VERSION_MAJOR) + "." +
                                std::to_string(TC_VERSION_MINOR) + "." +
                                std::to_string(TC_VERSION_PATCH);
    CHECK(numbers == TC_VERSION_STRING);
    CHECK(TC_VERSION == TC_VERSION_MAJOR * 10000 + TC_VERSION_MINOR * 100 + TC_VERSION_PATCH);
  }
}
