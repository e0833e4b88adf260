// tensacode/io/detail/block_reader.hpp -- a file read block by block into one growing buffer.
// Layer 3. The unread bytes are always contiguous; `more()` moves them to the front and appends the
// next block. Memory is bounded by the longest record, which is bounded by `limit`.
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

/// Bytes that are read and written at a time.
inline constexpr std::size_t block_size = std::size_t{1} << 18;

class block_reader {
 public:
  explicit block_reader(std::string path);

  const std::string& path() const { return path_; }
  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  /// The unread bytes, to be changed in place.
  char* data() { return bytes_.get() + begin_; }
  void consume(std::size_t count) { begin_ += count; }
  /// True when no byte follows those in `unread()`.
  bool at_end() const { return at_end_; }

  /// Appends to the unread bytes, if the file has more; false if `limit` bytes are unread already.
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

/// The lines of a file, without their ends ("\n" or "\r\n").
class line_reader {
 public:
  line_reader(std::string path, std::size_t longest)
      : blocks_(std::move(path)), longest_(longest) {}

  /// False at the end of the file. The view is valid until the next call.
  bool next(std::string_view& line);

  /// Of the line that `next` gave last, from 1.
  std::size_t number() const { return number_; }
  /// True when `next` gave up on a line longer than allowed.
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
