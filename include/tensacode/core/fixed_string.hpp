// tensacode/core/fixed_string.hpp -- a string literal usable as a template argument.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tc {

/// A string of `N - 1` characters and a terminating zero. Its type is structural, so names can be
/// template arguments, as in `tc::get<"age">(person)` and in error messages.
template <std::size_t N>
struct fixed_string {
  char characters[N] = {};

  constexpr fixed_string(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) characters[i] = literal[i];
  }

  constexpr std::string_view view() const { return {characters, N - 1}; }
  constexpr operator std::string_view() const { return view(); }
};

}  // namespace tc
