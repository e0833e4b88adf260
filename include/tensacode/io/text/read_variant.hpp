// tensacode/io/text/read_variant.hpp -- reads a variant from human-readable text, and chooses its
// alternative. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/words.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

/// Determines the alternative by its name, or by what the value begins with. Steps over the name.
template <class Variant>
std::size_t take_alternative(text_cursor& cursor) {
  using variant = text_variant_of<Variant>;
  const phrase_match match = match_phrase(variant::tags(), variant::tags(), cursor.rest());
  if (match.name != no_match) {
    cursor.at += match.end;
    cursor.take(':');
    cursor.skip_blanks();
    return match.name;
  }
  const char c = cursor.front();
  if (c == '"') return variant::only(text_look::quotes);
  if (c == '[') return variant::only(text_look::bracket);
  if (cursor.sees_word("nothing")) return variant::only(text_look::nothing);
  if (is_digit(c) || c == '-' || c == '+' || c == '.' || cursor.sees_word("infinity") ||
      cursor.sees_word("not"))
    return variant::only(text_look::number);
  return no_match;
}

template <class... A>
bool read_text_variant(text_cursor& cursor, std::variant<A...>& out, const path_step* path) {
  using variant = std::variant<A...>;
  const std::size_t choice = take_alternative<variant>(cursor);
  if (choice == no_match) return cursor.reject(path, one_of(text_variant_of<variant>::tags()));
  using reader = bool (*)(text_cursor&, variant&, const path_step*);
  static constexpr auto readers = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<reader, sizeof...(I)>{[](text_cursor& c, variant& v, const path_step* p) {
      return read_text_value(c, v.template emplace<I>(), p);
    }...};
  }(std::index_sequence_for<A...>{});
  return readers[choice](cursor, out, path);
}

}  // namespace tc::detail
