// tensacode/io/safetensors.hpp -- reading and writing of the safetensors format.
// Layer 3. Source: github.com/huggingface/safetensors, README, "Format": 8 bytes of little-endian
// header length, a JSON header {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {...}},
// then the data without gaps. Written headers are padded with spaces to a multiple of 8 and tensors
// stand in the order they were given, so equal files are equal byte for byte.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/file.hpp>
#include <tensacode/io/detail/safetensors_format.hpp>
#include <tensacode/io/safetensors_file.hpp>

#include <string>
#include <string_view>

namespace tc {

/// The file as bytes.
///
/// Errors   argument_error if a shape does not give the number of bytes, or a name occurs twice
template <class Lazy = void>
std::string to_safetensors(const basic_safetensors_file<Lazy>& file) {
  std::string out = detail::safetensors_header(file);
  for (const auto& tensor : file.tensors)
    out.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  return out;
}

/// The file in `bytes`; `name` is what errors call it.
///
/// Errors   parse_error naming file and tensor
template <class Lazy = void>
basic_safetensors_file<Lazy> from_safetensors(std::string_view bytes,
                                              const std::string& name = "") {
  return detail::safetensors_parser<Lazy>(bytes, name).read();
}

/// Replaces the file at `path`, all at once.
///
/// Errors   file_error; argument_error as `to_safetensors`
template <class Lazy = void>
void write_safetensors(const std::string& path, const basic_safetensors_file<Lazy>& file) {
  basic_atomic_file<Lazy> out(path);
  out.write(detail::safetensors_header(file));
  for (const auto& tensor : file.tensors)
    if (!tensor.bytes.empty())
      out.write({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()});
  out.commit();
}

/// Reads the file at `path`. Everything in it is checked before a tensor is copied: bounds, gaps,
/// overlaps, sizes against shapes, duplicates.
///
/// Errors   file_error; parse_error naming file and tensor
template <class Lazy = void>
basic_safetensors_file<Lazy> read_safetensors(const std::string& path) {
  return from_safetensors<Lazy>(read_file(path), path);
}

}  // namespace tc
