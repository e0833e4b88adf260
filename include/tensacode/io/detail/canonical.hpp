// tensacode/io/detail/canonical.hpp -- compares names without regard to punctuation and case.
// Layer 3. The canonical form of a name keeps letters, digits and non-ASCII bytes, in lower case,
// and drops the rest. So "Self-emp-not-inc", "self_emp_not_inc" and "SelfEmpNotInc" are the same
// name.
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

/// Whether the canonical forms are equal and not empty.
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

/// The index of the name equal to `text`. If there is none, the index of the only name with the
/// same canonical form. Otherwise `no_match`.
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
