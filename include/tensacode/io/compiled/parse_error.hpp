// tensacode/io/compiled/parse_error.hpp -- the functions that io/parse_error.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/parse_error.hpp>

namespace tc {

TC_INLINE std::string parse_problem::sentence() const {
  std::string out;
  if (line > 0) out += column > 0 ? format("{}:{}: ", line, column) : format("{}: ", line);
  if (!path.empty()) out += format("field '{}': ", path);
  out += "expected " + expected;
  if (!found.empty()) out += ", found " + found;
  return out;
}

TC_INLINE parse_error::parse_error(std::string file_name, std::vector<parse_problem> list,
                                   std::size_t unlisted)
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

}  // namespace tc

namespace tc::detail {

TC_INLINE std::string quoted(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string out = "'";
  for (const char c : text.substr(0, most))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  // Do not cut a multi-byte UTF-8 character.
  if (text.size() > most)
    while (out.size() > 1 && (static_cast<unsigned char>(text[out.size() - 1]) & 0xC0) == 0x80)
      out.pop_back();
  return out + (text.size() > most ? "...'" : "'");
}

TC_INLINE void problem_list::add(parse_problem problem) {
  if (is_full())
    ++unlisted_;
  else
    problems_.push_back(std::move(problem));
}

TC_INLINE void problem_list::clear() {
  problems_.clear();
  unlisted_ = 0;
}

TC_INLINE void raise_problem(std::string file, parse_problem problem) {
  problem_list problems;
  problems.add(std::move(problem));
  problems.raise(std::move(file));
}

}  // namespace tc::detail
