// tensacode/io/detail/position.hpp -- lines, columns and field paths, computed only for error
// messages.
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

/// The line and column of the byte at `offset`, both counted from 1.
text_position locate(std::string_view text, std::size_t offset);

/// One step of a field path. It is linked to the step above it, which lives on the stack. It
/// becomes text only in an error message.
struct path_step {
  const path_step* above = nullptr;
  std::string_view name;  ///< field name or key; `data()` is null for an index
  std::size_t index = 0;

  std::string text() const;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/detail/compiled/position.hpp>
#endif
