// tensacode/io/read_policy.hpp -- what readers do about input that is not quite right.
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

/// Of something that could be passed over.
enum class read_policy { ignore, error };

enum class bad_rows {
  stop,     ///< throw the parse_error of the first bad row
  skip,     ///< leave bad rows out, count them, and keep the errors of the first 16
  collect,  ///< leave bad rows out and keep the errors of all of them
};

/// What a reader of many records saw.
struct read_report {
  std::size_t rows = 0;             ///< good ones
  std::size_t skipped = 0;          ///< bad ones
  std::vector<parse_error> errors;  ///< of the first bad ones, or of all that were collected
};

namespace detail {

/// Throws, or counts the bad row.
void handle_bad_row(bad_rows policy, problem_list& problems, const std::string& path,
                    read_report& report);

/// Counts a good row and hands it over; false if `f` returns false and so ends the reading.
template <class T, class F>
bool hand_over(T& object, F& f, read_report& report) {
  ++report.rows;
  if constexpr (std::is_same_v<decltype(f(std::move(object))), bool>)
    return f(std::move(object));
  else
    f(std::move(object));
  return true;
}

/// The rows that `for_each_row(f)` hands to `f`. `report`, if given, receives what was seen.
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
