#include <tensacode/io/jsonl.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace test_jsonl {

struct Point {
  int x = 0;
  std::optional<std::string> label;
};

struct temporary_file {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("tensacode_jsonl_" + std::to_string(getpid()) + ".jsonl"))
                         .string();
  explicit temporary_file(std::string_view bytes = "") { tc::write_file(path, bytes); }
  ~temporary_file() { std::remove(path.c_str()); }
};

TEST_SUITE("io/jsonl") {
  TEST_CASE("objects read back as they were written, across blocks") {
    std::vector<Point> points;
    for (int i = 0; i < 30'000; ++i) points.push_back({i, std::string(i % 50, 'a')});
    const temporary_file file;
    tc::write_jsonl(file.path, points);
    CHECK(tc::to_json(tc::read_jsonl<Point>(file.path)) == tc::to_json(points));
  }
  TEST_CASE("CRLF, a byte order mark, empty lines and a missing last line end are accepted") {
    const temporary_file file("\xEF\xBB\xBF{\"x\":1}\r\n\r\n  \n{\"x\":2}");
    const auto points = tc::read_jsonl<Point>(file.path);
    REQUIRE(points.size() == 2);
    CHECK(points[1].x == 2);
  }
  TEST_CASE("errors name file, line and field") {
    const temporary_file file("{\"x\":1}\n{\"x\":\"a\",\"label\":3}\n");
    CHECK_THROWS_WITH_AS(tc::read_jsonl<Point>(file.path),
                         (file.path + ":2:6: field 'x': expected an integer, found 'a'\n" +
                          file.path + ":2:18: field 'label': expected a string, found 3")
                             .c_str(),
                         tc::parse_error);
    const temporary_file cut("{\"x\":1}\n{\"x\":");
    CHECK_THROWS_WITH_AS(
        tc::read_jsonl<Point>(cut.path),
        (cut.path + ":2:6: expected a JSON value, found the end of the text").c_str(),
        tc::parse_error);
    CHECK_THROWS_AS(tc::read_jsonl<Point>("/nowhere/at/all"), tc::file_error);
  }
  TEST_CASE("bad lines can be skipped and are counted") {
    const temporary_file file("{\"x\":1}\nnonsense\n{\"x\":3}\n{}\n");
    tc::read_report report;
    const auto points = tc::read_jsonl<Point>(file.path, {.on_error = tc::bad_rows::skip}, &report);
    CHECK(points.size() == 2);
    CHECK(report.rows == 2);
    CHECK(report.skipped == 2);
    REQUIRE(report.errors.size() == 2);
    CHECK(report.errors[1].line == 4);
    CHECK(report.errors[1].path == "x");
  }
  TEST_CASE("reading ends when the function says so") {
    const temporary_file file("{\"x\":1}\n{\"x\":2}\nnonsense\n");
    int seen = 0;
    tc::for_each_jsonl<Point>(file.path, [&](Point&& p) { return seen = p.x, p.x < 2; });
    CHECK(seen == 2);
  }
  TEST_CASE("a long line grows the buffer up to the limit") {
    const std::string label(1'000'000, 'y');
    const temporary_file file("{\"x\":1,\"label\":\"" + label + "\"}\n{\"x\":2}\n");
    CHECK(tc::read_jsonl<Point>(file.path)[0].label == label);
    CHECK_THROWS_WITH_AS(
        tc::read_jsonl<Point>(file.path, {.max_line = 500'000}),
        (file.path + ":1: expected a line of at most 500000 bytes, found a longer one").c_str(),
        tc::parse_error);
  }
  TEST_CASE("a write that fails leaves the file as it was") {
    const temporary_file file("{\"x\":7}\n");
    const std::vector<Point> bad{{1, "fine"}, {2, "\xFF"}};
    CHECK_THROWS_AS(tc::write_jsonl(file.path, bad), tc::argument_error);
    CHECK(tc::read_jsonl<Point>(file.path)[0].x == 7);
  }
}

}  // namespace test_jsonl
