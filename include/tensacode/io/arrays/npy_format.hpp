// tensacode/io/arrays/npy_format.hpp -- the header of a .npy file.
// Layer 3. Source: NEP 1 and numpy.lib.format. A file starts with a magic string and two version
// bytes. The length of the header follows, little-endian, in 2 bytes (version 1) or 4 bytes
// (versions 2 and 3). The header itself is a Python dict:
// {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
// Start reading at `npy_header` and at `npy_parser::read`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>
#include <tensacode/io/parse_error.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tc::detail {

/// The type name that follows the byte order in 'descr'. numpy has no BF16.
constexpr std::string_view npy_name(dtype type) {
  constexpr std::string_view names[] = {"b1", "u1", "i1", "u2", "i2", "f2", "bf16",
                                        "u4", "i4", "f4", "u8", "i8", "f8"};
  return names[static_cast<std::size_t>(type)];
}

inline constexpr std::string_view npy_magic = "\x93NUMPY";

/// All bytes in front of the data. They are the same that numpy writes, padding included, so equal
/// arrays give equal files.
std::string npy_header(dtype type, const std::vector<std::size_t>& shape, bool column_major);

/// Reads the header. It checks all sizes before anything is allocated.
class npy_parser {
 public:
  explicit npy_parser(std::string_view bytes) : bytes_(bytes) {}

  /// On success `out` refers to the bytes of the file. Otherwise returns false, and `problem` is
  /// the first problem.
  bool read(stored_array& out, parse_problem& problem);

 private:
  bool fail(std::string expected, std::string found);

  bool read_header();

  // --- the header is a Python dict literal ------------------------------------------------------
  void skip_blanks();
  bool accept(std::string_view token);
  bool fail_here(std::string expected);

  bool read_string(std::string_view& out, const char* expected);

  bool read_dict();

  bool read_type();

  bool read_order();

  bool read_shape();

  bool check_size();

  std::string_view bytes_;
  std::string_view text_;
  std::size_t at_ = 0;
  stored_array array_;
  parse_problem problem_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/npy_format.hpp>
#endif
