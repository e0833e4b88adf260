// tensacode/io/csv/compiled/rows.hpp -- the functions that io/csv/rows.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/csv/rows.hpp>

namespace tc::detail {

TC_INLINE bool csv_rows::next() {
  blocks_.consume(std::exchange(used_, 0));
  row_line_ = next_line_;
  // Find the end of the row before changing any byte, because more of it may have to be read.
  std::size_t position = 0;
  bool quoted = false;
  bool cell_start = true;
  while (true) {
    const std::string_view unread = blocks_.unread();
    for (; position < unread.size(); ++position) {
      const char c = unread[position];
      if (quoted) {
        if (c != '"') {
          position = std::min(unread.find('"', position), unread.size()) - 1;
          continue;
        }
        if (position + 1 == unread.size() && !blocks_.at_end()) break;
        if (position + 1 < unread.size() && unread[position + 1] == '"')
          ++position;
        else
          quoted = false;
      } else if (c == '\n') {
        split(position);
        return true;
      } else if (c == '"' && cell_start) {
        quoted = true;
        cell_start = false;
      } else {
        cell_start = c == delimiter_;
      }
    }
    if (blocks_.at_end()) {
      if (unread.empty()) return false;
      if (quoted) fail(row_line_, 0, "'\"' at the end of a quoted cell", "the end of the file");
      split(unread.size());
      return true;
    }
    if (!blocks_.more(longest_)) too_long();
  }
}

TC_INLINE void csv_rows::fail(std::size_t line, std::size_t column, std::string expected,
                              std::string found) const {
  raise_problem(path(), {line, column, "", std::move(expected), std::move(found)});
}

TC_INLINE void csv_rows::split(std::size_t size) {
  // A cell takes about twenty times the memory of the delimiter in front of it.
  constexpr std::size_t most_cells = std::size_t{1} << 20;
  if (size > longest_) too_long();
  cells_.clear();
  const std::string_view unread = blocks_.unread();
  char* const row = blocks_.data();
  used_ = size < unread.size() ? size + 1 : size;
  if (size > 0 && row[size - 1] == '\r') --size;
  std::size_t line = row_line_;
  std::size_t line_start = 0;
  std::size_t at = 0;
  while (true) {
    csv_cell cell{{}, line, at - line_start + 1, at < size && row[at] == '"'};
    if (cell.quoted) {
      std::size_t out = ++at;
      const std::size_t begin = at;
      while (true) {
        const std::size_t stop = std::min(unread.find('"', at), size);
        const std::string_view run = unread.substr(at, stop - at);
        for (std::size_t i = 0; (i = run.find('\n', i)) != std::string_view::npos; ++i) {
          ++line;
          line_start = at + i + 1;
        }
        if (out != at) std::memmove(row + out, row + at, run.size());
        out += run.size();
        at = stop;
        if (at + 1 >= size || row[at + 1] != '"') break;
        row[out++] = '"';
        at += 2;
      }
      cell.text = unread.substr(begin, out - begin);
      if (at < size) ++at;  // the closing quote
      if (at < size && row[at] != delimiter_)
        fail(line, at - line_start + 1, "the delimiter or the end of the line behind a quoted cell",
             detail::quoted(unread.substr(at, 1)));
    } else {
      const std::size_t begin = at;
      while (at < size && row[at] != delimiter_) ++at;
      cell.text = unread.substr(begin, at - begin);
    }
    if (cells_.size() == most_cells)
      fail(row_line_, 0, format("a row of at most {} cells", most_cells), "more");
    cells_.push_back(cell);
    if (at >= size) break;
    ++at;  // the delimiter
  }
  next_line_ = line + 1;
}

}  // namespace tc::detail
