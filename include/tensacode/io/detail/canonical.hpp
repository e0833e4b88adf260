// tensacode/io/detail/canonical.hpp -- names that differ only in punctuation and case.
// Layer 3. The canonical form keeps letters, digits and bytes beyond ASCII, in lower case, and
// drops the rest: "Self-emp-not-inc", "self_emp_not_inc" and "SelfEmpNotInc" are one name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tc::detail {

constexpr bool is_canonical(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True when the canonical forms are equal and not empty.
constexpr bool equal_canonical(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t compared = 0;
  for (;; ++i, ++j, ++compared) {
    while (i < a.size() && !is_canonical(a[i])) ++i;
    while (j < b.size() && !is_canonical(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size() && compared > 0;
    if (lower_case(a[i]) != lower_case(b[j])) return false;
  }
}

inline constexpr std::size_t no_match = static_cast<std::size_t>(-1);

/// Index of the name equal to `text`, else of the only one with the same canonical form.
template <class Names>
constexpr std::size_t match_name(const Names& names, std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return i;
  std::size_t match = no_match;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (equal_canonical(names[i], text)) {
      if (match != no_match) return no_match;  // ambiguous
      match = i;
    }
  return match;
}

}  // namespace tc::detail
