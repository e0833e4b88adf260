// tensacode/io/json/compiled/references.hpp -- the functions that io/json/references.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/references.hpp>

namespace tc::detail {

TC_INLINE bool shared_objects::refer(std::string_view number, std::size_t level) {
  level += read_.find(std::string(number))->second.height;
  deepest = level > deepest ? level : deepest;
  return level <= most_in_chain;
}

}  // namespace tc::detail
