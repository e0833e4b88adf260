// tensacode/io/csv/compiled/cells.hpp -- the functions that io/csv/cells.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/csv/cells.hpp>

namespace tc::detail {

TC_INLINE bool truth_from_text(std::string_view text, bool& out) {
  constexpr std::array<std::string_view, 6> spellings{"true", "1", "yes", "false", "0", "no"};
  const std::size_t match = match_name(spellings, text);
  if (match == no_match) return false;
  out = match < 3;
  return true;
}

TC_INLINE std::vector<std::size_t> assign_columns(csv_rows& rows, const csv_leaf_list& leaves,
                                                  read_policy unknown_columns) {
  problem_list problems;
  if (!rows.next()) {
    problems.add({1, 1, "", "a header", "an empty file"});
    problems.raise(rows.path());
  }
  std::vector<std::size_t> columns;
  std::vector<bool> found(leaves.size());
  constexpr std::size_t most_shown = 400;
  std::string header;
  for (const auto& cell : rows.cells()) {
    const std::string_view name = trimmed(cell.text);
    if (header.size() < most_shown)
      header += (header.empty() ? "" : ", ") + std::string(name.substr(0, most_shown));
    // Prefer the exact name, then the same letters and digits, then an older name of a field. Each
    // time the first leaf wins.
    std::size_t leaf = 0;
    while (leaf < leaves.size() && leaves[leaf].name != name) ++leaf;
    if (leaf == leaves.size())
      for (leaf = 0; leaf < leaves.size() && !equal_canonical(leaves[leaf].name, name);) ++leaf;
    if (leaf == leaves.size())
      for (leaf = 0; leaf < leaves.size() && !equal_canonical(leaves[leaf].old_name, name);) ++leaf;
    if (leaf == leaves.size()) {
      leaf = no_match;
      if (unknown_columns == read_policy::error)
        problems.add({cell.line, cell.column, "", "columns that are fields",
                      "column " + detail::quoted(name)});
    } else if (found[leaf]) {
      problems.add({cell.line, cell.column, leaves[leaf].name, "one column", "a second one"});
    } else {
      found[leaf] = true;
    }
    columns.push_back(leaf);
  }
  if (header.size() > most_shown) header = header.substr(0, most_shown) + "...";
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf)
    if (!found[leaf] && !leaves[leaf].is_optional)
      problems.add(
          {rows.line(), 0, leaves[leaf].name, "a column of that name", "the columns " + header});
  if (!problems.empty()) problems.raise(rows.path());
  return columns;
}

TC_INLINE bool read_row(const csv_rows& rows, const csv_leaf_list& leaves,
                        const std::vector<std::size_t>& columns, const std::vector<void*>& fields,
                        problem_list& problems) {
  const auto& cells = rows.cells();
  if (cells.size() != columns.size()) {
    problems.add(
        {rows.line(), 0, "", format("{} cells", columns.size()), format("{}", cells.size())});
    return false;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (columns[i] == no_match) continue;
    std::string expected = leaves[columns[i]].read(cells[i], fields[columns[i]]);
    if (!expected.empty())
      problems.add({cells[i].line, cells[i].column, leaves[columns[i]].name, std::move(expected),
                    cells[i].text.empty() ? "an empty cell" : detail::quoted(cells[i].text)});
  }
  return problems.empty();
}

TC_INLINE csv_writer::csv_writer(char delimiter) : delimiter_(delimiter) {
  const std::string_view unusable = "\"\r\n.+-";
  TC_CHECK(unusable.find(delimiter) == std::string_view::npos && !is_canonical(delimiter),
           argument_error, "write_csv: the delimiter cannot be '{}'", delimiter);
}

TC_INLINE void csv_writer::end_row() {
  out_ += '\n';
  first_ = true;
}

TC_INLINE void write_header(csv_writer& out, const csv_leaf_list& leaves) {
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      TC_CHECK(leaves[i].name != leaves[j].name, argument_error,
               "write_csv: two fields are called '{}'", leaves[i].name);
    out.cell(leaves[i].name);
  }
  out.end_row();
}

}  // namespace tc::detail
