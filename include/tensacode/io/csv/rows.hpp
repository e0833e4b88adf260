// tensacode/io/csv/rows.hpp -- splits a CSV file into rows and cells.
// Layer 3. Source: RFC 4180. In addition it accepts any delimiter, "\n" as a line end, a byte order
// mark, and a quote inside an unquoted cell, which is an ordinary character. Quoted cells are
// unescaped in place.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/block_reader.hpp>
#include <tensacode/io/parse_error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc::detail {

struct csv_cell {
  std::string_view text;
  std::size_t line = 0;
  std::size_t column = 0;  ///< of the first byte, counted from 1
  /// A quoted empty cell is an empty text, an unquoted one is a missing value.
  bool quoted = false;
};

class csv_rows {
 public:
  csv_rows(std::string path, char delimiter, std::size_t longest)
      : blocks_(std::move(path)), delimiter_(delimiter), longest_(longest) {}

  const std::string& path() const { return blocks_.path(); }
  const std::vector<csv_cell>& cells() const { return cells_; }
  /// The line on which the row starts, counted from 1.
  std::size_t line() const { return row_line_; }

  /// Reads the next row. Returns false at the end of the file. The cells are valid until the next
  /// call. A row with broken quotes always throws: it cannot be skipped, because its end is
  /// unknown.
  bool next();

 private:
  [[noreturn]] void fail(std::size_t line, std::size_t column, std::string expected,
                         std::string found) const;

  [[noreturn]] void too_long() const {
    fail(row_line_, 0, format("a row of at most {} bytes", longest_), "a longer one");
  }

  /// Splits the first `size` unread bytes, which are a whole row, into cells.
  void split(std::size_t size);

  block_reader blocks_;
  char delimiter_;
  std::size_t longest_;
  std::size_t used_ = 0;
  std::size_t row_line_ = 1;
  std::size_t next_line_ = 1;
  std::vector<csv_cell> cells_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/csv/compiled/rows.hpp>
#endif
