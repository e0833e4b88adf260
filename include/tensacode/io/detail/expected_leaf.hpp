// tensacode/io/detail/expected_leaf.hpp -- descriptions of the expected value, for error messages
// of all formats.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/reflect/kinds.hpp>

#include <string>

namespace tc::detail {

/// Types of values that all formats describe in the same words.
template <class T>
inline constexpr bool is_common_leaf =
    kind_of<T> == kind::integer || kind_of<T> == kind::floating ||
    kind_of<T> == kind::enumeration || kind_of<T> == kind::duration ||
    kind_of<T> == kind::time_point;

/// For example "an integer", "a number", "one of red or green", "a duration such as 'PT1H30M'".
template <class T>
  requires is_common_leaf<T>
std::string expected_leaf() {
  if constexpr (kind_of<T> == kind::integer)
    return "an integer";
  else if constexpr (kind_of<T> == kind::floating)
    return "a number";
  else if constexpr (kind_of<T> == kind::enumeration)
    return one_of(enum_spellings<T>());
  else
    return expected_chrono_text<T>();
}

}  // namespace tc::detail
