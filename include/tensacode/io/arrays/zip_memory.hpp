// tensacode/io/arrays/zip_memory.hpp -- zip files in memory, by minizip.
// Layer 3. The only file that includes minizip, which here sees no file system: it reads and writes
// through callbacks on bytes. They throw nothing, as C code calls them.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/parse_error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

// pkg-config names the folder itself, in which other libraries' names lie, too.
#if __has_include(<minizip/unzip.h>)
#include <minizip/unzip.h>
#include <minizip/zip.h>
#else
#include <unzip.h>
#include <zip.h>
#endif

namespace tc::detail {

/// Bytes as a file for minizip. Reading uses `view`, writing `written`.
struct zip_stream {
  std::string_view view;
  std::string written;
  std::size_t at = 0;
  bool is_writing = false;

  std::size_t size() const { return is_writing ? written.size() : view.size(); }

  /// The functions of minizip's interface, on this stream.
  zlib_filefunc64_def functions();
};

struct zip_write_closer {
  void operator()(void* file) const { zipClose(file, nullptr); }
};
struct zip_read_closer {
  void operator()(void* file) const { unzClose(file); }
};

/// A zip file as it is written. Members have the first date there is, so that equal contents are
/// equal files.
class zip_writer {
 public:
  zip_writer();

  /// Adds a member with the given bytes, one piece after the other.
  template <class... Pieces>
  void add(const std::string& name, bool compress, const Pieces&... pieces) {
    TC_CHECK(name.size() <= 0xFFFF && name.find('\0') == name.npos, argument_error,
             "write_npz: {} cannot be the name of an array", detail::quoted(name));
    zip_fileinfo information{};
    information.dosDate = 1U << 21 | 1U << 16;  // month and day; years count from 1980
    const std::uint64_t size = (std::uint64_t{0} + ... + pieces.size());
    const bool is_large = size > 0xFFFF'0000;  // deflate may make it a little larger
    constexpr unsigned utf8_names = 1U << 11;
    check(zipOpenNewFileInZip4_64(
        file_.get(), name.c_str(), &information, nullptr, 0, nullptr, 0, nullptr,
        compress ? Z_DEFLATED : 0, compress ? Z_DEFAULT_COMPRESSION : 0, 0, -MAX_WBITS,
        DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0, 0, utf8_names, is_large ? 1 : 0));
    (write(pieces), ...);
    check(zipCloseFileInZip(file_.get()));
  }

  std::string finish();

 private:
  static void check(int status) {
    TC_CHECK(status == ZIP_OK, tc::error, "a zip file: minizip reports {}", status);
  }
  void write(std::string_view bytes);

  zip_stream stream_;
  std::unique_ptr<void, zip_write_closer> file_;
};

/// The members of a zip file. Errors are parse_errors with the name of the file.
class zip_reader {
 public:
  /// `max_bytes` is what compressed members may become in all.
  zip_reader(std::string_view bytes, const std::string& name, std::uint64_t max_bytes);

  /// Calls `f(name)` for each member, sorted.
  template <class F>
  void for_each_name(const F& f) const {
    for (const auto& [name, place] : members_) f(name);
  }

  bool has(const std::string& member) const { return members_.contains(member); }
  /// The contents of a member that there is.
  std::string read(const std::string& member);

 private:
  [[noreturn]] void fail(const std::string& member, std::string expected, std::string found) const {
    raise_problem(name_, {0, 0, member, std::move(expected), std::move(found)});
  }
  void check(int status, const std::string& member) const;

  /// Where the record begins with which a zip file ends, if all of it is there and nothing follows:
  /// minizip reads on where it finds its first bytes.
  static std::size_t end_record(std::string_view bytes);

  void read_names();

  static constexpr std::size_t end_size = 22;  // without the comment

  const std::string& name_;
  std::uint64_t compressed_left_;
  std::uint64_t max_bytes_;
  std::uint64_t stored_left_;
  zip_stream stream_;
  std::unique_ptr<void, zip_read_closer> file_;
  std::map<std::string, unz64_file_pos> members_;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/zip_memory.hpp>
#endif
