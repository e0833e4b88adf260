// tensacode/io/json/json.hpp -- converts objects to JSON and back.
// Layer 3. RapidJSON does the parsing (io/json/tape.hpp); benchmarks/json_library.cpp compares it
// with others.
//
//   type                          JSON
//   bool, integers, floating      true/false, number; NaN and infinities are written as null, which
//                                 cannot be read as a number
//   enum                          string, see io/enum_text.hpp
//   std::string                   string, UTF-8
//   durations, time points        string, ISO 8601, see io/detail/time_text.hpp
//   Eigen, xtensor arrays         array of arrays, row by row; one array for Eigen vectors
//   std::optional, unique_ptr,    if empty: no key for a field (null is read too), otherwise null.
//   shared_ptr                    An object that two pointers share is written twice, and one that
//                                 contains itself is an error, unless `references` is set
//   std::variant                  the value of its alternative; std::monostate is null
//   array, sequence, set, tuple   array
//   map                           object if keys are text, enums or integers; else array of pairs
//   record                        object; a key matches a field name exactly, or else by letters
//                                 and digits without regard to case ("hit-points" is hit_points)
//
// To read a variant, the reader takes the only alternative that has the JSON type of the value. If
// several have it, an integer comes before a floating-point number and an enum before a string. Of
// several records it takes the one with the fewest missing required keys, then the fewest fields
// that do not fit, then the most known and the fewest unknown keys. Of several arrays it takes the
// one whose first element fits. On a tie it takes the alternative that is declared first.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/options.hpp>
#include <tensacode/io/json/read.hpp>
#include <tensacode/io/json/write.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/reflect/offender.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

template <class T>
using json_takes = std::bool_constant<kind_of<T> != kind::opaque>;

template <class T>
using json_reads =
    std::bool_constant<kind_of<T> != kind::opaque && std::is_default_constructible_v<T>>;

namespace error {

template <class Offender>
struct type_has_no_json_form {
  static_assert(
      is_acceptable<Offender>,
      "tensacode[R10] json: the type has no JSON form. Fix: TC_REFLECT the type, or use a "
      "kind of type listed in docs/io.md.");
};
template <class Offender>
struct type_cannot_be_read {
  static_assert(is_acceptable<Offender>,
                "tensacode[R11] from_json: the type has no JSON form or no default constructor. "
                "Fix: TC_REFLECT the type and give it a default constructor.");
};

}  // namespace error

/// Reads one value of a parsed text into `out`. All problems are added to the list. `exact` says
/// that the text was written with `json_writer::exact`.
template <class T>
void read_parsed_json(const json_tape& tape, T& out, const json_read_options& options,
                      problem_list& problems, std::size_t base_line, bool exact) {
  shared_objects shared;
  json_cursor cursor{tape, options, problems, base_line, 0, options.references ? &shared : nullptr,
                     exact};
  read_json_value(cursor, out, nullptr);
  if (!problems.empty()) shared.empty_all();
}

/// Parses the text and reads the value. Returns false if there were problems; they are added to the
/// list.
template <class T>
bool read_json_text(json_tape& tape, std::string_view text, T& out,
                    const json_read_options& options, problem_list& problems,
                    std::size_t base_line = 1, bool exact = false) {
  if (!tape.parse(text, options.max_depth)) {
    parse_problem problem = tape.problem();
    problem.line += base_line - 1;
    problems.add(std::move(problem));
    return false;
  }
  read_parsed_json(tape, out, options, problems, base_line, exact);
  return problems.empty();
}

}  // namespace detail

/// Returns the object as JSON text, without spaces unless `options.indent` is given.
///
/// Errors   argument_error if a string is not UTF-8, if an enum value is not an enumerator, or if
///          the nesting exceeds `options.max_depth`; at compile time R10
/// Cost     O(size of the text), with two copies of it in memory at the end
template <class T>
std::string to_json(const T& object, const json_write_options& options = {}) {
  using offender = detail::offender_in<detail::json_takes, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_json_form<offender>));
    return {};
  } else {
    detail::json_writer writer(options);
    detail::shared_objects shared;
    if (options.references) writer.shared = &shared;
    detail::write_json_value(writer, object);
    return std::string(writer.text());
  }
}

/// Reads an object from JSON text.
///
/// Errors   parse_error with every problem of the text, or with the first one if it is not JSON at
///          all; at compile time R11
/// Cost     O(size of the text) in time; in memory the text, 16 bytes per value and the object
template <class T>
T from_json(std::string_view text, const json_read_options& options = {}) {
  using offender = detail::offender_in<detail::json_reads, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_cannot_be_read<offender>));
    throw error("unreachable");
  } else {
    T object{};
    detail::json_tape tape;
    detail::problem_list problems;
    if (!detail::read_json_text(tape, text, object, options, problems)) problems.raise("");
    return object;
  }
}

}  // namespace tc
