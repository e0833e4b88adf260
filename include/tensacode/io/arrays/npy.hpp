// tensacode/io/arrays/npy.hpp -- arrays of numbers in numpy's .npy files.
// Layer 3. Source: NEP 1 and numpy.lib.format, versions 1.0, 2.0 and 3.0.
//
//   type                            array
//   bool, integers, float, double   0-d
//   std::vector, std::array, C      1-d; of arrays of one shape: one axis more
//   arrays and alike
//   Eigen vectors                   1-d
//   Eigen matrices and arrays       2-d, in Fortran order if they are column-major
//   xtensor arrays                  as they are
//
// Read are b1, i1 to i8, u1 to u8, f2, f4 and f8 in both byte orders, C and Fortran order, into
// numbers of the same type or one that holds all of its values.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
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

/// Reads the array in `bytes`, which are those of a .npy file.
template <class T>
bool read_npy_array(std::string_view bytes, T& out, parse_problem& problem) {
  stored_array array;
  npy_parser parser(bytes);
  return parser.read(array, problem) && fill_array(out, array, npy_name, problem);
}

}  // namespace detail

/// The array as a .npy file.
///
/// Errors   argument_error naming the index of a list that is longer or shorter than the first; at
///          compile time R20
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

/// The array of a .npy file's bytes; `name` is what errors call it.
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

/// Replaces the file at `path` by the array, all at once.
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

/// The array in the .npy file at `path`.
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
