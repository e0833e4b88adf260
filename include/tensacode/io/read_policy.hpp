// tensacode/io/read_policy.hpp -- what readers do about input that is not quite right.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/deferred.hpp>
#include <tensacode/io/parse_error.hpp>

#include <cstddef>
#include <vector>

namespace tc {

/// Of something that could be passed over.
enum class read_policy { ignore, error };

enum class bad_rows {
  stop,  ///< throw the parse_error of the first bad row
  skip,  ///< leave bad rows out and count them
};

/// What a reader of many records saw.
struct read_report {
  std::size_t rows = 0;             ///< good ones
  std::size_t skipped = 0;          ///< bad ones
  std::vector<parse_error> errors;  ///< of the first bad ones, at most 16
};

namespace detail {

/// Throws, or counts the bad row.
template <class Lazy>
void handle_bad_row(bad_rows policy, basic_problem_list<Lazy>& problems, const std::string& path,
                    deferred<read_report, Lazy>& report) {
  try {
    problems.raise(path);
  } catch (const parse_error& bad) {
    if (policy == bad_rows::stop) throw;
    ++report.skipped;
    if (report.errors.size() < 16) report.errors.push_back(bad);
  }
}

}  // namespace detail
}  // namespace tc
