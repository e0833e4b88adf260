// tensacode/io/parse_error.hpp -- what every reader throws: where, what was expected, what was
// found. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc {

/// One thing wrong with a text. Unknown parts are empty, an unknown line or column is 0.
struct parse_problem {
  std::size_t line = 0;    ///< from 1
  std::size_t column = 0;  ///< from 1, in bytes
  std::string path;        ///< field path: `home.street`, `scores[2]`
  std::string expected;    ///< "an integer"
  std::string found;       ///< "'abc'"

  /// `17:5: field 'age': expected an integer, found 'abc'`
  std::string sentence() const {
    std::string out;
    if (line > 0) out += column > 0 ? format("{}:{}: ", line, column) : format("{}: ", line);
    if (!path.empty()) out += format("field '{}': ", path);
    out += "expected " + expected;
    if (!found.empty()) out += ", found " + found;
    return out;
  }
};

/// A text that cannot be read as the type asked for. Holds every problem of the record (a JSON
/// text, a line, a row); the members of the first one are also members of the exception.
/// `what()` is one line per problem: `adult.csv:17:5: field 'age': expected an integer, found
/// 'abc'`.
struct parse_error : error {
  /// `file` may be empty; `unlisted` problems were found but are not in `list`.
  parse_error(std::string file_name, std::vector<parse_problem> list, std::size_t unlisted = 0)
      : error(message(file_name, list, unlisted)), file(std::move(file_name)) {
    if (!list.empty()) {
      const parse_problem& first = list.front();
      line = first.line;
      column = first.column;
      path = first.path;
      expected = first.expected;
      found = first.found;
    }
    problems = std::move(list);
  }

  std::string file;
  std::vector<parse_problem> problems;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string path;
  std::string expected;
  std::string found;

 private:
  template <class Problems>
  static std::string message(const std::string& file_name, const Problems& list,
                             std::size_t unlisted) {
    std::string out;
    for (const auto& problem : list) {
      if (!out.empty()) out += '\n';
      if (!file_name.empty()) out += problem.line > 0 ? file_name + ":" : file_name + ": ";
      out += problem.sentence();
    }
    if (unlisted > 0) out += format("\n... and {} more", unlisted);
    return out;
  }
};

namespace detail {

/// The text as a message shows it: in quotes, at most 40 bytes, unprintable bytes as `?`.
inline std::string quoted(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string out = "'";
  for (const char c : text.substr(0, most))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  // Do not end in the middle of a character of several bytes.
  if (text.size() > most)
    while (out.size() > 1 && (static_cast<unsigned char>(text[out.size() - 1]) & 0xC0) == 0x80)
      out.pop_back();
  return out + (text.size() > most ? "...'" : "'");
}

/// "red, green or blue"; long lists are cut.
template <class Names>
std::string one_of(const Names& names) {
  constexpr std::size_t most = 12;
  std::string out = "one of ";
  std::size_t count = 0;
  for (const std::string_view name : names) {
    if (count == most) return out + format(", ... ({} in all)", names.size());
    if (count++ > 0) out += count == names.size() ? " or " : ", ";
    out += name;
  }
  return out;
}

/// Problems of one record as they are found. Only the first 64 are kept, the rest is counted.
class problem_list {
 public:
  void add(parse_problem problem) {
    if (is_full())
      ++unlisted_;
    else
      problems_.push_back(std::move(problem));
  }
  /// A problem of which only the number will be said.
  void add_unlisted() { ++unlisted_; }
  bool is_full() const { return problems_.size() == most; }
  bool empty() const { return problems_.empty(); }
  void clear() {
    problems_.clear();
    unlisted_ = 0;
  }
  [[noreturn]] void raise(std::string file) {
    throw parse_error(std::move(file), std::exchange(problems_, {}), std::exchange(unlisted_, 0));
  }

 private:
  static constexpr std::size_t most = 64;
  std::vector<parse_problem> problems_;
  std::size_t unlisted_ = 0;
};

/// Throws the one problem of a text.
[[noreturn]] inline void raise_problem(std::string file, parse_problem problem) {
  problem_list problems;
  problems.add(std::move(problem));
  problems.raise(std::move(file));
}

}  // namespace detail
}  // namespace tc
