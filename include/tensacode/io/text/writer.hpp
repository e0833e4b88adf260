// tensacode/io/text/writer.hpp -- builds human-readable text, and shortens it to a budget.
// Layer 3. The text is first written in full. If there is a budget, the writer also records where
// each part that can be left out begins and ends: fields, elements, pieces of long strings.
// `shorten` then leaves out as few parts as possible, the least informative first. Start reading at
// `text_writer`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/text/options.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc::detail {

enum class text_parts { fields, elements, characters };

/// A part of the text that can be left out.
struct text_part {
  text_parts kind = text_parts::fields;
  std::size_t body = 0;       ///< offset after the separator
  std::size_t end_event = 0;  ///< index of the event that ends it
  std::size_t group = 0;      ///< index of the group that contains it
  std::size_t depth = 0;      ///< number of groups around it
  std::size_t position = 0;   ///< position within its group
  std::size_t amount = 1;     ///< number of fields, elements or characters in it
  std::size_t size = 0;       ///< in bytes, with the separator
  bool empty = false;         ///< whether it holds only 0, no or an empty value
};

/// The beginning or end of a group, or of a part in a group, at an offset of the text.
struct text_event {
  enum class what { group, part, part_end, group_end } type = what::group;
  std::size_t at = 0;
  std::size_t part = 0;
  text_parts kind = text_parts::fields;
};

class text_writer {
 public:
  explicit text_writer(const text_options& options) : options_(options) {}

  std::size_t size() const { return text_.size(); }
  std::string_view from(std::size_t at) const { return std::string_view(text_).substr(at); }
  void raw(std::string_view text) { text_ += text; }
  void raw(char c) { text_ += c; }
  template <class Number>
  void number(Number value) {
    char digits[64];
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    text_.append(digits, result.ptr);
  }

  void string(std::string_view text);

  void open(char bracket);
  void close(char bracket);

  /// A position in the list of events, to be passed to insert() later.
  std::size_t events() const { return events_.size(); }
  /// Inserts `text` at offset `at`. `at` was size() at the time when events() was `first_event`.
  void insert(std::size_t at, std::size_t first_event, std::string_view text);

  void begin_group(text_parts kind);
  void end_group();
  void begin_part(std::string_view separator);
  void end_part(std::size_t amount = 1, bool empty = false);

  std::string finish();

 private:
  struct open_group {
    text_parts kind;
    std::size_t group;  ///< index in the list of groups
    std::size_t part;   ///< index of the part begun last
    std::size_t parts;  ///< number of parts so far
  };

  void escape(char c);

  static std::string mark(text_parts kind, std::size_t amount);

  /// Also drops an element if everything inside its brackets was dropped.
  void drop_hollow_elements(std::vector<char>& dropped) const;

  /// Returns the text without the `dropped` parts, with a mark in place of each gap. A list keeps
  /// its first elements and a string keeps its beginning.
  std::string render(std::vector<char> dropped) const;

  /// The order in which parts are left out. The first are empty fields, then later elements of long
  /// lists and strings, then fields of nested objects, then the first elements, then fields of the
  /// object itself. Of the last, those larger than half of the budget go first, the largest before
  /// the others. Otherwise deeper parts go first, then later ones, because the beginning says what
  /// the object is. Parts of a group that is hardly longer than its mark go last.
  std::vector<std::size_t> least_informative_first() const;

  std::string shorten() const;

  text_options options_;
  std::string text_;
  std::size_t depth_ = 0;
  std::vector<text_event> events_;
  std::vector<text_part> parts_;
  std::vector<std::size_t> groups_;  ///< size of each group in bytes
  std::vector<open_group> open_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/writer.hpp>
#endif
