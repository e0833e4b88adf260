// tensacode/io/arrays/npy.hpp -- reads and writes arrays of numbers as numpy's .npy files.
// Layer 3. Source: NEP 1 and numpy.lib.format, versions 1.0, 2.0 and 3.0.
//
//   type                            array
//   bool, integers, float, double   0-d
//   std::vector, std::array, C      1-d; one axis more if the elements are arrays, which must have
//   arrays and similar              the same shape
//   Eigen vectors                   1-d
//   Eigen matrices and arrays       2-d, in Fortran order if they are column-major
//   xtensor arrays                  the same axes
//
// The reader accepts b1, i1 to i8, u1 to u8, f2, f4 and f8, in both byte orders and in C and
// Fortran order. The C++ element type must be able to hold every value of the stored type.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/arrays/fill_array.hpp>
#include <tensacode/io/arrays/flatten_array.hpp>
#include <tensacode/io/arrays/npy_format.hpp>
#include <tensacode/io/arrays/number_array.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/reflect/offender.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tc {
namespace detail {

namespace error {

template <class Offender>
struct type_is_no_array {
  static_assert(is_acceptable<Offender>,
                "tensacode[R20] npy: the type is no array of numbers. Fix: use numbers, Eigen or "
                "xtensor arrays, or vectors and arrays of them; write_npz and write_safetensors "
                "take structs of arrays.");
};

}  // namespace error

/// Parses the bytes of a .npy file and reads the array into `out`. Returns false and sets `problem`
/// if it fails.
template <class T>
bool read_npy_array(std::string_view bytes, T& out, parse_problem& problem) {
  stored_array array;
  npy_parser parser(bytes);
  return parser.read(array, problem) && fill_array(out, array, npy_name, problem);
}

}  // namespace detail

/// Returns the array as the bytes of a .npy file.
///
/// Errors   argument_error naming the index if nested lists have different lengths; at compile time
///          R20
template <class T>
std::string to_npy(const T& array) {
  if constexpr (!detail::is_array_of_numbers<T>) {
    static_cast<void>(sizeof(detail::error::type_is_no_array<detail::offending_type<T>>));
    return {};
  } else {
    const auto flat = detail::flatten_array(array, true);
    std::string out = detail::npy_header(flat.type, flat.shape, flat.column_major);
    return out.append(flat.bytes());
  }
}

/// Reads an array from the bytes of a .npy file. `name` is used in error messages.
///
/// Errors   parse_error; at compile time R20
template <class T>
T from_npy(std::string_view bytes, const std::string& name = "") {
  if constexpr (!detail::is_array_of_numbers<T>) {
    static_cast<void>(sizeof(detail::error::type_is_no_array<detail::offending_type<T>>));
    throw error("unreachable");
  } else {
    T array{};
    parse_problem problem;
    if (!detail::read_npy_array(bytes, array, problem))
      detail::raise_problem(name, std::move(problem));
    return array;
  }
}

/// Writes the array to a .npy file. The file is replaced in one step, so no reader sees a partial
/// one.
///
/// Errors   file_error; argument_error and R20 as `to_npy`
template <class T>
void write_npy(const std::string& path, const T& array) {
  if constexpr (!detail::is_array_of_numbers<T>) {
    static_cast<void>(sizeof(detail::error::type_is_no_array<detail::offending_type<T>>));
  } else {
    const auto flat = detail::flatten_array(array, true);
    atomic_file file(path);
    file.write(detail::npy_header(flat.type, flat.shape, flat.column_major));
    file.write(flat.bytes());
    file.commit();
  }
}

/// Reads the array from the .npy file at `path`.
///
/// Errors   file_error; parse_error; at compile time R20
template <class T>
T read_npy(const std::string& path) {
  if constexpr (!detail::is_array_of_numbers<T>) {
    static_cast<void>(sizeof(detail::error::type_is_no_array<detail::offending_type<T>>));
    throw error("unreachable");
  } else {
    return from_npy<T>(read_file(path), path);
  }
}

}  // namespace tc
