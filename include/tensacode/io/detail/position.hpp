// tensacode/io/detail/position.hpp -- lines, columns and field paths, found only when needed.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <tensacode/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tc::detail {

struct text_position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Line and column, from 1, of the byte at `offset`.
inline text_position locate(std::string_view text, std::size_t offset) {
  text_position position;
  offset = std::min(offset, text.size());
  std::size_t line_start = 0;
  for (std::size_t i = 0; (i = text.find('\n', i)) < offset; line_start = ++i) ++position.line;
  position.column = offset - line_start + 1;
  return position;
}

/// One step of a field path, linked to the step above it on the stack; written out only for an
/// error message.
struct path_step {
  const path_step* above = nullptr;
  std::string_view name;  ///< of a field or key; without data for an index
  std::size_t index = 0;

  std::string text() const {
    std::string const out = above ? above->text() : std::string();
    if (name.data() == nullptr) return out + format("[{}]", index);
    return out.empty() ? std::string(name) : out + "." + std::string(name);
  }
};

}  // namespace tc::detail
