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
  std::string sentence() const;
};

/// A text that cannot be read as the type asked for. Holds every problem of the record (a JSON
/// text, a line, a row); the members of the first one are also members of the exception.
/// `what()` is one line per problem: `adult.csv:17:5: field 'age': expected an integer, found
/// 'abc'`.
struct parse_error : error {
  /// `file` may be empty; `unlisted` problems were found but are not in `list`.
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

/// The text as a message shows it: in quotes, at most 40 bytes, unprintable bytes as `?`.
std::string quoted(std::string_view text);

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
  void add(parse_problem problem);
  /// A problem of which only the number will be said.
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

/// Throws the one problem of a text.
[[noreturn]] void raise_problem(std::string file, parse_problem problem);

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/compiled/parse_error.hpp>
#endif
