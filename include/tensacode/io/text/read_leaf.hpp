// tensacode/io/text/read_leaf.hpp -- reads numbers, enumerators and strings from human-readable
// text.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/expected_leaf.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/words.hpp>
#include <tensacode/reflect/holder.hpp>

#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

template <class T>
std::string expected_text_value() {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>)
    return "nothing";
  else if constexpr (k == kind::boolean)
    return "yes or no";
  else if constexpr (is_common_leaf<T>)
    return expected_leaf<T>();
  else if constexpr (k == kind::text)
    return "a text in quotes";
  else if constexpr (holder<T>)
    return expected_text_value<held_type<T>>();
  else if constexpr (k == kind::variant)
    return "a value";
  else if constexpr (k == kind::record)
    return format("a {} in parentheses", type_name<T>());
  else
    return "a list in brackets";
}

template <class T>
bool read_text_number(text_cursor& cursor, T& out, const path_step* path) {
  const std::string_view rest = cursor.rest();
  const bool negative = rest.starts_with('-');
  const std::size_t sign = negative || rest.starts_with('+') ? 1 : 0;
  if constexpr (kind_of<T> == kind::floating) {
    constexpr std::string_view words[] = {"infinity", "inf", "not a number", "nan"};
    for (const std::string_view word : words) {
      const std::size_t length = length_of_phrase(word, rest.substr(sign));
      if (length == 0) continue;
      cursor.at += sign + length;
      out =
          word[0] == 'n' ? std::numeric_limits<T>::quiet_NaN() : std::numeric_limits<T>::infinity();
      if (negative) out = -out;
      return true;
    }
  }
  if (sign == rest.size() || !(is_digit(rest[sign]) || rest[sign] == '.'))
    return cursor.reject(path, expected_text_value<T>());
  double real = 0;  // needed only to find the end of the number
  const char* const stop = std::from_chars(rest.data() + sign, rest.data() + rest.size(), real).ptr;
  const auto end = static_cast<std::size_t>(stop - rest.data());
  std::string_view digits = rest.substr(0, end);
  if (!negative) digits.remove_prefix(sign);
  number_result result = number_result::not_a_number;
  if constexpr (kind_of<T> == kind::floating)
    result = floating_from_text(digits, out);
  else
    result = integer_from_text(digits, out);
  if (result == number_result::good) {
    cursor.at += end;
    return true;
  }
  std::string expected = expected_text_value<T>();
  if (result == number_result::out_of_range) {
    if constexpr (kind_of<T> == kind::floating)
      expected = floating_range_name<T>();
    else
      expected = integer_range_name<T>();
  }
  return cursor.reject(path, std::move(expected));
}

template <class T>
bool read_text_enum(text_cursor& cursor, T& out, const path_step* path) {
  const std::size_t begin = cursor.at;
  std::string in_quotes;
  std::string_view spelling = cursor.bare();
  if (cursor.front() == '"') {
    cursor.read_quoted(in_quotes, path);
    spelling = in_quotes;
  } else {
    cursor.at += spelling.size();
  }
  const std::optional<T> value = enum_from_text<T>(spelling);
  if (value) {
    out = *value;
    return true;
  }
  cursor.at = begin;
  return cursor.reject(path, expected_text_value<T>());
}

/// Reads a string. The quotes may be missing if it contains neither punctuation nor the word "and".
bool read_text_string(text_cursor& cursor, std::string& out, const path_step* path);

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/read_leaf.hpp>
#endif
