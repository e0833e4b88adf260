// tensacode/io/text/words.hpp -- names as words, and the rules that the writer and the reader of
// text share: where a name ends, which words are reserved, and how alternatives are distinguished.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/type_name.hpp>
#include <tensacode/io/detail/canonical.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc::detail {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
/// Whether the character can be part of a C++ identifier.
constexpr bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '$'; }
/// Whether the character ends a value that has no quotes.
constexpr bool is_delimiter(char c) {
  return std::string_view(",;()[]=\"").find(c) != std::string_view::npos;
}

/// The end of the word that starts at `at`; `at` itself if there is none. A hyphen belongs to the
/// word if a letter precedes it and a letter or digit follows it.
constexpr std::size_t end_of_word(std::string_view text, std::size_t at) {
  const auto joins = [&](std::size_t i) {
    return text[i] == '-' && i > at && is_letter(text[i - 1]) && i + 1 < text.size() &&
           is_name_part(text[i + 1]);
  };
  while (at < text.size() && (is_name_part(text[at]) || joins(at))) ++at;
  return at;
}

/// Converts an identifier to words: `zipCode`, `zip_code` and `ZipCode` give "zip code", `HTTPPort`
/// gives "HTTP port".
std::string words_of(std::string_view name);

/// The singular of the last word: "contributor" for "contributors". Empty if the word is not a
/// plural, or if the rules cannot form its singular safely.
std::string singular_of(std::string_view words);

/// Words with a special meaning. A value that starts with one needs quotes.
constexpr bool is_reserved(std::string_view words) {
  const std::string_view first = words.substr(0, end_of_word(words, 0));
  return equal_canonical(first, "nothing") || equal_canonical(first, "just") ||
         equal_canonical(first, "and") || equal_canonical(first, "option") ||
         equal_canonical(first, "not") || equal_canonical(first, "infinity");
}

/// Whether the text can be written without quotes and is read back unchanged.
constexpr bool stands_bare(std::string_view text) {
  if (text.empty() || is_blank(text.back()) || is_reserved(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_word(text, at);
    if (end == at || equal_canonical(text.substr(at, end - at), "and")) return false;
    if (end < text.size() && text[end] != ' ') return false;
    at = end + 1;
  }
  return true;
}

// --- names at the front of a text -------------------------------------------------------------
struct phrase_match {
  std::size_t name = no_match;
  std::size_t end = 0;  ///< end of the words of the name
  bool operator==(const phrase_match&) const = default;
};

/// Finds the name, or older name, at the front of the text. If several match, the longest one wins.
template <class Names, class OldNames>
phrase_match match_phrase(const Names& names, const OldNames& old_names, std::string_view text) {
  phrase_match found;
  if (text.empty() || is_digit(text[0])) return found;
  std::size_t longest = 0;
  for (const std::string_view name : names) longest = std::max(longest, name.size());
  for (const std::string_view name : old_names) longest = std::max(longest, name.size());
  std::size_t end = 0;
  for (std::size_t words = 0; words <= longest; ++words) {
    std::size_t next = end;
    while (next < text.size() && is_blank(text[next])) ++next;
    end = end_of_word(text, next);
    if (end == next) break;
    const std::string_view phrase = text.substr(0, end);
    std::size_t match = match_name(names, phrase);
    if (match == no_match) match = match_name(old_names, phrase);
    if (match != no_match) found = {match, end};
  }
  return found;
}

/// The number of bytes at the front of the text that spell the name, or 0.
std::size_t length_of_phrase(std::string_view name, std::string_view text);

// --- records ------------------------------------------------------------------------------------
struct text_record_info {
  std::string_view type_name;
  std::span<const std::string_view> names;
  std::span<const std::string_view> old_names;     ///< one per field, may be empty
  const std::vector<std::string>& (*singulars)();  ///< one per field, may be empty

  phrase_match match(std::string_view text) const {
    return match_phrase<std::span<const std::string_view>>(names, old_names, text);
  }
  /// Like `match`, but with the singular names.
  phrase_match match_singular(std::string_view text) const;
};

/// The singular name of each field, which is written for a list of one element: "contributor" for
/// `contributors`. Empty if the name is not a plural, or if the reader could confuse it with
/// another field.
std::vector<std::string> singulars_of(const text_record_info& record);

/// The names of the fields that are not ignored.
template <class T>
struct text_record_of {
  static constexpr auto names =
      with_active_fields<T>([]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<std::string_view, sizeof...(I)>{field_names<T>()[I]...};
      });
  template <std::size_t I>
  static constexpr std::string_view old_name() {
    if constexpr (has_attribute<renamed_from, T, I>)
      return attribute_of<renamed_from, T, I>.name;
    else
      return {};
  }
  static constexpr auto old_names =
      with_active_fields<T>([]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<std::string_view, sizeof...(I)>{old_name<I>()...};
      });
  static const std::vector<std::string>& singulars() {
    static const std::vector<std::string> all = singulars_of(info());
    return all;
  }
  static constexpr text_record_info info() {
    return {tc::type_name<T>(), names, old_names, &singulars};
  }
};

/// The words in front of each field's value. If the reader would not recognise the words as this
/// field, the field's name is used as it is.
std::vector<std::string> phrases_of(const text_record_info& record);

/// The words of a type's name. Empty if the name is not a plain identifier; `box<int>` is none.
std::string type_words(std::string_view type_name);

/// Whether the field is written with a count in front of its name. For a holder, this depends on
/// what it holds.
template <class T>
consteval bool is_counted() {
  constexpr kind k = kind_of<T>;
  if constexpr (holder<T>)
    return !holder<held_type<T>> && is_counted<held_type<T>>();
  else
    return k == kind::sequence || k == kind::set || k == kind::map;
}

/// The unit written after the numbers of a field. Empty if the reader would take it for something
/// else.
template <class T, std::size_t I>
constexpr std::string_view unit_of() {
  if constexpr (has_attribute<unit, T, I> && is_numeric<field_type<T, I>>()) {
    constexpr std::string_view name = attribute_of<unit, T, I>.name;
    if constexpr (!name.empty() && !is_delimiter(name[0]) && !is_blank(name[0]) && name[0] != ':' &&
                  !is_reserved(name))
      return name;
  }
  return {};
}

// --- variants -----------------------------------------------------------------------------------
/// What a value begins with. `word` also stands for a type whose values begin in different ways.
enum class text_look { word, nothing, number, quotes, bracket };

template <class T>
consteval text_look look_of() {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>)
    return text_look::nothing;
  else if constexpr (k == kind::integer || k == kind::floating)
    return text_look::number;
  else if constexpr (k == kind::text)
    return text_look::quotes;
  else if constexpr (k == kind::tensor)
    return tensor_rank<T>() > 0 ? text_look::bracket : text_look::word;
  else if constexpr (k == kind::array || k == kind::tuple || (is_counted<T>() && !holder<T>))
    return text_look::bracket;
  else
    return text_look::word;
}

template <class T>
std::string tag_words() {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>)
    return {};
  else if constexpr (k == kind::enumeration || k == kind::record)
    return type_words(type_name<T>());
  else if constexpr (k == kind::floating)
    return "number";
  else if constexpr (k == kind::sequence)
    return "list";
  else if constexpr (k == kind::time_point)
    return "time";
  else if constexpr (holder<T>)
    return "maybe";
  else if constexpr (k == kind::variant)
    return "choice";
  else
    return std::string(kind_name(k));
}

/// Whether the written value always begins with a bracket or a quote. Then the name in front of it
/// has a clear end.
template <class T>
consteval bool begins_with_punctuation() {
  constexpr text_look look = look_of<T>();
  return look == text_look::quotes || look == text_look::bracket ||
         (kind_of<T> == kind::record && !std::is_same_v<T, std::monostate>);
}

/// The words that name each alternative. If they are reserved, or could be confused with another
/// alternative, they become "option 1" and so on. `marked` says which alternatives begin with
/// punctuation.
std::vector<std::string> distinct_tags(const std::vector<std::string>& tags,
                                       std::span<const bool> marked);

template <class Variant>
struct text_variant_of;
template <class... A>
struct text_variant_of<std::variant<A...>> {
  static constexpr std::array<text_look, sizeof...(A)> looks{look_of<A>()...};

  /// The only alternative with that look, or `no_match`.
  static constexpr std::size_t only(text_look look) {
    std::size_t found = no_match;
    for (std::size_t i = 0; i < looks.size(); ++i) {
      if (looks[i] != look) continue;
      if (found != no_match) return no_match;
      found = i;
    }
    return found;
  }
  static const std::vector<std::string>& tags() {
    static constexpr bool marked[] = {begins_with_punctuation<A>()...};
    static const std::vector<std::string> all = distinct_tags({tag_words<A>()...}, marked);
    return all;
  }
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/words.hpp>
#endif
