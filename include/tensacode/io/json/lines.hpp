// tensacode/io/json/lines.hpp -- reads and writes JSON Lines, one object per line, as a stream.
// Layer 3. Empty lines are skipped. "\r\n" and a byte order mark are accepted.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/detail/block_reader.hpp>
#include <tensacode/io/json/json.hpp>
#include <tensacode/io/read_policy.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

struct jsonl_read_options {
  json_read_options json = {};
  bad_rows on_error = bad_rows::stop;
  std::size_t max_line = std::size_t{1} << 26;  ///< in bytes; a longer line is an error
};

/// Calls `f(T&&)` for every line of the file, in order. Reading stops when `f` returns false.
///
/// Errors   file_error; parse_error naming file, line and field. A line longer than
///          `options.max_line` is always an error
/// Cost     memory for the longest line and one object
template <class T, class F>
read_report for_each_jsonl(const std::string& path, F&& f, const jsonl_read_options& options = {}) {
  read_report report;
  using offender = detail::offender_in<detail::json_reads, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_cannot_be_read<offender>));
  } else {
    detail::line_reader lines(path, options.max_line);
    detail::json_tape tape;
    detail::problem_list problems;
    std::string_view line;
    while (lines.next(line)) {
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      T object{};
      if (!detail::read_json_text(tape, line, object, options.json, problems, lines.number())) {
        detail::handle_bad_row(options.on_error, problems, path, report);
        continue;
      }
      if (!detail::hand_over(object, f, report)) return report;
    }
    if (lines.is_too_long()) {
      problems.add({lines.number(), 0, "", format("a line of at most {} bytes", options.max_line),
                    "a longer one"});
      problems.raise(path);
    }
  }
  return report;
}

/// Returns the objects of the file, one per line. If `report` is given, it receives the counts and
/// errors.
///
/// Errors   as `for_each_jsonl`; argument_error for `bad_rows::collect` without a report
template <class T>
std::vector<T> read_jsonl(const std::string& path, const jsonl_read_options& options = {},
                          read_report* report = nullptr) {
  return detail::gather_rows<T>(options.on_error, report,
                                [&](const auto& f) { return for_each_jsonl<T>(path, f, options); });
}

/// Writes one line per element of `objects`. The file is replaced in one step; after an error the
/// old file is unchanged.
///
/// Errors   file_error; argument_error as for `to_json`, and for an indentation
template <class Range>
void write_jsonl(const std::string& path, const Range& objects,
                 const json_write_options& options = {}) {
  using element = std::remove_cvref_t<decltype(*std::begin(objects))>;
  using offender = detail::offender_in<detail::json_takes, element>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_json_form<offender>));
  } else {
    TC_CHECK(options.indent == 0, argument_error, "write_jsonl: a line cannot be indented");
    atomic_file file(path);
    detail::json_writer writer(options);
    for (const auto& object : objects) {
      detail::shared_objects shared;  // references are resolved within a line
      if (options.references) writer.shared = &shared;
      detail::write_json_value(writer, object);
      writer.raw('\n');
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
