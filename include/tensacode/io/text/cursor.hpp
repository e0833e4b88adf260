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
  bool take(char c) {
    skip_blanks();
    if (done() || text[at] != c) return false;
    ++at;
    return true;
  }
  /// Whether the word is next; upper and lower case are the same.
  bool sees_word(std::string_view word) const {
    const std::size_t end = end_of_word(text, at);
    return end - at == word.size() && equal_canonical(text.substr(at, end - at), word);
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (!sees_word(word)) return false;
    at += word.size();
    return true;
  }
  bool ends_part() const { return done() || front() == ';' || front() == ')' || front() == ']'; }

  /// What stands up to the next punctuation or the word "and".
  std::string_view bare() const {
    std::size_t end = at;
    while (end < text.size() && !is_delimiter(text[end])) {
      const std::size_t next = end_of_word(text, end);
      if (next - end == 3 && end > at && equal_canonical(text.substr(end, 3), "and") &&
          is_blank(text[end - 1]))
        break;
      end = next == end ? end + 1 : next;
    }
    while (end > at && is_blank(text[end - 1])) --end;
    return text.substr(at, end - at);
  }
  /// What stands here, for a message.
  std::string show() const {
    if (done()) return "the end of the text";
    const std::string_view value = bare();
    if (!value.empty()) return quoted(value);
    if (front() != '"') return quoted(text.substr(at, 1));
    const std::size_t end = text.find('"', at + 1);
    return quoted(text.substr(at, end == std::string_view::npos ? end : end + 1 - at));
  }

  void note(std::size_t where, const path_step* path, std::string expected, std::string found) {
    // Only the first problems are kept, and positions are found by counting lines.
    constexpr std::size_t kept = 64;
    text_position position{0, 0};
    if (noted++ < kept) position = locate(text, where);
    problems.add({position.line, position.column, noted <= kept && path ? path->text() : "",
                  std::move(expected), std::move(found)});
  }
  bool reject(const path_step* path, std::string expected) {
    note(at, path, std::move(expected), show());
    return false;
  }
  /// For problems behind which nothing can be understood.
  [[noreturn]] void fail(std::size_t where, const path_step* path, std::string expected,
                         std::string found) {
    note(where, path, std::move(expected), std::move(found));
    problems.raise("");
  }
  [[noreturn]] void fail(const path_step* path, std::string expected) {
    fail(at, path, std::move(expected), show());
  }

  void enter(const path_step* path) {
    if (++depth > max_depth)
      fail(at, path, format("at most {} levels of nesting", max_depth), "more");
  }
  void leave() { --depth; }

  /// Steps over what is left of a part: to the next ';', ',' or closing bracket outside of quotes
  /// and brackets.
  void skip_part() {
    std::size_t open = 0;
    for (; !done(); ++at) {
      const char c = text[at];
      if (c == '"') {
        for (++at; !done() && text[at] != '"'; ++at)
          if (text[at] == '\\' && at + 1 < text.size()) ++at;
        if (done()) return;
      } else if (c == '(' || c == '[') {
        ++open;
      } else if (c == ')' || c == ']') {
        if (open == 0) return;
        --open;
      } else if (open == 0 && (c == ';' || c == ',')) {
        return;
      }
    }
  }

  /// "(2 fields left out)": a text that was made to fit a length.
  void refuse_mark(const path_step* path) {
    if (front() != '(') return;
    std::size_t end = at + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == at + 1) return;
    constexpr std::string_view words[] = {"field", "element", "character"};
    constexpr std::string_view endings[] = {" left out)", "s left out)"};
    for (const std::string_view word : words)
      for (const std::string_view ending : endings) {
        std::string_view left = text.substr(end);
        if (!left.starts_with(' ') || !left.substr(1).starts_with(word)) continue;
        left.remove_prefix(1 + word.size());
        if (left.starts_with(ending))
          fail(at, path, "the whole text, as parts were left out to fit a length",
               quoted(text.substr(at, end - at + 1 + word.size() + ending.size())));
      }
  }

  /// Reads a string in quotes.
  void read_quoted(std::string& out, const path_step* path) {
    const std::size_t begin = at++;
    out.clear();
    for (;;) {
      const std::size_t plain = text.find_first_of("\"\\", at);
      if (plain == std::string_view::npos)
        fail(begin, path, "a text in quotes", quoted(text.substr(begin)) + ", without an end");
      out += text.substr(at, plain - at);
      at = plain + 1;
      if (text[plain] == '"') break;
      read_escape(out, path);
    }
    skip_blanks();
    refuse_mark(path);
  }

 private:
  void read_escape(std::string& out, const path_step* path) {
    constexpr std::string_view letters = "\"\\/nrtbf", bytes = "\"\\/\n\r\t\b\f";
    const std::size_t letter = letters.find(front());
    if (!done() && letter != std::string_view::npos) {
      out += bytes[letter];
      ++at;
      return;
    }
    std::uint32_t code = 0;
    const std::string_view digits = text.substr(at).substr(0, 5);
    const char* const end = digits.data() + digits.size();
    if (digits.size() < 5 || digits[0] != 'u' ||
        std::from_chars(digits.data() + 1, end, code, 16).ptr != end || digits[1] == '-' ||
        (code >= 0xD800 && code <= 0xDFFF))
      fail(at - 1, path, R"(one of \" \\ \n \r \t \uXXXX)",
           quoted(text.substr(at - 1, done() ? 1 : 2)));
    at += 5;
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else {
      if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
      } else {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      }
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
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
inline bool read_text_count(text_cursor& cursor, std::uint64_t& count) {
  const std::string_view rest = cursor.rest();
  const auto [stop, code] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  if (code != std::errc()) return false;
  cursor.at += static_cast<std::size_t>(stop - rest.data());
  return true;
}

/// The fields of a record as they are met.
struct text_record_reader {
  text_cursor& cursor;
  const text_record_info& record;
  const text_field_info* const* fields;
  void* const* objects;
  const path_step* path;
  std::vector<bool> seen = std::vector<bool>(record.names.size());

  /// The field whose name is next, or `no_match`; steps over the name and a ':'.
  std::size_t take_name(bool single = false) {
    phrase_match match = record.match(cursor.rest());
    if (single && match.name == no_match) match = record.match_singular(cursor.rest());
    if (match.name == no_match) return no_match;
    cursor.at += match.end;
    cursor.take(':');
    cursor.skip_blanks();
    return match.name;
  }

  /// "3 scores: 1, 2 and 3" or "no scores", if it is that.
  std::optional<std::size_t> take_counted_name(std::uint64_t& count) {
    const std::size_t begin = cursor.at;
    if (is_digit(cursor.front())) {
      if (!read_text_count(cursor, count)) return std::nullopt;
      cursor.skip_blanks();
      const std::size_t field = take_name(count == 1);
      if (field != no_match && fields[field]->read_counted) return field;
    } else if (cursor.take_word("no")) {
      cursor.skip_blanks();
      const std::size_t field = take_name();
      if (field != no_match && fields[field]->read_counted && cursor.ends_part()) {
        count = 0;
        return field;
      }
    }
    cursor.at = begin;
    return std::nullopt;
  }

  bool read_unit(const text_field_info& info, const path_step* step) {
    cursor.skip_blanks();
    if (info.unit.empty() || cursor.ends_part()) return true;
    if (cursor.rest().starts_with(info.unit)) {
      const std::size_t end = cursor.at + info.unit.size();
      if (!is_name_part(info.unit.back()) || end_of_word(cursor.text, end) == end) {
        cursor.at = end;
        return true;
      }
    }
    return cursor.reject(step, format("the unit {}", quoted(info.unit)));
  }

  bool read_field() {
    const std::size_t begin = cursor.at;
    std::uint64_t count = 0;
    const std::optional<std::size_t> counted = take_counted_name(count);
    const std::size_t field = counted ? *counted : take_name();
    if (field == no_match)
      return cursor.reject(path,
                           format("a field of {}: {}", record.type_name, one_of(record.names)));
    const path_step step{path, record.names[field]};
    if (seen[field]) {
      cursor.note(begin, &step, "the field once", "it twice");
      return false;
    }
    seen[field] = true;
    const text_field_info& info = *fields[field];
    const bool good = counted ? info.read_counted(cursor, objects[field], count, &step)
                              : info.read(cursor, objects[field], &step);
    return good && read_unit(info, &step);
  }

  /// Up to the ')' of a nested record, or else to the end of the text.
  bool read(bool nested) {
    const std::size_t begin = cursor.at;
    bool good = true;
    for (;;) {
      cursor.skip_blanks();
      if (cursor.done() || cursor.front() == ')') {
        if (cursor.done() == nested) cursor.fail(path, nested ? "';' or ')'" : "the end");
        if (nested) ++cursor.at;
        break;
      }
      if (cursor.front() == ']') cursor.fail(path, nested ? "';' or ')'" : "';' or the end");
      cursor.refuse_mark(path);
      if (cursor.take(';')) continue;
      bool read_well = read_field();
      cursor.skip_blanks();
      if (read_well && !cursor.ends_part())
        read_well = cursor.reject(path, nested ? "';' or ')'" : "';' or the end");
      if (read_well) continue;
      good = false;
      do {
        cursor.skip_part();
      } while (cursor.take(','));
    }
    for (std::size_t field = 0; field < seen.size(); ++field) {
      if (seen[field]) continue;
      if (fields[field]->make_absent) {
        fields[field]->make_absent(objects[field]);
      } else {
        const path_step step{path, record.names[field]};
        cursor.note(begin, &step, fields[field]->expected(), "no such field");
        good = false;
      }
    }
    return good;
  }
};

}  // namespace tc::detail
