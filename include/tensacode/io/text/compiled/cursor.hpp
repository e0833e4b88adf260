// tensacode/io/text/compiled/cursor.hpp -- the functions that io/text/cursor.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/text/cursor.hpp>

namespace tc::detail {

TC_INLINE bool text_cursor::take(char c) {
  skip_blanks();
  if (done() || text[at] != c) return false;
  ++at;
  return true;
}

TC_INLINE bool text_cursor::sees_word(std::string_view word) const {
  const std::size_t end = end_of_word(text, at);
  return end - at == word.size() && equal_canonical(text.substr(at, end - at), word);
}

TC_INLINE bool text_cursor::take_word(std::string_view word) {
  skip_blanks();
  if (!sees_word(word)) return false;
  at += word.size();
  return true;
}

TC_INLINE std::string_view text_cursor::bare() const {
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

TC_INLINE std::string text_cursor::show() const {
  if (done()) return "the end of the text";
  const std::string_view value = bare();
  if (!value.empty()) return quoted(value);
  if (front() != '"') return quoted(text.substr(at, 1));
  const std::size_t end = text.find('"', at + 1);
  return quoted(text.substr(at, end == std::string_view::npos ? end : end + 1 - at));
}

TC_INLINE void text_cursor::note(std::size_t where, const path_step* path, std::string expected,
                                 std::string found) {
  // Counting lines to find a position takes time, so it is done only for the problems that are
  // kept.
  constexpr std::size_t kept = 64;
  text_position position{0, 0};
  if (noted++ < kept) position = locate(text, where);
  problems.add({position.line, position.column, noted <= kept && path ? path->text() : "",
                std::move(expected), std::move(found)});
}

TC_INLINE bool text_cursor::reject(const path_step* path, std::string expected) {
  note(at, path, std::move(expected), show());
  return false;
}

TC_INLINE void text_cursor::fail(std::size_t where, const path_step* path, std::string expected,
                                 std::string found) {
  note(where, path, std::move(expected), std::move(found));
  problems.raise("");
}

TC_INLINE void text_cursor::enter(const path_step* path) {
  if (++depth > max_depth)
    fail(at, path, format("at most {} levels of nesting", max_depth), "more");
}

TC_INLINE void text_cursor::skip_part() {
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

TC_INLINE void text_cursor::refuse_mark(const path_step* path) {
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

TC_INLINE void text_cursor::read_quoted(std::string& out, const path_step* path) {
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

TC_INLINE void text_cursor::read_escape(std::string& out, const path_step* path) {
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

TC_INLINE bool read_text_count(text_cursor& cursor, std::uint64_t& count) {
  const std::string_view rest = cursor.rest();
  const auto [stop, code] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
  if (code != std::errc()) return false;
  cursor.at += static_cast<std::size_t>(stop - rest.data());
  return true;
}

TC_INLINE std::size_t text_record_reader::take_name(bool single) {
  phrase_match match = record.match(cursor.rest());
  if (single && match.name == no_match) match = record.match_singular(cursor.rest());
  if (match.name == no_match) return no_match;
  cursor.at += match.end;
  cursor.take(':');
  cursor.skip_blanks();
  return match.name;
}

TC_INLINE std::optional<std::size_t> text_record_reader::take_counted_name(std::uint64_t& count) {
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

TC_INLINE bool text_record_reader::read_unit(const text_field_info& info, const path_step* step) {
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

TC_INLINE bool text_record_reader::read_field() {
  const std::size_t begin = cursor.at;
  std::uint64_t count = 0;
  const std::optional<std::size_t> counted = take_counted_name(count);
  const std::size_t field = counted ? *counted : take_name();
  if (field == no_match)
    return cursor.reject(path, format("a field of {}: {}", record.type_name, one_of(record.names)));
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

TC_INLINE bool text_record_reader::read(bool nested) {
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

}  // namespace tc::detail
