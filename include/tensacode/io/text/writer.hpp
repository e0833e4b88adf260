// tensacode/io/text/writer.hpp -- text for people, and what can be left out of it.
// Layer 3. The text is written in full. With a budget the writer also notes where the parts begin
// and end that could be left out (fields, elements, pieces of long strings); `shorten` then leaves
// out as few as it must, the least informative ones first. Start reading at `text_writer`.
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

/// Something that can be left out.
struct text_part {
  text_parts kind = text_parts::fields;
  std::size_t body = 0;       ///< offset behind the separator
  std::size_t end_event = 0;  ///< where it ends, in the list of events
  std::size_t group = 0;      ///< index in the list of groups
  std::size_t depth = 0;      ///< of groups around it
  std::size_t position = 0;   ///< in its group
  std::size_t amount = 1;     ///< of fields, elements or characters in it
  std::size_t size = 0;       ///< in bytes, with the separator
  bool empty = false;         ///< says no more than 0, no, or nothing at all
};

/// A place in the text: a group or a part of one begins or ends.
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

  /// Where insert() can put something later.
  std::size_t events() const { return events_.size(); }
  /// Puts `text` at the offset `at`, which was size() when events() was `first_event`.
  void insert(std::size_t at, std::size_t first_event, std::string_view text);

  void begin_group(text_parts kind);
  void end_group();
  void begin_part(std::string_view separator);
  void end_part(std::size_t amount = 1, bool empty = false);

  std::string finish();

 private:
  struct open_group {
    text_parts kind;
    std::size_t group;  ///< in the list of groups
    std::size_t part;   ///< the one that was begun last
    std::size_t parts;  ///< number of them
  };

  void escape(char c);

  static std::string mark(text_parts kind, std::size_t amount);

  /// Of what was dropped in full an element says no more than its brackets: it is dropped, too.
  void drop_hollow_elements(std::vector<char>& dropped) const;

  /// The text without the parts that are `dropped`, with marks in their places. Of a list the first
  /// elements stay, of a string its beginning.
  std::string render(std::vector<char> dropped) const;

  /// What says least comes first: fields that are empty; the later elements of long lists and
  /// strings; fields of nested objects; the first elements; fields of the object itself, of those
  /// above half of the budget the bulkiest first. Of equals the deeper one, then the later one:
  /// what comes first says what the object is. Parts of what is hardly longer than the mark in
  /// their place come last.
  std::vector<std::size_t> least_informative_first() const;

  std::string shorten() const;

  text_options options_;
  std::string text_;
  std::size_t depth_ = 0;
  std::vector<text_event> events_;
  std::vector<text_part> parts_;
  std::vector<std::size_t> groups_;  ///< their sizes in bytes
  std::vector<open_group> open_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/writer.hpp>
#endif
