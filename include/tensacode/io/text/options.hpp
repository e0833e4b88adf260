// tensacode/io/text/options.hpp -- the options of the text writer and reader.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace tc {

struct text_options {
  /// For the writer: the text is shortened to at most this many bytes, as far as parts can be left
  /// out. 0 means no limit.
  std::size_t budget = 0;
  /// The limit on nested parentheses and brackets. It also stops an object that contains itself.
  std::size_t max_depth = 512;
};

}  // namespace tc
