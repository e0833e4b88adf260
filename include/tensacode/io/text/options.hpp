// tensacode/io/text/options.hpp -- what the writer and the reader of texts can be told.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace tc {

struct text_options {
  /// Of writers: the most bytes, where parts can be left out; 0 for no limit.
  std::size_t budget = 0;
  /// Of parentheses and brackets in each other; what contains itself has no end.
  std::size_t max_depth = 512;
};

}  // namespace tc
