// tensacode/io/text/cursor.hpp -- the part of the text reader that does not depend on the type.
// Layer 3. Each field provides a table of function pointers. Walking records and lists, and
// continuing after a problem, is ordinary code that uses these tables.
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

/// A position in the text, and the list that problems are added to.
struct text_cursor {
  std::string_view text;
  problem_list& problems;
  std::size_t max_depth = 512;
  std::size_t at = 0;
  std::size_t depth = 0;
  std::size_t noted = 0;

  bool done() const { return at == text.size(); }
  /// The byte at the cursor, or zero at the end of the text.
  char front() const { return done() ? '\0' : text[at]; }
  std::string_view rest() const { return text.substr(at); }
  void skip_blanks() {
    while (!done() && is_blank(text[at])) ++at;
  }
  bool take(char c);
  /// Whether the word is next, compared without regard to case.
  bool sees_word(std::string_view word) const;
  bool take_word(std::string_view word);
  bool ends_part() const { return done() || front() == ';' || front() == ')' || front() == ']'; }

  /// The text up to the next punctuation or the word "and".
  std::string_view bare() const;
  /// What is at the cursor, for an error message.
  std::string show() const;

  void note(std::size_t where, const path_step* path, std::string expected, std::string found);
  bool reject(const path_step* path, std::string expected);
  /// Throws. For problems after which the rest of the text cannot be understood.
  [[noreturn]] void fail(std::size_t where, const path_step* path, std::string expected,
                         std::string found);
  [[noreturn]] void fail(const path_step* path, std::string expected) {
    fail(at, path, std::move(expected), show());
  }

  void enter(const path_step* path);
  void leave() { --depth; }

  /// Skips the rest of a part: up to the next ';', ',' or closing bracket outside of quotes and
  /// brackets.
  void skip_part();

  /// Throws at a mark such as "(2 fields left out)". The text was shortened, so it cannot be read.
  void refuse_mark(const path_step* path);

  /// Reads a string in quotes.
  void read_quoted(std::string& out, const path_step* path);

 private:
  void read_escape(std::string& out, const path_step* path);
};

/// Reads the value at the cursor. Defined in io/text/read.hpp.
template <class T>
bool read_text_value(text_cursor& cursor, T& out, const path_step* path);

/// The functions and properties of one field that the reader needs.
struct text_field_info {
  /// Reads the value at the cursor. Returns false if there was a problem.
  bool (*read)(text_cursor&, void* object, const path_step* path);
  /// Reads the elements of a list after its count. Null if the field is not a list.
  bool (*read_counted)(text_cursor&, void* object, std::uint64_t count, const path_step* path);
  /// Sets the object to the value that a missing field stands for. Null if the field is required.
  void (*make_absent)(void* object);
  /// What the reader expects, for example "an integer from 0 to 255".
  std::string (*expected)();
  std::string_view unit;
};

/// Calls `read(step)` for each element up to the bracket `close`. If `close` is zero, the elements
/// go to the end of the part. `count` is set to the number of elements. Returns false if there was
/// a problem.
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
    // A unit may follow the last element of an open list. The reader of the field handles it.
    if (close == 0) return good;
    if (!cursor.ends_part()) {
      good = cursor.reject(&step, format("',' or '{}'", close));
      cursor.skip_part();
      cursor.take(',');
    }
  }
}

/// Reads the number in front of "scores: 1, 2 and 3". Returns false if there is none or it is too
/// large.
bool read_text_count(text_cursor& cursor, std::uint64_t& count);

/// Reads the fields of a record in the order of the text.
struct text_record_reader {
  text_cursor& cursor;
  const text_record_info& record;
  const text_field_info* const* fields;
  void* const* objects;
  const path_step* path;
  std::vector<bool> seen = std::vector<bool>(record.names.size());

  /// Reads a field name and a following ':'. Returns the index of the field, or `no_match`.
  /// `single` also accepts the singular names.
  std::size_t take_name(bool single = false);

  /// Reads "3 scores:" or "no scores" and sets `count`. Returns nothing if neither is there.
  std::optional<std::size_t> take_counted_name(std::uint64_t& count);

  bool read_unit(const text_field_info& info, const path_step* step);

  bool read_field();

  /// Reads all fields: up to the ')' of a nested record, otherwise up to the end of the text.
  bool read(bool nested);
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/text/compiled/cursor.hpp>
#endif
