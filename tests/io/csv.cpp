#include <tensacode/io/csv.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace test_csv {

enum class Size { small, extra_large };
struct Address {
  std::string street;
  std::optional<int> zip = {};
};
struct Row {
  int age = 0;
  double hours_per_week = 0;
  bool member = false;
  std::optional<Size> size;
  std::optional<std::string> nick;
  Address home;
};
struct In {
  int age = 0;
  std::optional<int> x;
};
struct Out {
  std::string income;
};

struct temporary_file {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("tensacode_csv_" + std::to_string(getpid()) + ".csv"))
                         .string();
  explicit temporary_file(std::string_view bytes = "") { tc::write_file(path, bytes); }
  ~temporary_file() { std::remove(path.c_str()); }
};

template <class T>
std::string error_of(std::string_view bytes, const tc::csv_read_options& options = {}) {
  const temporary_file file(bytes);
  try {
    tc::read_csv<T>(file.path, options);
  } catch (const tc::parse_error& error) {
    std::string text = error.what();
    for (std::size_t at; (at = text.find(file.path)) != std::string::npos;)
      text.replace(at, file.path.size(), "f");
    return text;
  }
  return "no error";
}

TEST_SUITE("io/csv") {
  TEST_CASE("rows read back as they were written") {
    std::vector<Row> rows(3);
    rows[0] = {-5, 1.0 / 3, true, Size::extra_large, "a \"quoted\", one", {"two\nlines\r\n", 12}};
    rows[1] = {1, 1e300, false, {}, "", {"", {}}};
    rows[2] = {2, 0.1, false, Size::small, {}, {" spaces ", 0}};
    const temporary_file file;
    tc::write_csv(file.path, rows);
    CHECK(tc::read_file(file.path).starts_with(
        "age,hours_per_week,member,size,nick,home.street,home.zip\n-5,"));
    const auto back = tc::read_csv<Row>(file.path);
    REQUIRE(back.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(back[i].age == rows[i].age);
      CHECK(back[i].hours_per_week == rows[i].hours_per_week);
      CHECK(back[i].member == rows[i].member);
      CHECK(back[i].size == rows[i].size);
      CHECK(back[i].nick == rows[i].nick);
      CHECK(back[i].home.street == rows[i].home.street);
      CHECK(back[i].home.zip == rows[i].home.zip);
    }
  }
  TEST_CASE("columns come in any order, spelled in letters and digits, and others are ignored") {
    const temporary_file file(
        "\xEF\xBB\xBFother,\"Hours-per-week\",member,home.street,AGE\r\n\r\nx, 40 ,Yes,s,+3\r\n");
    const auto rows = tc::read_csv<Row>(file.path);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].hours_per_week == 40);
    CHECK(rows[0].age == 3);
    CHECK(rows[0].member);
    CHECK(rows[0].home.street == "s");
    CHECK_FALSE(rows[0].size);
  }
  TEST_CASE("a row may be a pair of structs") {
    const temporary_file file("income;age\n>50K;30\n");
    const auto rows = tc::read_csv<std::pair<In, Out>>(file.path, {.delimiter = ';'});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].first.age == 30);
    CHECK(rows[0].second.income == ">50K");
    const temporary_file copy;
    tc::write_csv(copy.path, rows);
    CHECK(tc::read_file(copy.path) == "age,x,income\n30,,>50K\n");
  }
  TEST_CASE("all problems of a row are reported with line, column and field") {
    CHECK(error_of<Row>("age,hours_per_week,member,size,home.street,home.zip\n"
                        "1,2,1,,s,\nabc,,maybe,huge,\"x\ny\",2.5\n") ==
          "f:3:1: field 'age': expected an integer, found 'abc'\n"
          "f:3:5: field 'hours_per_week': expected a finite number, found an empty cell\n"
          "f:3:6: field 'member': expected true or false, found 'maybe'\n"
          "f:3:12: field 'size': expected one of small or extra_large, found 'huge'\n"
          "f:4:4: field 'home.zip': expected an integer, found '2.5'");
    CHECK(error_of<In>("age\n99999999999\n") ==
          "f:2:1: field 'age': expected an integer from -2147483648 to 2147483647, found "
          "'99999999999'");
    CHECK(error_of<In>("age,x\n1\n") == "f:2: expected 2 cells, found 1");
    CHECK(error_of<Out>("income\n\xFF\n").starts_with("f:2:1: field 'income': expected UTF-8"));
  }
  TEST_CASE("the header must have every field that is not optional, once") {
    CHECK(error_of<std::pair<In, Out>>("a,b\n") ==
          "f:1: field 'age': expected a column of that name, found the columns a, b\n"
          "f:1: field 'income': expected a column of that name, found the columns a, b");
    CHECK(error_of<In>("age,Age\n") ==
          "f:1:5: field 'age': expected one column, found a second one");
    CHECK(error_of<In>("age,y\n", {.unknown_columns = tc::read_policy::error}) ==
          "f:1:5: expected columns that are fields, found column 'y'");
    CHECK(error_of<In>("") == "f:1:1: expected a header, found an empty file");
  }
  TEST_CASE("broken quotes are errors that cannot be skipped") {
    CHECK(error_of<Out>("income\n\"abc", {.on_error = tc::bad_rows::skip}) ==
          "f:2: expected '\"' at the end of a quoted cell, found the end of the file");
    CHECK(error_of<Out>("income\n\"a\"b\n") ==
          "f:2:4: expected the delimiter or the end of the line behind a quoted cell, found 'b'");
    CHECK(error_of<Out>("income\n5\" disk\n") == "no error");
  }
  TEST_CASE("bad rows can be skipped and are counted") {
    const temporary_file file("age\n1\nx\n\"\n\"\n4\n");
    tc::read_report report;
    const auto rows = tc::read_csv<In>(file.path, {.on_error = tc::bad_rows::skip}, &report);
    CHECK(rows.size() == 2);
    CHECK(report.skipped == 2);
    CHECK(report.errors[1].line == 4);
  }
  TEST_CASE("all bad rows can be collected") {
    std::string text = "age\n";
    for (int i = 0; i < 100; ++i) text += i % 2 ? "x\n" : "1\n";
    const temporary_file file(text);
    tc::read_report report;
    CHECK(tc::read_csv<In>(file.path, {.on_error = tc::bad_rows::skip}, &report).size() == 50);
    CHECK(report.errors.size() == 16);
    CHECK(tc::read_csv<In>(file.path, {.on_error = tc::bad_rows::collect}, &report).size() == 50);
    CHECK(report.skipped == 50);
    REQUIRE(report.errors.size() == 50);
    CHECK(report.errors[49].line == 101);
    CHECK_THROWS_AS(tc::read_csv<In>(file.path, {.on_error = tc::bad_rows::collect}),
                    tc::argument_error);
  }
  TEST_CASE("absent differs from empty only for optional text") {
    const temporary_file file(
        "age,hours_per_week,member,nick,home.street,size\n1,2,0,\"\",,\"\"\n");
    const auto row = tc::read_csv<Row>(file.path)[0];
    CHECK(row.nick == "");
    CHECK(row.home.street.empty());
    CHECK_FALSE(row.size);
  }
  TEST_CASE("numbers that are not finite are written as absent") {
    std::vector<Row> rows(1);
    rows[0].hours_per_week = std::nan("");
    const temporary_file file;
    tc::write_csv(file.path, rows);
    CHECK_THROWS_AS(tc::read_csv<Row>(file.path), tc::parse_error);
    CHECK(error_of<Row>("age,hours_per_week,member,home.street\n1,nan,0,\n")
              .find("expected a finite number, found 'nan'") != std::string::npos);
  }
  TEST_CASE("a cell of a million bytes spans blocks") {
    const std::string text(1'000'000, '"');
    const temporary_file file;
    tc::write_csv(file.path, std::vector<Out>{{text}, {"b"}});
    const auto rows = tc::read_csv<Out>(file.path);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].income == text);
    CHECK_THROWS_AS(tc::read_csv<Out>(file.path, {.max_row = 1'000'000}), tc::parse_error);
  }
  TEST_CASE("a file cut at any byte is read or is an error, not a crash") {
    const std::string text =
        "age,hours_per_week,member,home.street\r\n1,2,1,\"a\"\"b\nc\"\r\n3,4,0,x\n";
    for (std::size_t i = 0; i < text.size(); ++i)
      static_cast<void>(error_of<Row>(text.substr(0, i)));
    CHECK(error_of<Row>(text) == "no error");
  }
  TEST_CASE("the Adult data set is read to the last row") {
    if (!std::filesystem::exists("examples/data/adult/data.csv")) return;
    std::size_t rows = 0;
    struct Person {
      int age = 0;
      std::optional<std::string> workclass;
      int hours_per_week = 0;
      std::string income;
    };
    rows = tc::for_each_csv<Person>("examples/data/adult/data.csv", [](Person&&) {}).rows;
    CHECK(rows == 48842);
  }
}

}  // namespace test_csv
