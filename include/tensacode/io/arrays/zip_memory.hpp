// tensacode/io/arrays/zip_memory.hpp -- reads and writes zip files in memory, with minizip.
// Layer 3. No other header includes minizip. minizip does not access the file system here: it reads
// and writes through callbacks. The callbacks must not throw, because C code calls them.
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

// pkg-config adds the minizip folder itself to the include path. That folder has generic file
// names, so the name with the folder is preferred.
#if __has_include(<minizip/unzip.h>)
#include <minizip/unzip.h>
#include <minizip/zip.h>
#else
#include <unzip.h>
#include <zip.h>
#endif

namespace tc::detail {

/// Bytes that minizip uses as a file. Reading uses `view`, writing uses `written`.
struct zip_stream {
  std::string_view view;
  std::string written;
  std::size_t at = 0;
  bool is_writing = false;

  std::size_t size() const { return is_writing ? written.size() : view.size(); }

  /// The table of file functions that minizip calls, for this stream.
  zlib_filefunc64_def functions();
};

struct zip_write_closer {
  void operator()(void* file) const { zipClose(file, nullptr); }
};
struct zip_read_closer {
  void operator()(void* file) const { unzClose(file); }
};

/// Writes a zip file. All members get the earliest possible date, so equal contents give equal
/// files.
class zip_writer {
 public:
  zip_writer();

  /// Adds a member whose contents are the given pieces, one after the other.
  template <class... Pieces>
  void add(const std::string& name, bool compress, const Pieces&... pieces) {
    TC_CHECK(name.size() <= 0xFFFF && name.find('\0') == name.npos, argument_error,
             "write_npz: {} cannot be the name of an array", detail::quoted(name));
    zip_fileinfo information{};
    information.dosDate = 1U << 21 | 1U << 16;  // day 1 of month 1; year 0 means 1980
    const std::uint64_t size = (std::uint64_t{0} + ... + pieces.size());
    const bool is_large = size > 0xFFFF'0000;  // deflate may enlarge data slightly
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

/// Reads the members of a zip file. All errors are parse_errors that name the file.
class zip_reader {
 public:
  /// `max_bytes` limits the total decompressed size of the compressed members.
  zip_reader(std::string_view bytes, const std::string& name, std::uint64_t max_bytes);

  /// Calls `f(name)` for each member, in sorted order.
  template <class F>
  void for_each_name(const F& f) const {
    for (const auto& [name, place] : members_) f(name);
  }

  bool has(const std::string& member) const { return members_.contains(member); }
  /// Returns the contents of a member. The member must exist.
  std::string read(const std::string& member);

 private:
  [[noreturn]] void fail(const std::string& member, std::string expected, std::string found) const {
    raise_problem(name_, {0, 0, member, std::move(expected), std::move(found)});
  }
  void check(int status, const std::string& member) const;

  /// The offset of the end-of-directory record, or npos unless it is complete and nothing follows
  /// it. This is checked here because minizip accepts a file with bytes after the record.
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
