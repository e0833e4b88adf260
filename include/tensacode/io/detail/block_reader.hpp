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
  explicit block_reader(std::string path) : path_(std::move(path)) {
    file_.reset(std::fopen(path_.c_str(), "rb"));
    TC_CHECK(file_, file_error, "cannot open '{}' for reading: {}", path_, std::strerror(errno));
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    more(block_size);
    if (unread().starts_with("\xEF\xBB\xBF")) consume(3);
  }

  const std::string& path() const { return path_; }
  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  /// The unread bytes, to be changed in place.
  char* data() { return bytes_.get() + begin_; }
  void consume(std::size_t count) { begin_ += count; }
  /// True when no byte follows those in `unread()`.
  bool at_end() const { return at_end_; }

  /// Appends to the unread bytes, if the file has more; false if `limit` bytes are unread already.
  bool more(std::size_t limit) {
    if (end_ - begin_ >= limit) return false;
    if (capacity_ - end_ < block_size) make_room();
    const std::size_t count = std::fread(bytes_.get() + end_, 1, capacity_ - end_, file_.get());
    TC_CHECK(!std::ferror(file_.get()), file_error, "cannot read '{}': {}", path_,
             std::strerror(errno));
    end_ += count;
    if (count == 0) at_end_ = true;
    return true;
  }

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void make_room() {
    const std::size_t size = end_ - begin_;
    if (capacity_ < size * 2 + block_size) {
      const std::size_t larger = size * 2 + 2 * block_size;
      auto moved = std::make_unique_for_overwrite<char[]>(larger);
      if (size > 0) std::memcpy(moved.get(), bytes_.get() + begin_, size);
      bytes_ = std::move(moved);
      capacity_ = larger;
    } else {
      std::memmove(bytes_.get(), bytes_.get() + begin_, size);
    }
    begin_ = 0;
    end_ = size;
  }

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
  bool next(std::string_view& line) {
    blocks_.consume(std::exchange(used_, 0));
    std::size_t searched = 0;
    while (true) {
      const std::string_view unread = blocks_.unread();
      const std::size_t end = unread.find('\n', searched);
      if (end != std::string_view::npos) {
        line = unread.substr(0, end);
        used_ = end + 1;
        break;
      }
      if (blocks_.at_end()) {
        if (unread.empty()) return false;
        line = unread;
        used_ = unread.size();
        break;
      }
      searched = unread.size();
      if (!blocks_.more(longest_)) {
        too_long_ = true;
        ++number_;
        return false;
      }
    }
    ++number_;
    too_long_ = line.size() > longest_;
    if (too_long_) return false;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
  }

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
