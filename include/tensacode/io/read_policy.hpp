// tensacode/io/read_policy.hpp -- options for readers that meet unexpected or bad input.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/parse_error.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// What to do with input that could be ignored, such as an unknown key.
enum class read_policy { ignore, error };

enum class bad_rows {
  stop,     ///< throw the parse_error of the first bad row
  skip,     ///< skip bad rows, count them, and keep the errors of the first 16
  collect,  ///< skip bad rows and keep all their errors
};

/// The result of reading many records.
struct read_report {
  std::size_t rows = 0;             ///< rows that were read
  std::size_t skipped = 0;          ///< bad rows that were skipped
  std::vector<parse_error> errors;  ///< errors of the skipped rows
};

namespace detail {

/// Throws the problems as a parse_error, or counts the bad row, depending on the policy.
void handle_bad_row(bad_rows policy, problem_list& problems, const std::string& path,
                    read_report& report);

/// Counts a good row and passes it to `f`. Returns false if `f` returns false, which ends the
/// reading.
template <class T, class F>
bool hand_over(T& object, F& f, read_report& report) {
  ++report.rows;
  if constexpr (std::is_same_v<decltype(f(std::move(object))), bool>)
    return f(std::move(object));
  else
    f(std::move(object));
  return true;
}

/// Collects the rows that `for_each_row(f)` passes to `f`. If `report` is given, it receives the
/// counts and errors.
template <class T, class ForEachRow>
std::vector<T> gather_rows(bad_rows policy, read_report* report, const ForEachRow& for_each_row) {
  TC_CHECK(report || policy != bad_rows::collect, argument_error,
           "bad_rows::collect needs a read_report to put the errors in");
  std::vector<T> objects;
  read_report seen = for_each_row([&](T&& object) { objects.push_back(std::move(object)); });
  if (report) *report = std::move(seen);
  return objects;
}

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/compiled/read_policy.hpp>
#endif
