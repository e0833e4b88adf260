// tensacode/io/csv/csv.hpp -- reads and writes CSV tables, one record per row, as a stream.
// Layer 3. Source: RFC 4180. The first row names the columns. A column belongs to the field with
// the same name. If no name matches exactly, only letters and digits are compared, without regard
// to case (`hours-per-week`). `home.zip` is a nested field. An empty cell is a missing value: an
// empty optional, an empty string, and an error for any other type. A row may be a `std::pair<In,
// Out>`: a column is looked up in In first and then in Out.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/csv/cells.hpp>
#include <tensacode/io/csv/rows.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/reflect/offender.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

struct csv_read_options {
  char delimiter = ',';
  read_policy unknown_columns = read_policy::ignore;
  bad_rows on_error = bad_rows::stop;
  std::size_t max_row = std::size_t{1} << 26;  ///< in bytes; a longer row is an error
};

struct csv_write_options {
  char delimiter = ',';
};

namespace detail::error {

template <class Offender>
struct type_does_not_fit_in_cells {
  static_assert(is_acceptable<Offender>,
                "tensacode[R12] csv: the type does not fit in the cells of a row. Fix: a row is a "
                "struct of numbers, enums, strings, optionals of them, and structs of these; for "
                "lists and maps use JSON Lines.");
};

}  // namespace detail::error

/// Calls `f(T&&)` for every row of the file, in order. Reading stops when `f` returns false.
///
/// Errors   file_error; parse_error naming file, line and field, with all problems of the row. A
///          bad header and broken quotes are errors whatever `options.on_error` says; at compile
///          time R12
/// Cost     memory for the longest row and one object
template <class T, class F>
read_report for_each_csv(const std::string& path, F&& f, const csv_read_options& options = {}) {
  read_report report;
  using offender = detail::csv_offender<T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_does_not_fit_in_cells<offender>));
  } else {
    detail::csv_rows rows(path, options.delimiter, options.max_row);
    const auto leaves = detail::csv_leaves<T>();
    const auto columns = detail::assign_columns(rows, leaves, options.unknown_columns);
    detail::problem_list problems;
    std::vector<void*> fields(leaves.size());
    while (rows.next()) {
      if (columns.size() > 1 && detail::is_blank(rows)) continue;
      T object{};
      detail::csv_addresses(object, fields.data());
      if (!detail::read_row(rows, leaves, columns, fields, problems)) {
        detail::handle_bad_row(options.on_error, problems, path, report);
        continue;
      }
      if (!detail::hand_over(object, f, report)) return report;
    }
  }
  return report;
}

/// Returns all rows of the file. If `report` is given, it receives the counts and errors.
///
/// Errors   as `for_each_csv`; argument_error for `bad_rows::collect` without a report
template <class T>
std::vector<T> read_csv(const std::string& path, const csv_read_options& options = {},
                        read_report* report = nullptr) {
  return detail::gather_rows<T>(options.on_error, report,
                                [&](const auto& f) { return for_each_csv<T>(path, f, options); });
}

/// Writes a header and one row per element. Fields of nested structs get dotted names. Numbers read
/// back equal. NaN and infinities are written as empty cells. The file is replaced in one step;
/// after an error the old file is unchanged.
///
/// Errors   file_error; argument_error if two fields have the same name; at compile time R12
template <class Range>
void write_csv(const std::string& path, const Range& objects,
               const csv_write_options& options = {}) {
  using element = std::remove_cvref_t<decltype(*std::begin(objects))>;
  using offender = detail::csv_offender<element>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_does_not_fit_in_cells<offender>));
  } else {
    atomic_file file(path);
    detail::csv_writer writer(options.delimiter);
    detail::write_header(writer, detail::csv_leaves<element>());
    for (const auto& object : objects) {
      detail::write_cells(writer, object);
      writer.end_row();
      if (writer.text().size() > detail::block_size) {
        file.write(writer.text());
        writer.clear();
      }
    }
    file.write(writer.text());
    file.commit();
  }
}

}  // namespace tc
