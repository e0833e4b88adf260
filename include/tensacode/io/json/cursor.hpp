// tensacode/io/json/cursor.hpp -- the part of the JSON reader that does not depend on the type.
// Layer 3. Each type provides a `json_type_info`, a table of function pointers. Walking records,
// reporting problems and choosing alternatives is ordinary code that uses these tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/canonical.hpp>
#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/json/options.hpp>
#include <tensacode/io/json/references.hpp>
#include <tensacode/io/json/tape.hpp>
#include <tensacode/io/parse_error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tc::detail {

/// A position on the tape, and the list that problems are added to.
struct json_cursor {
  const json_tape& tape;
  const json_read_options& options;
  problem_list& problems;
  std::size_t base_line = 1;  ///< line of the file on which the text starts
  std::uint32_t index = 0;
  shared_objects* shared = nullptr;  ///< null if "$id" has no special meaning
  bool exact = false;                ///< the text was written with `json_writer::exact`

  const json_token& token() const { return tape[index]; }
  std::string_view text() const { return tape.text_of(token()); }
  std::string show() const { return tape.show(token()); }
  void skip() { index = token().next; }

  /// Adds a problem with the current value and steps over the value.
  bool reject(const path_step* path, std::string expected, std::string found);
  bool reject(const path_step* path, std::string expected) {
    return reject(path, std::move(expected), show());
  }
  void note(const json_token& where, const path_step* path, std::string expected,
            std::string found);
};

/// Reads the value at the cursor. Defined in io/json/read.hpp.
template <class T>
bool read_json_value(json_cursor& cursor, T& out, const path_step* path);

/// The functions of one type that the reader calls.
struct json_type_info {
  /// Reads the value at the cursor into the object and steps over it. Returns false if there was a
  /// problem.
  bool (*read)(json_cursor&, void* object, const path_step* path);
  /// How well the value at `index` fits the type; 0 means not at all. It looks `fuel` levels down.
  long (*fit)(const json_tape&, std::uint32_t index, int fuel);
  /// Sets the object to the value that a missing key stands for. Null if the key is required.
  void (*make_absent)(void* object);
  /// What the reader expects, for example "an integer from 0 to 255".
  std::string (*expected)();
};

struct json_record_info {
  std::string_view type_name;
  std::span<const std::string_view> names;
  const json_type_info* const* fields;
  /// An older name for each field, empty if it has none. No elements if the type has no attributes.
  std::span<const std::string_view> old_names;
};

/// The index of the field that a key names, or `no_match`. It tries the field at `guess` first,
/// because keys usually come in the order of the fields. Then it looks for the exact name, for the
/// only name with the same canonical form, and for an older name.
std::size_t find_field(const json_record_info& record, std::string_view key, std::size_t guess);

bool read_json_record(json_cursor& cursor, const json_record_info& record, void* const* fields,
                      const path_step* path);

/// How well an object fits a record. The result is large if all required keys are there. Each
/// missing key and each value that does not fit lowers it, and each unknown key lowers it a little.
long fit_json_record(const json_tape& tape, std::uint32_t index, int fuel,
                     const json_record_info& record);

/// The index of the alternative that fits the value best, the first one on a tie; `no_match` if
/// none fits. An integer is preferred to a floating-point number, because every integer is also a
/// number. An enumerator is preferred to a string for the same reason.
std::size_t choose_alternative(const json_tape& tape, std::uint32_t index,
                               const json_type_info* const* alternatives, std::size_t count);

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/cursor.hpp>
#endif
