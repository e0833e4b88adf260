// tensacode/codec/compiled/leaves.hpp -- the functions that codec/leaves.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/leaves.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE std::string child_path(const std::string& parent, const std::string& field) {
  if (parent.empty() || field.empty() || field[0] == '[') return parent + field;
  return parent + "." + field;
}

}  // namespace tc::detail
