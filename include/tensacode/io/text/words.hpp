// tensacode/io/text/words.hpp -- names as words, and what the writer and the reader of texts
// must agree on: where a name ends, which words are reserved, how alternatives are told apart.
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
/// What C++ identifiers are made of.
constexpr bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '$'; }
/// What ends a value that stands without quotes.
constexpr bool is_delimiter(char c) {
  return std::string_view(",;()[]=\"").find(c) != std::string_view::npos;
}

/// End of the word at `at`, which is `at` where there is none. A hyphen between a letter and a
/// letter or a digit is part of a word.
constexpr std::size_t end_of_word(std::string_view text, std::size_t at) {
  const auto joins = [&](std::size_t i) {
    return text[i] == '-' && i > at && is_letter(text[i - 1]) && i + 1 < text.size() &&
           is_name_part(text[i + 1]);
  };
  while (at < text.size() && (is_name_part(text[at]) || joins(at))) ++at;
  return at;
}

/// `zipCode`, `zip_code` and `ZipCode` are "zip code"; `HTTPPort` is "HTTP port".
std::string words_of(std::string_view name);

/// "contributor" of "contributors"; nothing where the last word is no plural, or one that rules
/// alone do not undo.
std::string singular_of(std::string_view words);

/// Words that values may not begin with, unless in quotes: they have a meaning of their own.
constexpr bool is_reserved(std::string_view words) {
  const std::string_view first = words.substr(0, end_of_word(words, 0));
  return equal_canonical(first, "nothing") || equal_canonical(first, "just") ||
         equal_canonical(first, "and") || equal_canonical(first, "option") ||
         equal_canonical(first, "not") || equal_canonical(first, "infinity");
}

/// Whether the text is read back as it is where a value stands without quotes.
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
  std::size_t end = 0;  ///< of the words of the name
  bool operator==(const phrase_match&) const = default;
};

/// Which name the text begins with: of all the runs of words at its front that are one of the
/// names, or an older name of it, the longest.
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

/// Bytes of the words at the front of the text that are that name, or 0.
std::size_t length_of_phrase(std::string_view name, std::string_view text);

// --- records ------------------------------------------------------------------------------------
struct text_record_info {
  std::string_view type_name;
  std::span<const std::string_view> names;
  std::span<const std::string_view> old_names;     ///< of every field, empty for none
  const std::vector<std::string>& (*singulars)();  ///< of every field, empty for none

  phrase_match match(std::string_view text) const {
    return match_phrase<std::span<const std::string_view>>(names, old_names, text);
  }
  /// The same of the names for a single element.
  phrase_match match_singular(std::string_view text) const;
};

/// What is written instead before a single element: "contributor" for `contributors`. None where
/// the field's name is no plural, or where the reader could take it for another field.
std::vector<std::string> singulars_of(const text_record_info& record);

/// The fields that are not ignored.
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

/// What is written before the values of the fields: words that the reader takes for the field, else
/// the field's name as it is.
std::vector<std::string> phrases_of(const text_record_info& record);

/// The words of a type's name; none for what is not a plain name, such as `box<int>`.
std::string type_words(std::string_view type_name);

/// Whether the field is written with a count before its name. Of a holder: what it holds.
template <class T>
consteval bool is_counted() {
  constexpr kind k = kind_of<T>;
  if constexpr (holder<T>)
    return !holder<held_type<T>> && is_counted<held_type<T>>();
  else
    return k == kind::sequence || k == kind::set || k == kind::map;
}

/// The unit written behind the numbers of a field; none where it would be taken for punctuation.
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
/// What a value begins with, if that is always the same.
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

/// Whether the value, as it is written, begins with a bracket or a quote: behind a name there is no
/// doubt where that ends.
template <class T>
consteval bool begins_with_punctuation() {
  constexpr text_look look = look_of<T>();
  return look == text_look::quotes || look == text_look::bracket ||
         (kind_of<T> == kind::record && !std::is_same_v<T, std::monostate>);
}

/// Words that name each alternative. Those that could be taken for each other are numbered.
/// `marked` says which are followed by punctuation.
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
