// tensacode/io/detail/block_reader.hpp -- reads a file block by block into a growing buffer.
// Layer 3. The unread bytes are always contiguous. `more()` moves them to the front and appends the
// next block. The buffer holds at most the longest record, and the `limit` passed to `more()`
// bounds that.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tc::detail {

/// The number of bytes that are read or written at a time.
inline constexpr std::size_t block_size = std::size_t{1} << 18;

class block_reader {
 public:
  explicit block_reader(std::string path);

  const std::string& path() const { return path_; }
  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  /// The unread bytes, which the caller may change in place.
  char* data() { return bytes_.get() + begin_; }
  void consume(std::size_t count) { begin_ += count; }
  /// Whether the file has no bytes after those in `unread()`.
  bool at_end() const { return at_end_; }

  /// Reads more of the file, if there is more. Returns false if `limit` bytes are already unread.
  bool more(std::size_t limit);

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void make_room();

  std::string path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
};

/// Reads the lines of a file, without their ends ("\n" or "\r\n").
class line_reader {
 public:
  line_reader(std::string path, std::size_t longest)
      : blocks_(std::move(path)), longest_(longest) {}

  /// Reads the next line. Returns false at the end of the file, or at a line that is too long. The
  /// view is valid until the next call.
  bool next(std::string_view& line);

  /// The number of the last line that `next` read, counted from 1.
  std::size_t number() const { return number_; }
  /// Whether `next` stopped at a line that is longer than allowed.
  bool is_too_long() const { return too_long_; }

 private:
  block_reader blocks_;
  std::size_t longest_;
  std::size_t used_ = 0;
  std::size_t number_ = 0;
  bool too_long_ = false;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/detail/compiled/block_reader.hpp>
#endif
