// tensacode/control/ledger_report.hpp -- a ledger as a text table, as JSON and as HTML.
// Layer 3. control.hpp does not include it, since few files of a program print ledgers.
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

/// Escapes the characters that have a meaning in HTML, or else in a JSON string.
std::string quotable(std::string_view text, bool html);
/// A number with four digits, or a name, padded to `width` characters.
std::string column(double number, int width);
std::string column(std::string_view name, int width);
/// A number for JSON: `null` if it is not finite.
inline std::string json_number(double number) {
  return std::isfinite(number) ? format("{}", number) : "null";
}

}  // namespace detail

/// A table with one line for each site. The weight is that of "true" for `if_`, of going on for
/// `while_`, and of the likeliest case for `switch_`.
std::string ledger_table(const ledger& book);

/// A JSON array with an object for each site.
std::string ledger_json(const ledger& book);

/// An HTML document without external files. It shows the table, and for each site a histogram of
/// its weights.
std::string ledger_html(const ledger& book);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/control/compiled/ledger_report.hpp>
#endif
