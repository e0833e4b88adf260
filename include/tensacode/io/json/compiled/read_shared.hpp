// tensacode/io/json/compiled/read_shared.hpp -- the functions that io/json/read_shared.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/read_shared.hpp>

namespace tc::detail {

TC_INLINE std::size_t path_level(const path_step* path) {
  std::size_t level = 0;
  for (; path; path = path->above) ++level;
  return level;
}

}  // namespace tc::detail
