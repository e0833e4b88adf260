// tests/io/data_sets.cpp -- every record of real data sets, read into hand-written structs and
// written back: equal JSON, equal cells.
// SPDX-License-Identifier: MIT
#include "../../examples/adult.hpp"
#include "../../examples/bike.hpp"
#include "../../examples/digit.hpp"
#include "../../examples/esol.hpp"
#include "../../examples/housing.hpp"
#include "../../examples/movie.hpp"
#include "../../examples/sms.hpp"
#include "../../examples/soybean.hpp"
#include "../../examples/tate.hpp"

#include <tensacode/io/csv.hpp>
#include <tensacode/io/jsonl.hpp>
#include <tensacode/io/text.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace cora {

enum class Topic { c0, c1, c2, c3, c4, c5, c6 };
struct Paper {
  int id = 0;
  std::vector<int> words, links;
  std::optional<Topic> label;
};
TC_REFLECT(Paper)

}  // namespace cora

// Every key of the file, unlike examples/monster.hpp, which leaves out what gives the rating away.
namespace whole_monster {

enum class Size { Tiny, Small, Medium, Large, Huge, Gargantuan };
enum class Success { none, half };
enum class Rest { short_, long_ };
constexpr std::string_view tc_spelling(Rest rest) {
  return rest == Rest::short_ ? "short" : "long";
}

struct Named {
  std::string index, name;
};
struct Armor {
  std::string type;
  int value = 0;
  std::optional<std::vector<Named>> armor;
  std::optional<Named> spell, condition;
  std::optional<std::string> desc;
};
struct Proficiency {
  int value = 0;
  Named proficiency;
};
struct Dc {
  Named dc_type;
  int dc_value = 0;
  Success success_type = Success::none;
};
struct Damage {
  std::string damage_dice;
  Named damage_type;
  std::optional<Dc> dc;
  std::optional<std::string> option_type, notes;
};
template <class Option>
struct Choice {
  struct Options {
    std::string option_set_type;
    std::vector<Option> options;
  };
  int choose = 0;
  std::string type;
  Options from;
};
using AnyDamage = std::variant<Damage, Choice<Damage>>;
struct Usage {
  std::string type;
  std::optional<int> times, min_value;
  std::optional<std::string> dice;
  std::optional<std::vector<Rest>> rest_types;
};
struct Spell {
  std::string name;
  int level = 0;
  std::optional<std::string> notes;
  std::optional<Usage> usage;
};
struct Spellcasting {
  std::optional<int> level, dc, modifier;
  Named ability;
  std::optional<std::map<int, int>> slots;
  std::optional<std::string> school;
  std::vector<std::string> components_required;
  std::vector<Spell> spells;
};
struct Multiattack {
  std::string action_name, type;
  std::variant<int, std::string> count;
};
struct Ability {
  std::string name, desc;
  std::optional<Dc> dc;
  std::optional<Usage> usage;
  std::optional<Spellcasting> spellcasting;
  std::optional<std::vector<Damage>> damage;
  std::optional<int> attack_bonus;
};
struct ActionOption {
  std::string option_type;
  std::optional<std::string> action_name, type, desc;
  std::optional<int> count;
  std::optional<std::vector<ActionOption>> items;
};
struct Breath {
  std::string name, option_type;
  Dc dc;
  std::optional<std::vector<Damage>> damage;
};
struct Attack {
  std::string name;
  Dc dc;
  std::optional<std::vector<Damage>> damage;
};
struct Action {
  std::string name, desc;
  std::optional<std::string> multiattack_type;
  std::optional<int> attack_bonus;
  std::optional<Dc> dc;
  std::optional<Usage> usage;
  std::optional<std::vector<AnyDamage>> damage;
  std::optional<std::vector<Multiattack>> actions;
  std::optional<Choice<ActionOption>> action_options;
  std::optional<Choice<Breath>> options;
  std::optional<std::vector<Attack>> attacks;
};
struct Monster {
  std::string index, name, type, alignment;
  std::optional<std::string> subtype, desc;
  Size size = Size::Tiny;
  std::vector<Armor> armor_class;
  int hit_points = 0;
  std::string hit_dice, hit_points_roll;
  std::map<std::string, std::variant<std::string, bool>> speed;
  int strength = 0, dexterity = 0, constitution = 0, intelligence = 0, wisdom = 0, charisma = 0;
  std::vector<Proficiency> proficiencies;
  std::vector<std::string> damage_vulnerabilities, damage_resistances, damage_immunities;
  std::vector<Named> condition_immunities;
  std::optional<std::vector<Named>> forms;
  std::map<std::string, std::variant<int, std::string>> senses;
  std::string languages;
  double challenge_rating = 0;
  int proficiency_bonus = 0, xp = 0;
  std::optional<std::vector<Ability>> special_abilities, legendary_actions, reactions;
  std::optional<std::vector<Action>> actions;
};
TC_REFLECT(Monster)

}  // namespace whole_monster

namespace {

/// Any JSON value: keys without order, numbers as doubles.
struct JsonList;
struct JsonObject;
using Json = std::variant<std::monostate, bool, double, std::string, JsonList, JsonObject>;
struct JsonList : std::vector<Json> {};
struct JsonObject : std::map<std::string, Json> {};

/// Where the sets lie: those that may be copied in examples/data, all of them beside the project.
std::optional<std::string> path_of(const std::string& set, const std::string& file) {
  for (const std::string folder : {"examples/data/", "../shared/data/"})
    if (std::filesystem::exists(folder + set + "/" + file)) return folder + set + "/" + file;
  return std::nullopt;
}

/// Counts the lines whose record, written, is other JSON than the line; unknown keys are errors.
template <class T>
void check_json_lines(const std::string& set, std::size_t rows) {
  CAPTURE(set);
  const auto path = path_of(set, "data.jsonl");
  if (!path) {
    MESSAGE("not here, and not checked: ", set);
    return;
  }
  tc::jsonl_read_options strict;
  strict.json.unknown_keys = tc::read_policy::error;
  const auto originals = tc::read_jsonl<Json>(*path);
  REQUIRE(originals.size() == rows);
  std::size_t row = 0, different = 0;
  tc::for_each_jsonl<T>(
      *path,
      [&](T&& record) {
        const std::string text = tc::to_json(record);
        if (tc::from_json<Json>(text) != originals[row++] && different++ == 0)
          FAIL_CHECK("row ", row, ": ", text);
      },
      strict);
  CHECK(row == rows);
  CHECK(different == 0);
}

bool is_number(const std::string& text, double& number) {
  try {
    number = tc::from_json<double>(text);
    return true;
  } catch (const tc::parse_error&) {
    return false;
  }
}

/// The cells of a file, row by row, as they stand there.
std::vector<std::vector<std::string>> cells_of(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  tc::detail::csv_rows reader(path, ',', 1 << 20);
  while (reader.next()) {
    rows.emplace_back();
    for (const auto& cell : reader.cells()) rows.back().emplace_back(cell.text);
  }
  return rows;
}

/// Every row is written as the same cells (numbers as equal numbers), and equal after JSON and
/// text.
template <class T>
void check_table(const std::string& set, std::size_t rows) {
  CAPTURE(set);
  const auto path = path_of(set, "data.csv");
  REQUIRE(path);
  const auto records = tc::read_csv<T>(*path);
  REQUIRE(records.size() == rows);
  const std::string copy =
      (std::filesystem::temp_directory_path() / ("tensacode_" + set + ".csv")).string();
  tc::write_csv(copy, records);
  const auto before = cells_of(*path), after = cells_of(copy);
  std::filesystem::remove(copy);
  REQUIRE(before.size() == after.size());

  // Columns are matched as the reader does it; the file and the struct may order them differently.
  std::vector<std::size_t> column;
  for (const auto& name : before[0]) column.push_back(tc::detail::match_name(after[0], name));
  std::size_t different = 0;
  for (std::size_t row = 1; row < before.size(); ++row)
    for (std::size_t i = 0; i < column.size(); ++i) {
      REQUIRE(column[i] < after[row].size());
      const std::string &was = before[row][i], &is = after[row][column[i]];
      double a = 0, b = 0;
      if (was != is && !(is_number(was, a) && is_number(is, b) && a == b) &&
          !((was == "0" || was == "1") && is == (was == "1" ? "true" : "false")) &&
          different++ == 0)
        FAIL_CHECK("row ", row, " column ", before[0][i], ": '", was, "' became '", is, "'");
    }
  CHECK(different == 0);

  std::size_t unequal = 0;
  for (const auto& record : records) {
    const std::string json = tc::to_json(record);
    if (tc::to_json(tc::from_json<T>(json)) != json) ++unequal;
  }
  CHECK(unequal == 0);
}

/// The first rows, as texts for people and back.
template <class T>
void check_texts(const std::string& set) {
  CAPTURE(set);
  const auto path = path_of(set, "data.jsonl");
  if (!path) return;
  std::size_t row = 0, unequal = 0;
  tc::for_each_jsonl<T>(*path, [&](T&& record) {
    const std::string text = tc::to_text(record);
    if (tc::to_json(tc::from_text<T>(text)) != tc::to_json(record) && unequal++ == 0)
      FAIL_CHECK("row ", row, ": ", text);
    return ++row < 500;
  });
  CHECK(unequal == 0);
}

}  // namespace

TEST_SUITE("io/data_sets") {
  TEST_CASE("cora: a graph") { check_json_lines<cora::Paper>("cora", 2708); }
  TEST_CASE("esol: molecules with lists of tuples") {
    struct Record {
      std::string smiles;
      double y = 0;
      std::vector<esol::Atom> atoms;
      std::vector<std::tuple<int, int, esol::Bond>> bonds;
    };
    check_json_lines<Record>("esol", 1128);
    check_texts<esol::Molecule>("esol");
  }
  TEST_CASE("monsters5e: maps, variants and lists of structs of lists") {
    check_json_lines<whole_monster::Monster>("monsters5e", 334);
    check_texts<whole_monster::Monster>("monsters5e");
  }
  TEST_CASE("movies: lists, enums and long texts") {
    check_json_lines<movie::Movie>("movies", 9768);
    check_texts<movie::Movie>("movies");
  }
  TEST_CASE("tate: a recursive tree and a variant") {
    check_json_lines<tate::Work>("tate", 5762);
    check_texts<tate::Work>("tate");
  }

  TEST_CASE("adult: enums, some of them absent") {
    check_table<std::pair<adult::Person, adult::Outcome>>("adult", 48842);
  }
  TEST_CASE("bike: hours of the calendar") {
    check_table<std::pair<bike::Hour, bike::Rentals>>("bike", 17379);
  }
  TEST_CASE("digits: 64 numbers a row") {
    check_table<std::pair<digit::Image, digit::Label>>("digits", 1797);
  }
  TEST_CASE("housing_ca: numbers and an enum of odd spelling") {
    check_table<std::pair<housing::Block, housing::Value>>("housing_ca", 20640);
  }
  TEST_CASE("sms: text") { check_table<std::pair<sms::Message, sms::Label>>("sms", 5574); }
  TEST_CASE("soybean: codes, most of them absent somewhere") {
    check_table<std::pair<soybean::Diagnosis, soybean::Plant>>("soybean", 683);
  }
}
