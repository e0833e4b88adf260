#include <tensacode/io/enum_text.hpp>

#include <doctest/doctest.h>

namespace test_enum_text {

enum class Work { Private, Self_emp_not_inc, _11th, Outlying_US_Guam_USVI_etc };
enum class Income { low, high };
constexpr std::string_view tc_spelling(Income income) {
  return income == Income::low ? "<=50K" : ">50K";
}
enum class Twins { a_b, ab, c };

TEST_SUITE("io/enum_text") {
  TEST_CASE("text matches enumerators in letters and digits, without regard to case") {
    CHECK(tc::enum_from_text<Work>("Private") == Work::Private);
    CHECK(tc::enum_from_text<Work>("Self-emp-not-inc") == Work::Self_emp_not_inc);
    CHECK(tc::enum_from_text<Work>("11TH") == Work::_11th);
    CHECK(tc::enum_from_text<Work>("Outlying-US(Guam-USVI-etc)") ==
          Work::Outlying_US_Guam_USVI_etc);
    CHECK_FALSE(tc::enum_from_text<Work>("Privat"));
    CHECK_FALSE(tc::enum_from_text<Work>(""));
    CHECK_FALSE(tc::enum_from_text<Work>("?"));
  }
  TEST_CASE("a spelling function decides reading and writing") {
    CHECK(tc::enum_from_text<Income>("<=50K") == Income::low);
    CHECK(tc::enum_from_text<Income>(">50K") == Income::high);
    CHECK_FALSE(tc::enum_from_text<Income>("50K"));  // both spellings have this canonical form
    CHECK(tc::enum_to_text(Income::high) == ">50K");
  }
  TEST_CASE("an exact name wins, an ambiguous canonical form matches nothing") {
    CHECK(tc::enum_from_text<Twins>("a_b") == Twins::a_b);
    CHECK(tc::enum_from_text<Twins>("ab") == Twins::ab);
    CHECK_FALSE(tc::enum_from_text<Twins>("A-B"));
  }
  TEST_CASE("a value that is no enumerator has no text") {
    CHECK(tc::enum_to_text(Work::_11th) == "_11th");
    CHECK_THROWS_WITH_AS(tc::enum_to_text(static_cast<Work>(77)),
                         "enum_to_text: 77 is not an enumerator of Work", tc::argument_error);
  }
}

}  // namespace test_enum_text
