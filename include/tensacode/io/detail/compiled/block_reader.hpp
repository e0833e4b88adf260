// tensacode/io/detail/compiled/block_reader.hpp -- the functions that io/detail/block_reader.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/detail/block_reader.hpp>

namespace tc::detail {

TC_INLINE block_reader::block_reader(std::string path) : path_(std::move(path)) {
  file_.reset(std::fopen(path_.c_str(), "rb"));
  TC_CHECK(file_, file_error, "cannot open '{}' for reading: {}", path_, std::strerror(errno));
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  more(block_size);
  if (unread().starts_with("\xEF\xBB\xBF")) consume(3);
}

TC_INLINE bool block_reader::more(std::size_t limit) {
  if (end_ - begin_ >= limit) return false;
  if (capacity_ - end_ < block_size) make_room();
  const std::size_t count = std::fread(bytes_.get() + end_, 1, capacity_ - end_, file_.get());
  TC_CHECK(!std::ferror(file_.get()), file_error, "cannot read '{}': {}", path_,
           std::strerror(errno));
  end_ += count;
  if (count == 0) at_end_ = true;
  return true;
}

TC_INLINE void block_reader::make_room() {
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

TC_INLINE bool line_reader::next(std::string_view& line) {
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

}  // namespace tc::detail
