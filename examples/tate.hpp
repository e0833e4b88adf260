// examples/tate.hpp -- a work of art of the Tate collection (CC0 1.0).
#pragma once

#include <tensacode/tensacode.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tate {

enum class Classification {
  block_for_printing,
  installation,
  on_paper_print,
  on_paper_unique,
  painting,
  relief,
  sculpture
};
constexpr std::string_view tc_spelling(Classification c) {
  if (c == Classification::on_paper_print) return "on paper, print";
  if (c == Classification::on_paper_unique) return "on paper, unique";
  return tc::enum_name_with<' '>(c);
}
enum class Gender { Female, Male };
enum class Era { century_16_and_17, century_18, century_19, before_1945, after_1945 };
constexpr std::string_view tc_spelling(Era era) {
  constexpr std::string_view spellings[] = {"16th and 17th century", "18th century", "19th century",
                                            "20th century 1900-1945", "20th century post-1945"};
  return spellings[static_cast<int>(era)];
}
enum class Unit { mm };

struct Contributor {
  std::string name, role;
  std::optional<Gender> gender;
  std::optional<int> birthYear;
  std::optional<std::string> dates;
};
struct Range {
  std::variant<int, std::string> startYear;
  std::optional<int> endYear;
};
struct Movement {
  std::string name;
  std::optional<Era> era;
};
struct Subject {
  std::string name;
  std::optional<std::vector<Subject>> children;
};
struct Work {
  std::string acno, title;
  std::optional<int> acquisitionYear;
  std::optional<Classification> classification;
  std::optional<std::string> medium;
  std::vector<Contributor> contributors;
  std::optional<Range> dateRange;
  std::optional<std::string> dateText;
  std::optional<double> width, height, depth;
  std::optional<Unit> units;
  std::optional<std::string> creditLine;
  std::optional<std::vector<Movement>> movements;
  std::optional<std::string> groupTitle, catalogueGroup;
  std::optional<Subject> subjects;
};

TC_REFLECT(Work)

}  // namespace tate
