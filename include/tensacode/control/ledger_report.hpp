// tensacode/control/ledger_report.hpp -- a ledger as a table, as JSON and as a page to look at.
// Layer 3. Not part of the door, since few files of a program print ledgers.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace tc {
namespace detail {

/// Text between quotes of JSON or HTML: what either would read as its own is written otherwise.
std::string quotable(std::string_view text, bool html);
/// A number with few digits, in a column.
std::string column(double number, int width);
std::string column(std::string_view name, int width);
/// JSON has no word for what is not finite.
inline std::string json_number(double number) {
  return std::isfinite(number) ? format("{}", number) : "null";
}

}  // namespace detail

/// A table, one line a site. Weights are those of "true", of going on, and of the likeliest case.
std::string ledger_table(const ledger& book);

/// A JSON array with an object for each site.
std::string ledger_json(const ledger& book);

/// A page that needs nothing else: for each site its numbers, and a histogram of its weights.
std::string ledger_html(const ledger& book);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/control/compiled/ledger_report.hpp>
#endif
