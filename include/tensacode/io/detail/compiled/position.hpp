// tensacode/io/detail/compiled/position.hpp -- the functions that io/detail/position.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/detail/position.hpp>

namespace tc::detail {

TC_INLINE text_position locate(std::string_view text, std::size_t offset) {
  text_position position;
  offset = std::min(offset, text.size());
  std::size_t line_start = 0;
  for (std::size_t i = 0; (i = text.find('\n', i)) < offset; line_start = ++i) ++position.line;
  position.column = offset - line_start + 1;
  return position;
}

TC_INLINE std::string path_step::text() const {
  std::string const out = above ? above->text() : std::string();
  if (name.data() == nullptr) return out + format("[{}]", index);
  return out.empty() ? std::string(name) : out + "." + std::string(name);
}

}  // namespace tc::detail
