// tensacode/nn/compiled/layers.hpp -- the functions that nn/layers.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/nn/layers.hpp>

namespace tc::detail {

TC_INLINE Eigen::Index segment_count(std::span<const std::uint32_t> offsets, Eigen::Index columns) {
  TC_CHECK(!offsets.empty() && std::is_sorted(offsets.begin(), offsets.end()) &&
               static_cast<Eigen::Index>(offsets.back()) <= columns,
           shape_error, "segments: {} offsets do not ascend within {} columns", offsets.size(),
           columns);
  return static_cast<Eigen::Index>(offsets.size()) - 1;
}

}  // namespace tc::detail
