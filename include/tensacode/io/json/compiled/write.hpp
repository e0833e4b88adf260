// tensacode/io/json/compiled/write.hpp -- the functions that io/json/write.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/write.hpp>

namespace tc::detail {

TC_INLINE void json_writer::string(std::string_view text) {
  char* out = room(text.size() * 6 + 2);  // every byte may become \u00XX
  char* const begin = out;
  *out++ = '"';
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    while (end - p >= 8) {
      const std::uint64_t word = load_word(p);
      if (special_bytes(word) != 0) break;
      std::memcpy(out, &word, 8);
      p += 8;
      out += 8;
    }
    if (p == end) break;
    const auto byte = static_cast<unsigned char>(*p);
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      out = escape(out, *p++);
    } else if (byte < 0x80) {
      *out++ = *p++;
    } else {
      const std::size_t length = multibyte_length(p, static_cast<std::size_t>(end - p));
      TC_CHECK(length > 0, argument_error, "to_json: the string {} is not UTF-8 at byte {}",
               detail::quoted(text), p - text.data());
      for (std::size_t i = 0; i < length; ++i) *out++ = *p++;
    }
  }
  *out++ = '"';
  size_ += static_cast<std::size_t>(out - begin);
}

TC_INLINE void json_writer::grow(std::size_t count) {
  std::size_t larger = capacity_ < 512 ? 1024 : capacity_ * 2;
  if (larger - size_ < count) larger = size_ + count;
  auto moved = std::make_unique_for_overwrite<char[]>(larger);
  if (size_ > 0) std::memcpy(moved.get(), bytes_.get(), size_);
  bytes_ = std::move(moved);
  capacity_ = larger;
}

TC_INLINE void json_writer::new_line() {
  if (indent_ == 0) return;
  const std::size_t spaces = indent_ * depth_;
  char* const out = room(spaces + 1);
  out[0] = '\n';
  std::memset(out + 1, ' ', spaces);
  size_ += spaces + 1;
}

TC_INLINE char* json_writer::escape(char* out, char c) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  *out++ = '\\';
  switch (c) {
    case '"':
      *out++ = '"';
      break;
    case '\\':
      *out++ = '\\';
      break;
    case '\n':
      *out++ = 'n';
      break;
    case '\r':
      *out++ = 'r';
      break;
    case '\t':
      *out++ = 't';
      break;
    case '\b':
      *out++ = 'b';
      break;
    case '\f':
      *out++ = 'f';
      break;
    default:
      *out++ = 'u';
      *out++ = '0';
      *out++ = '0';
      *out++ = hexadecimal[static_cast<std::size_t>(c) >> 4];
      *out++ = hexadecimal[static_cast<std::size_t>(c) & 15];
  }
  return out;
}

}  // namespace tc::detail
