#include <tensacode/io/parse_error.hpp>

#include <doctest/doctest.h>

TEST_SUITE("io/parse_error") {
  TEST_CASE("one problem is one sentence") {
    const tc::parse_error error("adult.csv", {{17, 5, "age", "an integer", "'abc'"}});
    CHECK(std::string(error.what()) ==
          "adult.csv:17:5: field 'age': expected an integer, found 'abc'");
    CHECK(error.line == 17);
    CHECK(error.column == 5);
    CHECK(error.path == "age");
    CHECK(error.found == "'abc'");
  }
  TEST_CASE("all problems of a record are listed, and what is not listed is counted") {
    const tc::parse_error error(
        "", {{1, 2, "a", "x", "y"}, {3, 0, "", "p", ""}, {0, 0, "t", "q", "r"}}, 5);
    CHECK(std::string(error.what()) ==
          "1:2: field 'a': expected x, found y\n3: expected p\nfield 't': expected q, found r\n"
          "... and 5 more");
    CHECK(error.problems.size() == 3);
  }
  TEST_CASE("quoted text is short, printable and whole") {
    CHECK(tc::detail::quoted("a\nb") == "'a?b'");
    const std::string long_text = std::string(39, 'x') + "\xC3\xA9" + "tail";
    CHECK(tc::detail::quoted(long_text).size() < 50);
  }
}
