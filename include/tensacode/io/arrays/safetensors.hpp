// tensacode/io/arrays/safetensors.hpp -- reads and writes named tensors, and records of arrays, as
// safetensors files.
// Layer 3. Source: github.com/huggingface/safetensors, README, "Format". A file holds 8 bytes of
// little-endian header length, a JSON header {"name": {"dtype", "shape", "data_offsets"},
// "__metadata__": {...}}, and the data without gaps. The writer pads the header with spaces to a
// multiple of 8 and keeps the tensors in the given order, so equal contents give equal files. Each
// array of a record is named by its path, see io/arrays/named_arrays.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/arrays/named_arrays.hpp>
#include <tensacode/io/arrays/safetensors_file.hpp>
#include <tensacode/io/arrays/safetensors_format.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/io/read_policy.hpp>
#include <tensacode/reflect/offender.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tc {

struct safetensors_read_options {
  read_policy unknown_tensors = read_policy::ignore;  ///< for records: tensors that match no field
};

namespace detail {

/// A `safetensors_file` is always acceptable. Any other type must be a record or map of arrays.
template <class T>
struct safetensors_offenders {
  using written = written_offender<T>;
  using read = read_offender<T>;
};
template <>
struct safetensors_offenders<safetensors_file> {
  using written = no_offender;
  using read = no_offender;
};

/// Calls `write(bytes)` for the parts of the file, in order.
template <class Write>
void write_safetensors_pieces(const safetensors_file& file, const Write& write) {
  safetensors_header header;
  header.add_metadata(file.metadata);
  for (const auto& tensor : file.tensors)
    header.add(tensor.name, tensor.type, tensor.shape, tensor.bytes.size());
  write(header.finish());
  for (const auto& tensor : file.tensors)
    write({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()});
}

template <class T, class Write>
void write_safetensors_pieces(const T& record, const Write& write) {
  const auto arrays = flatten_record(record, false);
  safetensors_header header;
  for (const auto& [name, array] : arrays)
    header.add(name, array.type, array.shape, array.bytes().size());
  write(header.finish());
  for (const auto& [name, array] : arrays) write(array.bytes());
}

/// The tensors of a file, as a source for `named_array_reader`.
template <class T>
class safetensors_source {
 public:
  safetensors_source(std::string_view bytes, const std::string& file) {
    safetensors_parser parser(bytes, file);
    parser.for_each_array([&](std::string name, stored_array array) {
      names_.list.push_back(name);
      arrays_.emplace(std::move(name), std::move(array));
    });
    names_.sort();
  }
  const auto& names() const { return names_; }
  template <class Array>
  bool read(const std::string& name, Array& out, parse_problem& problem) const {
    return fill_array(out, arrays_.find(name)->second, dtype_name, problem);
  }

 private:
  sorted_names names_;
  std::unordered_map<std::string, stored_array, text_hash> arrays_;
};

void read_safetensors_bytes(safetensors_file& out, std::string_view bytes, const std::string& name,
                            const safetensors_read_options&);

template <class T>
void read_safetensors_bytes(T& out, std::string_view bytes, const std::string& name,
                            const safetensors_read_options& options) {
  safetensors_source<T> source(bytes, name);
  problem_list problems;
  named_array_reader(source).read_record(out, options.unknown_tensors, problems);
  if (!problems.empty()) problems.raise(name);
}

}  // namespace detail

/// Returns a `safetensors_file`, or a record or map of arrays of numbers, as the bytes of a file.
///
/// Errors   argument_error if the bytes of a tensor do not match its shape, if a name occurs twice,
///          or if nested lists have different lengths; at compile time R21
template <class T = safetensors_file>
std::string to_safetensors(const T& file) {
  using offender = typename detail::safetensors_offenders<T>::written;
  std::string out;
  if constexpr (detail::is_offender<offender>)
    static_cast<void>(sizeof(detail::error::field_is_no_array<offender>));
  else
    detail::write_safetensors_pieces(file, [&](std::string_view bytes) { out += bytes; });
  return out;
}

/// Reads a `safetensors_file`, or a record, from the bytes of a file. `name` is used in error
/// messages.
///
/// Errors   parse_error naming file and tensor, for a record with all problems; at compile time R24
template <class T = safetensors_file>
T from_safetensors(std::string_view bytes, const std::string& name = "",
                   const safetensors_read_options& options = {}) {
  using offender = typename detail::safetensors_offenders<T>::read;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_cannot_be_read<offender>));
    throw error("unreachable");
  } else {
    T out{};
    detail::read_safetensors_bytes(out, bytes, name, options);
    return out;
  }
}

/// Writes a safetensors file. The file is replaced in one step.
///
/// Errors   file_error; those of `to_safetensors`
template <class T = safetensors_file>
void write_safetensors(const std::string& path, const T& file) {
  using offender = typename detail::safetensors_offenders<T>::written;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_is_no_array<offender>));
  } else {
    atomic_file out(path);
    detail::write_safetensors_pieces(file, [&](std::string_view bytes) { out.write(bytes); });
    out.commit();
  }
}

/// Reads the safetensors file at `path`. All offsets, sizes and names are checked before a tensor
/// is copied: no tensor may be out of bounds, overlap another or leave a gap, have a size that does
/// not match its shape, or occur twice.
///
/// Errors   file_error; those of `from_safetensors`
template <class T = safetensors_file>
T read_safetensors(const std::string& path, const safetensors_read_options& options = {}) {
  using offender = typename detail::safetensors_offenders<T>::read;
  if constexpr (detail::is_offender<offender>) {
    static_cast<void>(sizeof(detail::error::field_cannot_be_read<offender>));
    throw error("unreachable");
  } else {
    return from_safetensors<T>(read_file(path), path, options);
  }
}

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/safetensors.hpp>
#endif
