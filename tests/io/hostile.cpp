// tests/io/hostile.cpp -- what no reader may crash on, hang at, or take all memory for; and what
// writers leave when the disk is full.
// SPDX-License-Identifier: MIT
#include "support/small_disk.hpp"

#include <tensacode/io/io.hpp>
#include <tensacode/io/patch.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <clocale>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TC_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TC_TEST_SANITIZED 1
#endif
#endif

namespace hostile {

enum class Color { red, green };
struct Row {
  int number = 0;
  double real = 0;
  std::optional<std::string> text;
};
struct Numbers {
  std::vector<double> values;
};
struct Large {
  std::vector<std::array<double, 100>> many;
};
struct Link {
  int value = 0;
  std::unique_ptr<Link> next;
  Link() = default;
  Link(Link&&) = default;
  Link& operator=(Link&&) = default;
  ~Link() {
    while (next) next = std::move(next->next);  // no stack for each
  }
  TC_REFLECT(Link, value, next)
};
struct Ring {
  std::map<std::string, std::shared_ptr<Ring>> rings;
};
TC_REFLECT(Row)

}  // namespace hostile

namespace {

namespace fs = std::filesystem;
using hostile::Row;

struct temporary_folder {
  fs::path path = fs::temp_directory_path() / ("tensacode_hostile_" + std::to_string(getpid()));
  temporary_folder() { fs::create_directory(path); }
  ~temporary_folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

/// What `f` throws, without the name of the file.
template <class F>
std::string why(const F& f) {
  try {
    f();
  } catch (const tc::parse_error& error) {
    std::string text = error.what();
    if (!error.file.empty())
      for (std::size_t at; (at = text.find(error.file)) != std::string::npos;)
        text.replace(at, error.file.size(), "f");
    return text;
  } catch (const tc::file_error& error) {
    return std::string("file_error: ") + error.what();
  }
  return "read";
}
template <class T = Row>
std::string why_csv(std::string_view bytes, const tc::csv_read_options& options = {}) {
  const temporary_folder folder;
  tc::write_file(folder / "f", bytes);
  return why([&] { tc::read_csv<T>(folder / "f", options); });
}
template <class T = Row>
std::string why_jsonl(std::string_view bytes, const tc::jsonl_read_options& options = {}) {
  const temporary_folder folder;
  tc::write_file(folder / "f", bytes);
  return why([&] { tc::read_jsonl<T>(folder / "f", options); });
}
template <class T>
std::string why_json(std::string_view text) {
  return why([&] { tc::from_json<T>(text); });
}

#ifndef TC_TEST_SANITIZED
/// Whether `read(path)` throws a parse_error that says `expected`, in a process of 600 MB, of a
/// file of `begin` and zeros up to 1 GB (a sparse file), or the same through a pipe.
template <class Read>
bool gives_up_in_little_memory(std::string_view begin, const char* expected, bool through_pipe,
                               const Read& read) {
  const temporary_folder folder;
  const std::string path = folder / "large";
  constexpr off_t size = off_t{1} << 30;
  if (through_pipe) {
    mkfifo(path.c_str(), 0600);
  } else {
    tc::write_file(path, begin);
    if (truncate(path.c_str(), size) != 0) return false;
  }
  const pid_t writer = through_pipe ? fork() : -1;
  if (writer == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    const std::string block(1 << 20, 'a');
    std::fwrite(begin.data(), 1, begin.size(), file);
    for (int i = 0; i < 1024; ++i) std::fwrite(block.data(), 1, block.size(), file);
    _exit(0);
  }
  const pid_t reader = fork();
  if (reader == 0) {
    const rlimit limit{600 << 20, 600 << 20};
    setrlimit(RLIMIT_AS, &limit);
    try {
      read(path);
    } catch (const tc::parse_error& error) {
      _exit(std::string(error.what()).find(expected) != std::string::npos ? 0 : 2);
    } catch (...) {
      _exit(3);
    }
    _exit(1);
  }
  int status = -1;
  const bool good = waitpid(reader, &status, 0) == reader && status == 0;
  if (writer > 0) waitpid(writer, nullptr, 0);
  return good;
}
#endif

TEST_SUITE("io/hostile") {
#ifndef TC_TEST_SANITIZED
  TEST_CASE("a line or a quoted cell of 1 GB is an error in bounded memory") {
    const auto lines = [](const std::string& path) { tc::read_jsonl<Row>(path); };
    const auto rows = [](const std::string& path) { tc::read_csv<Row>(path); };
    for (const bool through_pipe : {false, true}) {
      CAPTURE(through_pipe);
      CHECK(gives_up_in_little_memory("{\"number\":1,\"real\":2}\n{\"text\":\"",
                                      ":2: expected a line of at most 67108864 bytes", through_pipe,
                                      lines));
      CHECK(gives_up_in_little_memory("number,real,text\n1,2,c\n3,4,\"",
                                      ":3: expected a row of at most 67108864 bytes", through_pipe,
                                      rows));
      CHECK(gives_up_in_little_memory("number,real", ":1: expected a row of at most 67108864 bytes",
                                      through_pipe, rows));
    }
  }
  TEST_CASE("a row of nothing but delimiters is an error in bounded memory") {
    const std::string commas(60 << 20, ',');
    CHECK(gives_up_in_little_memory("number,real\n1,2" + commas + "\n",
                                    ":2: expected a row of at most 1048576 cells", false,
                                    [](const std::string& path) { tc::read_csv<Row>(path); }));
  }
  TEST_CASE("a list of elements that are none is an error in bounded memory") {
    std::string list = "{\"many\":[0";
    for (int i = 0; i < 10'000'000; ++i) list += ",0";
    CHECK(gives_up_in_little_memory(
        list + "]}\n", "1:10: field 'many[0]': expected an array of 100", false,
        [](const std::string& path) { tc::read_jsonl<hostile::Large>(path); }));
  }
#endif
  TEST_CASE("long chains of pointers and cycles are not written") {
    hostile::Link chain;
    hostile::Link* last = &chain;
    for (int i = 0; i < 200'000; ++i) last = (last->next = std::make_unique<hostile::Link>()).get();
    hostile::Ring ring;
    ring.rings["a"] = std::make_shared<hostile::Ring>();
    ring.rings["a"]->rings["b"] = ring.rings["a"];
    const auto all_throw = [&](const auto& object) {
      CHECK_THROWS_AS(tc::to_json(object), tc::argument_error);
      CHECK_THROWS_AS(tc::to_text(object), tc::argument_error);
      CHECK_THROWS_AS(tc::to_text(object, {.budget = 100}), tc::argument_error);
      CHECK_THROWS_AS(tc::diff(object, object), tc::argument_error);
      CHECK_THROWS_AS(tc::paths(object), tc::argument_error);
    };
    all_throw(chain);
    all_throw(ring);
    ring.rings["a"]->rings.clear();
    CHECK(tc::to_json(ring) == R"({"rings":{"a":{"rings":{}}}})");
  }
  TEST_CASE("a JSON text of a million problems is read as soon as a good one") {
    std::string list = "[\n\"x\"";
    for (int i = 0; i < 1'000'000; ++i) list += ",\"x\"";
    const auto begin = std::chrono::steady_clock::now();
    const std::string message = why_json<std::vector<int>>(list + "]");
    CHECK(message.ends_with("... and 999937 more"));
    CHECK(
        message.starts_with("2:1: field '[0]': expected an integer, found 'x'\n2:5: field '[1]'"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  }
  TEST_CASE("a file cut at any byte is an error or has the records before the cut") {
    const std::string lines =
        "{\"number\":1,\"real\":2}\r\n{\"number\":2,\"real\":-3e5,\"text\":\"\u00e9\"}\n";
    const std::string table = "number,real,text\r\n1,2,\"a\nb\"\r\n3,4,\u00e9\r\n";
    const temporary_folder folder;
    for (std::size_t end = 0; end <= lines.size(); ++end) {
      tc::write_file(folder / "f", lines.substr(0, end));
      std::size_t read = 0;
      const std::string said = why([&] {
        tc::for_each_jsonl<Row>(
            folder / "f", [&](const Row& row) { CHECK(row.number == static_cast<int>(++read)); });
      });
      CAPTURE(end);
      CHECK(read == (end + 1 >= lines.size() ? 2U : end >= 21 ? 1U : 0U));
      CHECK((said == "read" || said.starts_with("f:1:") || said.starts_with("f:2:")));
    }
    for (std::size_t end = 0; end <= table.size(); ++end) {
      CAPTURE(end);
      const std::string said = why_csv(table.substr(0, end));
      CHECK((said == "read" || said.starts_with("f:")));
      CHECK((end > 16 || said != "read" || end >= 11));  // a header that lacks a column
    }
  }
  TEST_CASE("what is not UTF-8 is an error that says where, in keys, headers and values") {
    for (const std::string bad : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
      CAPTURE(static_cast<int>(bad[0]));
      CHECK(why_json<std::string>("\"a" + bad + "\"") ==
            "1:3: expected UTF-8, found an invalid byte");
      CHECK(why_json<Row>("{\"" + bad + "\":1}") == "1:3: expected UTF-8, found an invalid byte");
      CHECK(why_json<std::map<std::string, int>>("{\"a\":1,\n\"" + bad + "\":1}") ==
            "2:2: expected UTF-8, found an invalid byte");
      CHECK(why_json<Row>("{\"number\":1,\"real\":2,\"other\":[\"" + bad + "\"]}") ==
            "1:32: expected UTF-8, found an invalid byte");
      CHECK(why_jsonl("\n{\"text\":\"" + bad + "\"}") ==
            "f:2:10: expected UTF-8, found an invalid byte");
      CHECK(why_csv("number,real,text\n1,2," + bad + "\n")
                .starts_with("f:2:5: field 'text': expected UTF-8, found"));
      // A column of that name is one like others; no field has it.
      CHECK(why_csv("number,real," + bad + "\n1,2,3\n") == "read");
      CHECK(why_csv("number,real," + bad + "\n", {.unknown_columns = tc::read_policy::error})
                .starts_with("f:1:13: expected columns that are fields"));
    }
  }
  TEST_CASE("numbers of every odd form are read exactly, or are errors") {
    const std::string digits(10'000, '9');
    const auto real = [](const std::string& text) {
      double value = 7;
      const std::string said = why([&] { value = tc::from_json<double>(text); });
      return said == "read" ? tc::to_json(value) : "error";
    };
    CHECK(real("1e-400") == "0");
    CHECK(real("-1e-400") == "-0");
    CHECK(real("-0") == "-0");
    CHECK(real("4.9e-324") == "5e-324");
    CHECK(real("0." + std::string(10'000, '0') + "1e10001") == "1");
    // Numbers of more than 308 digits in front of the point are refused whatever follows.
    CHECK(real("1" + std::string(10'000, '0') + "e-10000") == "error");
    CHECK(real("0." + std::string(400, '0') + "1e1000") == "error");
    CHECK(real("1e-999999999999999999999") == "0");
    for (const char* bad : {"1e999999999", "-1e400",   "1e99999999999999999999",
                            "0x10",        "0x1p3",    "01",
                            "-01",         "+1",       ".5",
                            "1.",          "1e",       "1e+",
                            "--1",         "- 1",      "1_000",
                            "1,000",       "Infinity", "-Infinity",
                            "NaN",         "nan",      "inf",
                            "\"1\"",       "1f",       "\u0661"})
      CHECK_MESSAGE(real(bad) == "error", bad);
    CHECK(real(digits) == "error");
    CHECK(tc::from_json<float>("1e-60") == 0);
    CHECK(why_json<float>("1e39").find("found 1e39") != std::string::npos);

    const auto whole = [](const std::string& text) {
      const std::string said = why_json<std::int64_t>(text);
      return said == "read" ? std::to_string(tc::from_json<std::int64_t>(text)) : "error";
    };
    CHECK(whole("-9223372036854775808") == "-9223372036854775808");
    CHECK(whole("9223372036854775808") == "error");
    CHECK(whole("-0") == "0");
    CHECK(whole("1e3") == "1000");
    CHECK(whole("1.0") == "1");
    for (const auto& bad : {digits, "-" + digits, std::string("1e400"), std::string("1e-400"),
                            std::string("1.5"), std::string("1e18.5"), std::string("1e19")})
      CHECK(whole(bad) == "error");
    CHECK(tc::from_json<std::uint64_t>("18446744073709551615") == 18446744073709551615U);
    CHECK(why_json<std::uint64_t>("-1") != "read");
    CHECK(tc::from_json<std::uint64_t>("-0") == 0);

    const auto cell = [](const std::string& text) {
      return why_csv("number,real\n" + text + "\n") == "read";
    };
    for (const char* good : {"+1,+2", "1e2,1e-400", "1.0,-0", " 1 ,\t2 ", "007,08.50"})
      CHECK_MESSAGE(cell(good), good);
    for (const char* bad :
         {"1,1e999999999", "0x10,1", "1,0x1p3", "1,nan", "1,inf", "1,-inf", "+-1,1", "++1,1",
          "1 2,1", "1,1e", "1.5,1", ",1", "1,", "1,1f", "1,2,3"})
      CHECK_MESSAGE(!cell(bad), bad);
    CHECK(!cell(digits + ",1"));
  }
  TEST_CASE("numbers are read alike whatever the locale says") {
    const char* const set = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    // Where there is no such locale this checks the rest.
    CHECK(tc::from_json<double>("1.5e-400") == 0);
    CHECK(tc::from_json<double>("9.5e-400") == 0);
    CHECK(why_json<double>("1.5e400") != "read");
    CHECK(tc::from_json<double>("1.5") == 1.5);
    CHECK(tc::to_json(1.5) == "1.5");
    CHECK(tc::to_json(std::chrono::milliseconds(1500)) == "\"PT1.5S\"");
    CHECK(tc::to_json(std::chrono::duration<double>(1.5)) == "\"PT1.5S\"");
    if (set) std::setlocale(LC_NUMERIC, "C");
  }
  TEST_CASE("zero bytes, lone carriage returns and byte order marks are what they are") {
    const auto texts = [](std::string_view bytes) {
      const temporary_folder folder;
      tc::write_file(folder / "f", bytes);
      std::vector<std::string> out;
      for (const auto& row : tc::read_csv<Row>(folder / "f")) out.push_back(row.text.value_or("-"));
      return out;
    };
    using list = std::vector<std::string>;
    CHECK(texts({"number,real,text\n1,2,a\0b\n", 25}) == list{std::string("a\0b", 3)});
    CHECK(texts("number,real,text\n1,2,a\rb\n1,2,\"c\r\"\r\n") == list{"a\rb", "c\r"});
    CHECK(texts("\xEF\xBB\xBFnumber,real,text\n1,2,\xEF\xBB\xBF\n") == list{"\xEF\xBB\xBF"});
    CHECK(texts("number,real,text\r\n\r\n1,2,a\r\n\n") == list{"a"});
    // Line ends of a lone CR: all is the header.
    CHECK(why_csv("number,real\r1,2\r").starts_with("f:1: field 'real': expected a column"));
    CHECK(why_csv("number,real\n\xEF\xBB\xBF"
                  "1,2\n")
              .starts_with("f:2:1: field 'number'"));
    CHECK(why_csv({"number\0,real\n1,2\n", 17}) == "read");  // in letters and digits it is number
    CHECK(why_csv("\xEF\xBB\xBF") == "f:1:1: expected a header, found an empty file");

    CHECK(why_jsonl({"{\"number\":1,\0\"real\":2}\n", 24}).starts_with("f:1:13: expected"));
    CHECK(why_jsonl(std::string("{\"number\":1,\"real\":2}\0\n", 24))
              .starts_with("f:1:22: expected the end of the text"));
    CHECK(why_jsonl("{\"number\":1,\"real\":2}\r{\"number\":1,\"real\":2}\r") ==
          "f:1:23: expected nothing behind the value, found '{'");
    CHECK(why_jsonl("\r\r\n\n{\"number\":1,\r\"real\":2}\r\r\n") == "read");
    CHECK(why_jsonl("{\"number\":1,\"real\":2}\n\xEF\xBB\xBF{\"number\":1,\"real\":2}\n") ==
          "read");
    CHECK(why_json<std::vector<int>>("[1,\xEF\xBB\xBF"
                                     "2]")
              .starts_with("1:4: expected a JSON value"));
    CHECK(why_json<std::string>({"\"a\0b\"", 5}).starts_with("1:3: expected '\"' at the end"));
    CHECK(tc::from_json<std::string>("\"a\\u0000b\"") == std::string("a\0b", 3));
  }
  TEST_CASE("a quoted cell of many blocks is read whole, with quotes at every end of a block") {
    std::vector<Row> rows;
    for (const std::size_t extra : {0, 1, 2, 3})
      rows.push_back({1, 2, std::string((std::size_t{1} << 18) - 2 + extra, '"') + "\r\n,x"});
    rows.push_back({3, 4, "end"});
    const temporary_folder folder;
    tc::write_csv(folder / "f", rows);
    const auto again = tc::read_csv<Row>(folder / "f");
    REQUIRE(again.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) CHECK(again[i].text == rows[i].text);
    CHECK(why_csv("number,real,text\n1,2," + std::string(100, 'x') + "\n", {.max_row = 50}) ==
          "f:2: expected a row of at most 50 bytes, found a longer one");
    CHECK(why_csv("number,real,text\n1,2,\"" + std::string(1 << 20, '\n')) ==
          "f:2: expected '\"' at the end of a quoted cell, found the end of the file");
    std::string header = "number";
    for (int i = 0; i < 100'000; ++i) header += ",column";
    CHECK(why_csv(header).size() < 1000);
  }
  TEST_CASE("200,000 levels in a line or in a column that is ignored are an error or text") {
    const std::string deep(200'000, '[');
    CHECK(why_jsonl("{\"number\":1,\"real\":2,\"other\":" + deep + "\n").find("512 levels") !=
          std::string::npos);
    CHECK(why_csv("number,real,other\n1,2," + deep + "\n") == "read");
  }
  TEST_CASE("folders, files that are not there, and pipes that end are no files to be read") {
    const temporary_folder folder;
    const std::string missing = folder / "missing", directory = folder.path.string();
    for (const auto& path : {missing, directory, missing + "/x", std::string()}) {
      CAPTURE(path);
      CHECK_THROWS_AS(tc::read_csv<Row>(path), tc::file_error);
      CHECK_THROWS_AS(tc::read_jsonl<Row>(path), tc::file_error);
      CHECK_THROWS_AS(tc::read_npy<std::vector<double>>(path), tc::file_error);
      CHECK_THROWS_AS(tc::read_safetensors(path), tc::file_error);
      CHECK_THROWS_AS(tc::read_file(path), tc::file_error);
    }
    CHECK(why([&] { tc::read_csv<Row>(directory); }) ==
          "file_error: cannot read '" + directory + "': Is a directory");
    CHECK(why([&] { tc::read_jsonl<Row>(missing); }) ==
          "file_error: cannot open '" + missing + "' for reading: No such file or directory");
    if (geteuid() != 0) {  // root may read everything
      tc::write_file(missing, "x");
      chmod(missing.c_str(), 0);
      CHECK_THROWS_AS(tc::read_csv<Row>(missing), tc::file_error);
      CHECK_THROWS_AS(tc::read_jsonl<Row>(missing), tc::file_error);
      CHECK_THROWS_AS(tc::read_safetensors(missing), tc::file_error);
    }
    CHECK(tc::read_jsonl<Row>("/dev/null").empty());
    CHECK_THROWS_AS(tc::read_csv<Row>("/dev/null"), tc::parse_error);
  }
  TEST_CASE("a full disk keeps the old file and leaves no other, whatever is written") {
    const std::vector<Row> rows(1000, Row{1, 2, "text"});
    const std::vector<double> numbers(1000);
    CHECK(small_disk_keeps_old_file([&](const auto& path) { tc::write_jsonl(path, rows); }));
    CHECK(small_disk_keeps_old_file([&](const auto& path) { tc::write_csv(path, rows); }));
    CHECK(small_disk_keeps_old_file([&](const auto& path) { tc::write_npy(path, numbers); }));
    CHECK(small_disk_keeps_old_file(
        [&](const auto& path) { tc::write_safetensors(path, hostile::Numbers{numbers}); }));
    CHECK(small_disk_keeps_old_file(
        [&](const auto& path) { tc::write_file(path, std::string(2000, 'x')); }));
    // Many blocks, of which the first ones are written before the last ones are made.
    const std::vector<Row> many(50'000, Row{1, 2, "text"});
    CHECK(small_disk_keeps_old_file([&](const auto& path) { tc::write_jsonl(path, many); }));
    CHECK(small_disk_keeps_old_file([&](const auto& path) { tc::write_csv(path, many); }));
  }
  TEST_CASE("an object that cannot be written leaves the old file, however much was written") {
    std::vector<Row> rows(50'000, Row{1, 2, "text"});
    rows.back().text = "\xff";
    const temporary_folder folder;
    const std::string path = folder / "f";
    tc::write_file(path, "old");
    CHECK_THROWS_AS(tc::write_jsonl(path, rows), tc::argument_error);
    std::vector<hostile::Color> colors(50'000);
    colors.back() = static_cast<hostile::Color>(9);
    CHECK_THROWS_AS(tc::write_jsonl(path, colors), tc::argument_error);
    CHECK(tc::read_file(path) == "old");
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
    for (const auto& nowhere : {folder / "no/f", folder.path.string()}) {
      CHECK_THROWS_AS(tc::write_jsonl(nowhere, colors), tc::error);
      CHECK_THROWS_AS(tc::write_csv(nowhere, std::vector<Row>(1)), tc::file_error);
      CHECK_THROWS_AS(tc::write_npy(nowhere, std::vector<int>(1)), tc::file_error);
      CHECK_THROWS_AS(tc::write_safetensors(nowhere, hostile::Numbers{}), tc::file_error);
    }
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  }
  TEST_CASE("keys that are unknown or there twice follow the policy, also inside and in maps") {
    using policy = tc::read_policy;
    const auto lines = [](const char* line, policy unknown, policy twice) {
      return why_jsonl(line, {.json = {.unknown_keys = unknown, .duplicate_keys = twice}});
    };
    const char* const other = "{\"number\":1,\"real\":2,\"x\":{\"x\":1}}";
    CHECK(lines(other, policy::ignore, policy::error) == "read");
    CHECK(lines(other, policy::error, policy::error) ==
          "f:1:22: expected a field of Row, found key 'x'");
    const char* const twice = "{\"number\":1,\"Number\":3,\"real\":2}";
    CHECK(lines(twice, policy::error, policy::ignore) == "read");
    CHECK(lines(twice, policy::error, policy::error) ==
          "f:1:13: field 'number': expected the key once, found it twice");
  }
}

}  // namespace
