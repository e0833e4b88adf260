// tensacode/io/text/compiled/words.hpp -- the functions that io/text/words.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/text/words.hpp>

namespace tc::detail {

TC_INLINE std::string words_of(std::string_view name) {
  const auto is_upper = [&](std::size_t i) {
    return i < name.size() && name[i] >= 'A' && name[i] <= 'Z';
  };
  const auto is_lower = [&](std::size_t i) {
    return i < name.size() && is_letter(name[i]) && !is_upper(i);
  };
  std::string words;
  for (std::size_t i = 0; i < name.size();) {
    if (name[i] == '_') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < name.size() && name[end] != '_' &&
           !(is_upper(end) && (!is_upper(end - 1) || is_lower(end + 1))))
      ++end;
    if (!words.empty()) words += ' ';
    const std::string_view word = name.substr(i, end - i);
    bool acronym = word.size() > 1;
    for (const char c : word) acronym = acronym && !(c >= 'a' && c <= 'z');
    for (const char c : word) words += acronym ? c : lower_case(c);
    i = end;
  }
  return words;
}

TC_INLINE std::string singular_of(std::string_view words) {
  constexpr std::string_view irregular[] = {
      "movies", "cookies", "calories",  "zombies", "series",   "species",    "axes",
      "caches", "aches",   "headaches", "niches",  "tranches", "avalanches", "news",
      "lens",   "means",   "corps",     "always",  "helices"};
  constexpr std::string_view unsafe[] = {"ss",   "us",     "is",     "as",    "os",
                                         "ics",  "ves",    "oes",    "ses",   "zzes",
                                         "tzes", "ndices", "rtices", "trices"};
  constexpr std::string_view with_e[] = {"xes", "ches", "shes", "sses"};
  const std::size_t space = words.rfind(' ');
  const std::string_view word = words.substr(space == std::string_view::npos ? 0 : space + 1);
  const std::string_view before = words.substr(0, words.size() - word.size());
  const auto with = [&](std::size_t cut, std::string_view end) {
    return std::string(before).append(word.substr(0, word.size() - cut)).append(end);
  };
  for (const char c : word)
    if (c < 'a' || c > 'z') return {};
  for (const std::string_view other : irregular)
    if (word == other) return {};
  if (word == "children") return with(3, "");
  if (word == "ids") return with(1, "");
  if (word.size() < 4 || word.back() != 's') return {};
  if (word.size() > 4 && word.ends_with("ies")) return with(3, "y");
  if (word.size() > 4)
    for (const std::string_view end : with_e)
      if (word.ends_with(end)) return with(2, "");
  for (const std::string_view end : unsafe)
    if (word.ends_with(end)) return {};
  const bool vowel =
      std::string_view("aeiou").find(word[word.size() - 3]) != std::string_view::npos;
  if (word[word.size() - 2] == 'y' && !vowel) return {};
  return with(1, "");
}

TC_INLINE std::size_t length_of_phrase(std::string_view name, std::string_view text) {
  const std::array<std::string_view, 1> names{name};
  return match_phrase(names, names, text).end;
}

TC_INLINE phrase_match text_record_info::match_singular(std::string_view text) const {
  const std::vector<std::string>& all = singulars();
  return match_phrase(all, all, text);
}

TC_INLINE std::vector<std::string> singulars_of(const text_record_info& record) {
  std::vector<std::string> all, safe;
  for (const std::string_view name : record.names) all.push_back(singular_of(words_of(name)));
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool good = record.match(all[i]).name == no_match;
    for (std::size_t j = 0; j < all.size() && good; ++j)
      good = i == j || !equal_canonical(all[i], all[j]);
    safe.push_back(good ? all[i] : std::string());
  }
  return safe;
}

TC_INLINE std::vector<std::string> phrases_of(const text_record_info& record) {
  std::vector<std::string> phrases;
  for (std::size_t i = 0; i < record.names.size(); ++i) {
    std::string words = words_of(record.names[i]);
    if (record.match(words) != phrase_match{i, words.size()}) words = record.names[i];
    phrases.push_back(std::move(words));
  }
  return phrases;
}

TC_INLINE std::string type_words(std::string_view type_name) {
  if (type_name.empty() || end_of_word(type_name, 0) != type_name.size()) return {};
  return words_of(type_name);
}

TC_INLINE std::vector<std::string> distinct_tags(const std::vector<std::string>& tags,
                                                 std::span<const bool> marked) {
  const auto canonical = [](std::string_view tag) {
    std::string out;
    for (const char c : tag)
      if (is_canonical(c)) out += lower_case(c);
    return out;
  };
  std::vector<std::string> distinct;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string tag = canonical(tags[i]);
    bool good = !tag.empty() && !is_digit(tags[i][0]) && !is_reserved(tags[i]);
    for (std::size_t j = 0; j < tags.size() && good; ++j) {
      const std::string other = canonical(tags[j]);
      good = i == j || other.empty() ||
             (tag != other && (marked[i] || !other.starts_with(tag)) &&
              (marked[j] || !tag.starts_with(other)));
    }
    distinct.push_back(good ? tags[i] : format("option {}", i + 1));
  }
  return distinct;
}

}  // namespace tc::detail
