// tensacode/io/parse_error.hpp -- the exception of all readers. It says where the problem is, what
// was expected and what was found.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc {

/// One problem in a text. Unknown strings are empty, an unknown line or column is 0.
struct parse_problem {
  std::size_t line = 0;    ///< from 1
  std::size_t column = 0;  ///< from 1, in bytes
  std::string path;        ///< path of the field: `home.street`, `scores[2]`
  std::string expected;    ///< "an integer"
  std::string found;       ///< "'abc'"

  /// One line, for example `17:5: field 'age': expected an integer, found 'abc'`.
  std::string sentence() const;
};

/// Thrown if a text cannot be read as the requested type. It holds all problems of one record: a
/// JSON text, a line or a row. The members `line` to `found` repeat the first problem. `what()` has
/// one line per problem: `adult.csv:17:5: field 'age': expected an integer, found 'abc'`.
struct parse_error : error {
  /// `file_name` may be empty. `unlisted` is the number of further problems that are not in `list`.
  parse_error(std::string file_name, std::vector<parse_problem> list, std::size_t unlisted = 0);

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

/// The text as shown in a message: in quotes, at most 40 bytes, control characters as `?`.
std::string quoted(std::string_view text);

/// For example "one of red, green or blue". Long lists are cut.
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

/// Collects the problems of one record. Keeps the first 64 and counts the rest.
class problem_list {
 public:
  void add(parse_problem problem);
  /// Counts a problem without keeping it.
  void add_unlisted() { ++unlisted_; }
  bool is_full() const { return problems_.size() == most; }
  bool empty() const { return problems_.empty(); }
  void clear();
  [[noreturn]] void raise(std::string file) {
    throw parse_error(std::move(file), std::exchange(problems_, {}), std::exchange(unlisted_, 0));
  }

 private:
  static constexpr std::size_t most = 64;
  std::vector<parse_problem> problems_;
  std::size_t unlisted_ = 0;
};

/// Throws a parse_error with a single problem.
[[noreturn]] void raise_problem(std::string file, parse_problem problem);

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/compiled/parse_error.hpp>
#endif
