// tensacode/reflect/path.hpp -- the address of a part: `home.street`, `scores[2]`.
// Layer 1.
//
//   path    empty (the object itself), or a series of steps
//   name    `home`, `.street`         a field, or a key of a map; letters, digits, _ and non-ASCII
//   key     `["a key"]`               any other key of a map; \" and \\ stand for " and \ .
//   index   `[2]`                     an element, from 0
//
// Only names are separated, by dots. The object in an optional or pointer has the path of its
// holder, and so has the alternative of a variant.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace tc {

namespace detail {

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool is_plain_name(std::string_view text) {
  for (const char c : text)
    if (!is_name_character(c)) return false;
  return !text.empty();
}

enum class step_kind { name, key, index };

/// One step of a path. `text` is the name, the text inside a key's quotes, or the digits.
struct step_text {
  step_kind kind = step_kind::name;
  std::string_view text;
  std::size_t index = 0;
};

/// Removes the first step from `rest`, which must not be empty, and stores it in `out`. If it is
/// not valid, returns false, and `rest` begins at the error. If `first` is true, a name has no dot
/// before it.
constexpr bool take_step(std::string_view& rest, bool first, step_text& out) {
  if (rest[0] != '[') {
    if (!first) {
      if (rest[0] != '.') return false;
      rest.remove_prefix(1);
    }
    std::size_t end = 0;
    while (end < rest.size() && is_name_character(rest[end])) ++end;
    if (end == 0) return false;
    out = {step_kind::name, rest.substr(0, end), 0};
    rest.remove_prefix(end);
    return true;
  }
  rest.remove_prefix(1);
  if (!rest.empty() && rest[0] == '"') {
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    if (end + 1 >= rest.size() || rest[end + 1] != ']') {
      rest.remove_prefix(end < rest.size() ? end : rest.size());
      return false;
    }
    out = {step_kind::key, rest.substr(1, end - 1), 0};
    rest.remove_prefix(end + 2);
    return true;
  }
  std::size_t end = 0, index = 0;
  for (; end < rest.size() && rest[end] >= '0' && rest[end] <= '9'; ++end) {
    if (index > (static_cast<std::size_t>(-1) - 9) / 10) return false;
    index = index * 10 + static_cast<std::size_t>(rest[end] - '0');
  }
  if (end == 0 || end == rest.size() || rest[end] != ']') {
    rest.remove_prefix(end);
    return false;
  }
  out = {step_kind::index, rest.substr(0, end), index};
  rest.remove_prefix(end + 1);
  return true;
}

/// The key that is written between the quotes, with escapes replaced.
std::string key_of(std::string_view quoted);

}  // namespace detail

/// The path of a part of an object, in the syntax described at the top of this file. It does not
/// refer to an object, and does not guarantee that an object has the part.
class path {
 public:
  /// The object itself.
  path() = default;
  /// Throws `argument_error` with the position of the error if `text` is not a path.
  path(std::string_view text);
  path(const char* text) : path(std::string_view(text)) {}
  path(const std::string& text) : path(std::string_view(text)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  /// Appends a field, or the key of a map's element.
  path operator/(std::string_view name) const;
  /// Appends the index of an element.
  path operator[](std::size_t index) const;

  bool operator==(const path& other) const { return text_ == other.text_; }
  std::strong_ordering operator<=>(const path& other) const {
    return text_.compare(other.text_) <=> 0;
  }

 private:
  std::string text_;
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/reflect/compiled/path.hpp>
#endif
