// tensacode/io/arrays/npz.hpp -- reads and writes records of arrays as numpy's .npz files.
// Layer 3. io/io.hpp does not include this header, because it needs minizip. A .npz file is a zip
// file of .npy files, stored (numpy.savez) or deflated (numpy.savez_compressed). Each array of a
// record is named by its path, see io/arrays/named_arrays.hpp: `layer.weight` is the member
// layer.weight.npy.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/arrays/named_arrays.hpp>
#include <tensacode/io/arrays/npy.hpp>
#include <tensacode/io/arrays/npy_format.hpp>
#include <tensacode/io/arrays/zip_memory.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/reflect/offender.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tc {

struct npz_write_options {
  bool compress = false;
};

struct npz_read_options {
  read_policy unknown_arrays = read_policy::ignore;  ///< members that match no field
  /// Limit on the total decompressed size of the compressed arrays that are read, in bytes.
  std::uint64_t max_bytes = std::uint64_t{1} << 32;
};

namespace detail {

inline constexpr std::string_view npy_ending = ".npy";

/// The members of a .npz file, as a source for `named_array_reader`. A member is decompressed only
/// when it is read.
template <class T>
class npz_source {
 public:
  npz_source(std::string_view bytes, const std::string& file, std::uint64_t max_bytes)
      : members_(bytes, file, max_bytes) {
    members_.for_each_name([&](const std::string& name) {
      names_.list.push_back(
          name.ends_with(npy_ending) ? name.substr(0, name.size() - npy_ending.size()) : name);
    });
    names_.sort();
    const auto twice = std::adjacent_find(names_.begin(), names_.end());
    if (twice != names_.end())
      raise_problem(file, {0, 0, *twice + std::string(npy_ending), "the name once",
                           "it with and without .npy"});
  }
  const auto& names() const { return names_; }
  template <class Array>
  bool read(const std::string& name, Array& out, parse_problem& problem) {
    const std::string member = name + std::string(npy_ending);
    return read_npy_array(members_.read(members_.has(member) ? member : name), out, problem);
  }

 private:
  zip_reader members_;
  sorted_names names_;
};

}  // namespace detail

/// Returns the arrays of a record or map as the bytes of a .npz file.
///
/// Errors   argument_error if nested lists have different lengths, or if a map key cannot be a
///          member name; at compile time R21
template <class T>
std::string to_npz(const T& record, const npz_write_options& options = {}) {
  using offender = detail::written_offender<T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_is_no_array<offender>));
    return {};
  } else {
    detail::zip_writer file;
    for (const auto& [name, array] : detail::flatten_record(record, true))
      file.add(name + std::string(detail::npy_ending), options.compress,
               detail::npy_header(array.type, array.shape, array.column_major), array.bytes());
    return file.finish();
  }
}

/// Reads a record from the bytes of a .npz file. `name` is used in error messages.
///
/// Errors   parse_error, with all problems if they are in the arrays; at compile time R24
template <class T>
T from_npz(std::string_view bytes, const std::string& name = "",
           const npz_read_options& options = {}) {
  using offender = detail::read_offender<T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_cannot_be_read<offender>));
    throw error("unreachable");
  } else {
    T record{};
    detail::npz_source<T> source(bytes, name, options.max_bytes);
    detail::problem_list problems;
    detail::named_array_reader(source).read_record(record, options.unknown_arrays, problems);
    if (!problems.empty()) problems.raise(name);
    return record;
  }
}

/// Writes the arrays of a record to a .npz file. The file is replaced in one step.
///
/// Errors   file_error; those of `to_npz`
/// Cost     a copy of the file in memory
template <class T>
void write_npz(const std::string& path, const T& record, const npz_write_options& options = {}) {
  using offender = detail::written_offender<T>;
  if constexpr (detail::is_offender<offender>)
    static_cast<void>(sizeof(detail::error::field_is_no_array<offender>));
  else
    write_file(path, to_npz(record, options));
}

/// Reads a record from the .npz file at `path`. Members that no field needs are not decompressed.
///
/// Errors   file_error; those of `from_npz`
template <class T>
T read_npz(const std::string& path, const npz_read_options& options = {}) {
  using offender = detail::read_offender<T>;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_cannot_be_read<offender>));
    throw error("unreachable");
  } else {
    return from_npz<T>(read_file(path), path, options);
  }
}

}  // namespace tc
