// tensacode/io/text/text.hpp -- converts objects to text that is pleasant to read, and back.
// Layer 3.
//
//   person: age 36.5 years; name "Ada"; home (street "Main St"; zip 123); 3 scores: 1, 2 and 3
//
//   text     := [type ":"] fields | count ("items" | "item") ":" elements | "no items" | value
//   fields   := field { ";" field }
//   field    := name [":"] value [unit]             the ':' only if words would run together
//             | count name ":" elements [unit]      a sequence, set or map; one element takes the
//                                                   singular of a regular plural: 1 score: 5
//             | ("no" | "0") name                   a sequence, set or map without elements
//   elements := element { "," element } ["and" element]
//   element  := value | value "=" value             the latter in maps
//   name     := the words of the field's name: `zipCode` and `zip_code` are "zip code"
//
//   type                            value
//   bool                            yes, no
//   integers, floating              digits that read back equal; infinity, -infinity, not a number
//   enum                            the words of its name, or its spelling in quotes if those are
//                                   ambiguous
//   std::string                     "in quotes", with \" \\ \n \r \t \u001f; map keys that are
//                                   words have no quotes
//   durations, time points          ISO 8601, see io/detail/time_text.hpp
//   optional, unique_ptr,           if empty: a field is left out, any other value is: nothing. An
//   shared_ptr                      optional that holds an empty one is: just nothing
//   std::variant                    alternatives that begin in the same way are named: circle
//                                   (radius 2), integer 2, list [2]; if the names are ambiguous,
//                                   they are numbered: option 2: 2
//   array, tuple, pair, tensors,    [1, 2], row by row
//   lists inside other values
//   record                          (fields)
//
// The reader accepts any blanks and line breaks, upper and lower case, and field names as in C++.
// It accepts fields in any order, list fields without their count, true and false, and strings
// without quotes if they contain neither punctuation nor the word "and". A text that was shortened
// to a budget contains marks such as "(2 fields left out)", and is rejected.
// SPDX-License-Identifier: MIT
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/text/options.hpp>
#include <tensacode/io/text/read.hpp>
#include <tensacode/io/text/write.hpp>
#include <tensacode/reflect/offender.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace tc {
namespace detail {

template <class T>
using text_takes = std::bool_constant<kind_of<T> != kind::opaque>;

template <class T>
using text_reads =
    std::bool_constant<kind_of<T> != kind::opaque && std::is_default_constructible_v<T>>;

namespace error {

template <class Offender>
inline constexpr bool has_text_form = false;
template <class Offender>
struct type_has_no_text_form {
  static_assert(has_text_form<Offender>,
                "tensacode[R14] to_text: the type has no text form. Fix: TC_REFLECT the type, or "
                "use a kind of type listed in docs/io.md.");
};
template <class Offender>
struct type_cannot_be_read_from_text {
  static_assert(has_text_form<Offender>,
                "tensacode[R15] from_text: the type has no text form or no default constructor. "
                "Fix: TC_REFLECT the type and give it a default constructor.");
};

}  // namespace error
}  // namespace detail

/// Describes the object in words. With `options.budget` it leaves out the least informative parts
/// until the text fits, and marks where it did. The result may stay longer if nothing else can be
/// left out.
///
/// Errors   argument_error if a string is not UTF-8, if an enum value is not an enumerator, or if
///          an object contains itself; at compile time R14
/// Cost     O(size of the text); if a budget is exceeded, times the logarithm of the size
template <class T>
std::string to_text(const T& object, const text_options& options = {}) {
  using offender = detail::offender_in<detail::text_takes, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_has_no_text_form<offender>));
    return {};
  } else {
    detail::text_writer writer(options);
    detail::write_whole_text(writer, object);
    return writer.finish();
  }
}

/// Reads the object that `text` describes.
///
/// Errors   parse_error with every problem that is independent of the ones before it, or with the
///          first one after which nothing can be understood; at compile time R15
/// Cost     O(size of the text)
template <class T>
T from_text(std::string_view text, const text_options& options = {}) {
  using offender = detail::offender_in<detail::text_reads, T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::type_cannot_be_read_from_text<offender>));
    throw error("unreachable");
  } else {
    T object{};
    detail::problem_list problems;
    detail::text_cursor cursor{text, problems, options.max_depth};
    detail::read_whole_text(cursor, object);
    if (!problems.empty()) problems.raise("");
    return object;
  }
}

}  // namespace tc
