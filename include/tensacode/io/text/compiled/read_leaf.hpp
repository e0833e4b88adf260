// tensacode/io/text/compiled/read_leaf.hpp -- the functions that io/text/read_leaf.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/text/read_leaf.hpp>

namespace tc::detail {

TC_INLINE bool read_text_string(text_cursor& cursor, std::string& out, const path_step* path) {
  if (cursor.front() == '"') {
    cursor.read_quoted(out, path);
    return true;
  }
  const std::string_view value = cursor.bare();
  if (value.empty()) return cursor.reject(path, "a text in quotes");
  out = value;
  cursor.at += value.size();
  return true;
}

}  // namespace tc::detail
