// tensacode/codec/detail/emitted_sizes.hpp -- how much room an emitted struct has for texts and
// lists. Layer 4. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/node.hpp>

#include <algorithm>
#include <cstddef>

namespace tc {

/// Bytes kept for a decoded text: up to four a code point and a terminating zero, rounded up.
inline std::size_t decoded_text_bytes(const codec_node& node) {
  return (4 * node.longest + 1 + 7) / 8 * 8;
}
/// Elements kept for a decoded sequence; C has no arrays of none.
inline std::size_t decoded_capacity(const codec_node& node) {
  return std::max<std::size_t>(node.longest, 1);
}

}  // namespace tc
