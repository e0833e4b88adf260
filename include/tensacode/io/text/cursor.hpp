// tensacode/io/text/cursor.hpp -- from text to objects: what does not depend on the type.
// Layer 3. A type contributes a table of function pointers for each field; what walks records and
// lists and goes on behind a problem is ordinary code over these tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/text/words.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tc::detail {

/// A position in the text, and where problems go.
struct text_cursor {
  std::string_view text;
  problem_list& problems;
  std::size_t max_depth = 512;
  std::size_t at = 0;
  std::size_t depth = 0;
  std::size_t noted = 0;

  bool done() const { return at == text.size(); }
  /// The byte at the cursor, or zero behind the end.
  char front() const { return done() ? '\0' : text[at]; }
  std::string_view rest() const { return text.substr(at); }
  void skip_blanks() {
    while (!done() && is_blank(text[at])) ++at;
  }
  bool take(char c);
  /// Whether the word is next; upper and lower case are the same.
  bool sees_word(std::string_view word) const;
  bool take_word(std::string_view word);
  bool ends_part() const { return done() || front() == ';' || front() == ')' || front() == ']'; }

  /// What stands up to the next punctuation or the word "and".
  std::string_view bare() const;
  /// What stands here, for a message.
  std::string show() const;

  void note(std::size_t where, const path_step* path, std::string expected, std::string found);
  bool reject(const path_step* path, std::string expected);
  /// For problems behind which nothing can be understood.
  [[noreturn]] void fail(std::size_t where, const path_step* path, std::string expected,
                         std::string found);
  [[noreturn]] void fail(const path_step* path, std::string expected) {
    fail(at, path, std::move(expected), show());
  }

  void enter(const path_step* path);
  void leave() { --depth; }

  /// Steps over what is left of a part: to the next ';', ',' or closing bracket outside of quotes
  /// and brackets.
  void skip_part();

  /// "(2 fields left out)": a text that was made to fit a length.
  void refuse_mark(const path_step* path);

  /// Reads a string in quotes.
  void read_quoted(std::string& out, const path_step* path);

 private:
  void read_escape(std::string& out, const path_step* path);
};

/// What the reader needs to know of a field at run time.
struct text_field_info {
  /// Reads the value at the cursor; false if a problem was noted.
  bool (*read)(text_cursor&, void* object, const path_step* path);
  /// The same of the elements of a list behind its count; null if the field takes no count.
  bool (*read_counted)(text_cursor&, void* object, std::uint64_t count, const path_step* path);
  /// Makes the object what a field that is not there means; null if the field is required.
  void (*make_absent)(void* object);
  /// "an integer from 0 to 255"
  std::string (*expected)();
  std::string_view unit;
};

/// Calls `read(step)` for the elements up to `close`, or, if that is zero, to where the part ends.
/// `count` is the number of elements met. False if a problem was noted.
template <class Read>
bool read_text_elements(text_cursor& cursor, char close, std::size_t& count, const path_step* path,
                        const Read& read) {
  bool good = true;
  for (count = 0;;) {
    cursor.skip_blanks();
    if (cursor.ends_part()) {
      if (close != 0 && !cursor.take(close)) cursor.fail(path, format("',' or '{}'", close));
      return good;
    }
    const path_step step{path, {}, count};
    cursor.refuse_mark(&step);
    const bool read_well = read(&step);
    ++count;
    if (!read_well) {
      cursor.skip_part();
      good = false;
    }
    if (cursor.take(',') || cursor.take_word("and")) continue;
    // A unit may follow the last element of an open list; the reader of the field knows.
    if (close == 0) return good;
    if (!cursor.ends_part()) {
      good = cursor.reject(&step, format("',' or '{}'", close));
      cursor.skip_part();
      cursor.take(',');
    }
  }
}

/// The number in front of "scores: 1, 2 and 3"; false if it is too large to be one.
bool read_text_count(text_cursor& cursor, std::uint64_t& count);

/// The fields of a record as they are met.
struct text_record_reader {
  text_cursor& cursor;
  const text_record_info& record;
  const text_field_info* const* fields;
  void* const* objects;
  const path_step* path;
  std::vector<bool> seen = std::vector<bool>(record.names.size());

  /// The field whose name is next, or `no_match`; steps over the name and a ':'.
  std::size_t take_name(bool single = false);

  /// "3 scores: 1, 2 and 3" or "no scores", if it is that.
  std::optional<std::size_t> take_counted_name(std::uint64_t& count);

  bool read_unit(const text_field_info& info, const path_step* step);

  bool read_field();

  /// Up to the ')' of a nested record, or else to the end of the text.
  bool read(bool nested);
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/cursor.hpp>
#endif
