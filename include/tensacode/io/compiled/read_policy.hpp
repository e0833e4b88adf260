// tensacode/io/compiled/read_policy.hpp -- the functions that io/read_policy.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/read_policy.hpp>

namespace tc::detail {

TC_INLINE void handle_bad_row(bad_rows policy, problem_list& problems, const std::string& path,
                              read_report& report) {
  try {
    problems.raise(path);
  } catch (const parse_error& bad) {
    if (policy == bad_rows::stop) throw;
    ++report.skipped;
    if (policy == bad_rows::collect || report.errors.size() < 16) report.errors.push_back(bad);
  }
}

}  // namespace tc::detail
