// tests/reflect/attributes.cpp -- what TC_FIELD says of a field, and who heeds it.
// SPDX-License-Identifier: MIT
#include <tensacode/codec/codec.hpp>
#include <tensacode/io/io.hpp>
#include <tensacode/reflect/reflect.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>
#include <Eigen/Core>

namespace attributed {

struct Person {
  double age = 0;
  std::string name;
  std::optional<int> height;
  std::vector<double> scores;
  int cached = -7;
  Eigen::Vector2d place = Eigen::Vector2d::Zero();
};
TC_REFLECT(Person)
TC_FIELD(Person, age, tc::range(0, 150), tc::unit("years"), tc::doc("completed years"))
TC_FIELD(Person, name, tc::length(1, 5), tc::renamed_from("full-name"))
TC_FIELD(Person, height, tc::range(30, 280), tc::renamed_from("tallness"))
TC_FIELD(Person, scores, tc::length(0, 3), tc::range(0, 1), tc::log_scale)
TC_FIELD(Person, cached, tc::ignore())
TC_FIELD(Person, place, tc::range(-1, 1), tc::frozen)

class Account {
 public:
  int balance() const { return balance_; }

 private:
  int balance_ = 0;
  int cache_ = 0;
  TC_REFLECT(Account, balance_, cache_)
};
TC_FIELD(Account, cache_, tc::ignore)

struct Row {
  int id = 0;
  std::optional<double> price;
  std::string note;
};
TC_FIELD(Row, price, tc::range(0, 100), tc::renamed_from("cost"))
TC_FIELD(Row, note, tc::ignore)

struct Plain {
  int a = 0;
};

}  // namespace attributed

namespace {

using attributed::Account;
using attributed::Person;
using attributed::Row;

static_assert(tc::has_attribute<tc::range, Person, 0>);
static_assert(tc::attribute_of<tc::range, Person, 0>.greatest == 150);
static_assert(tc::attribute_of<tc::unit, Person, 0>.name == "years");
static_assert(tc::attribute_of<tc::doc, Person, 0>.text == "completed years");
static_assert(!tc::has_attribute<tc::range, Person, 1>);
static_assert(tc::is_ignored<Person, 4>);
static_assert(!tc::is_ignored<Person, 0>);
static_assert(std::tuple_size_v<std::remove_const_t<decltype(tc::attributes_of<Person, 3>)>> == 3);
static_assert(
    std::tuple_size_v<std::remove_const_t<decltype(tc::attributes_of<attributed::Plain, 0>)>> == 0);

std::vector<tc::parse_problem> problems_of(const auto& f) {
  try {
    f();
  } catch (const tc::parse_error& error) {
    return error.problems;
  }
  return {};
}

TEST_CASE("an ignored field is neither written, read, nor missed") {
  Person person;
  person.name = "Ada";
  person.cached = 99;
  const std::string text = tc::to_json(person);
  CHECK(text == R"({"age":0,"name":"Ada","scores":[],"place":[0,0]})");
  CHECK(tc::from_json<Person>(text).cached == -7);
  CHECK(tc::from_json<Person>(R"({"age":0,"name":"Ada","scores":[],"place":[0,0],"cached":5})")
            .cached == -7);
  CHECK(tc::to_json(Account{}) == R"({"balance_":0})");
  CHECK(tc::from_json<Account>(R"({"balance_":4})").balance() == 4);
}

TEST_CASE("ranges and lengths are checked field by field") {
  const auto problems = problems_of([] {
    tc::from_json<Person>(
        R"({"age":200,"name":"Charles","height":12,"scores":[0.5,2],"place":[0,3]})");
  });
  REQUIRE(problems.size() == 5);
  CHECK(problems[0].sentence() == "1:8: field 'age': expected a number in [0, 150], found 200");
  CHECK(problems[1].sentence() ==
        "1:19: field 'name': expected 1 to 5 characters, found 'Charles'");
  CHECK(problems[2].expected == "a number in [30, 280]");
  CHECK(problems[3].path == "scores");
  CHECK(problems[3].expected == "a number in [0, 1]");
  CHECK(problems[4].expected == "a number in [-1, 1]");
  // Characters, not bytes; bounds are inside.
  const auto good =
      tc::from_json<Person>(R"({"age":150,"name":"ÄÖÜßé","scores":[0,1,1],"place":[1,-1]})");
  CHECK(good.age == 150);
  CHECK(problems_of([] {
          tc::from_json<Person>(R"({"age":1,"name":"","scores":[0,0,0,0],"place":[0,0]})");
        }).size() == 2);
}

TEST_CASE("a value of another type is reported once, as such") {
  const auto problems = problems_of(
      [] { tc::from_json<Person>(R"({"age":"old","name":"Ada","scores":[],"place":[0,0]})"); });
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].expected == "a number");
}

TEST_CASE("a renamed field is found under its older name, too") {
  const auto person = tc::from_json<Person>(
      R"({"age":1,"full-name":"Ada","tallness":160,"scores":[],"place":[0,0]})");
  CHECK(person.name == "Ada");
  CHECK(person.height == 160);
  const auto twice = problems_of([] {
    tc::from_json<Person>(R"({"age":1,"full-name":"Ada","name":"Bob","scores":[],"place":[0,0]})");
  });
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].expected == "the key once");
}

TEST_CASE("CSV heeds them, too") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("tensacode_attributes_" + std::to_string(getpid()) + ".csv"))
                               .string();
  std::ofstream(path) << "id,cost\n1,5\n2,\n3,101\n";
  tc::read_report report;
  const auto rows = tc::read_csv<Row>(path, {.on_error = tc::bad_rows::skip}, &report);
  std::remove(path.c_str());
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].price == 5);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].line == 4);
  CHECK(report.errors[0].expected == "a number in [0, 100]");
  std::vector<Row> again{rows[0]};
  again[0].note = "not written";
  tc::write_csv(path, again);
  CHECK(tc::read_file(path) == "id,price\n1,5\n");
  std::remove(path.c_str());
}

TEST_CASE("codecs leave ignored fields out and keep decoded numbers in range") {
  const auto node = tc::codec<Row>::describe("");
  REQUIRE(node.children.size() == 2);
  CHECK(node.children[1].field == "price");
  CHECK(node.children[1].least == 0);
  CHECK(node.children[1].greatest == 100);
  tc::columns c(node);
  tc::codec<Row>::append({7, 50.0, "gone"}, c);
  Row row;
  tc::codec<Row>::take(c, row);
  CHECK(row.id == 7);
  CHECK(row.price == 50);
  CHECK(row.note.empty());
  CHECK(tc::schema<Row>().children.size() == 2);
}

}  // namespace
