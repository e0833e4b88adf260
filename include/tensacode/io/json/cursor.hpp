// tensacode/io/json/cursor.hpp -- from tokens to objects: what does not depend on the type.
// Layer 3. A type contributes a `json_type_info`, a table of function pointers; what walks records,
// reports problems and chooses alternatives is ordinary code over these tables.
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

/// A position on the tape, and where problems go.
struct json_cursor {
  const json_tape& tape;
  const json_read_options& options;
  problem_list& problems;
  std::size_t base_line = 1;  ///< line of the file on which the text starts
  std::uint32_t index = 0;
  shared_objects* shared = nullptr;  ///< null if "$id" is a key like any other
  bool exact = false;                ///< as `json_writer::exact` wrote it

  const json_token& token() const { return tape[index]; }
  std::string_view text() const { return tape.text_of(token()); }
  std::string show() const { return tape.show(token()); }
  void skip() { index = token().next; }

  /// Notes a problem with the current value and steps over it.
  bool reject(const path_step* path, std::string expected, std::string found);
  bool reject(const path_step* path, std::string expected) {
    return reject(path, std::move(expected), show());
  }
  void note(const json_token& where, const path_step* path, std::string expected,
            std::string found);
};

/// Reads the value at the cursor; defined in io/json/read.hpp.
template <class T>
bool read_json_value(json_cursor& cursor, T& out, const path_step* path);

/// What the readers need to know of a type at run time.
struct json_type_info {
  /// Reads the value at the cursor into the object; false if a problem was noted. Steps over the
  /// value either way.
  bool (*read)(json_cursor&, void* object, const path_step* path);
  /// How well the value at `index` suits the type, 0 for not at all. Looks `fuel` levels down.
  long (*fit)(const json_tape&, std::uint32_t index, int fuel);
  /// Makes the object what a missing key means; null if the key is required.
  void (*make_absent)(void* object);
  /// "an integer from 0 to 255"
  std::string (*expected)();
};

struct json_record_info {
  std::string_view type_name;
  std::span<const std::string_view> names;
  const json_type_info* const* fields;
  std::span<const std::string_view> old_names;  ///< of every field, empty for none; or no list
};

/// Of the field that a key means: the `guess`-th if it is that one, as fields mostly come in
/// order; else the one of that name; else the only one with that canonical form; else the one that
/// was called so.
std::size_t find_field(const json_record_info& record, std::string_view key, std::size_t guess);

bool read_json_record(json_cursor& cursor, const json_record_info& record, void* const* fields,
                      const path_step* path);

/// Large for a record all of whose required keys are there, less for each key that is missing or
/// whose value does not suit, a little less for each key that the record does not know.
long fit_json_record(const json_tape& tape, std::uint32_t index, int fuel,
                     const json_record_info& record);

/// The index of the alternative that suits the value best, the first one of equals; `no_match` if
/// none does. Integers go before floating point and enumerators before strings, as every integer
/// is also a number and every enumerator also a string.
std::size_t choose_alternative(const json_tape& tape, std::uint32_t index,
                               const json_type_info* const* alternatives, std::size_t count);

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/cursor.hpp>
#endif
