// tensacode/learn/compiled/compiled_model.hpp -- the functions that learn/compiled_model.hpp
// declares. Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/learn/compiled_model.hpp>

namespace tc::detail {

TC_INLINE std::string with_extension(const std::string& path, const char* extension) {
  const auto slash = path.find_last_of('/');
  const auto dot = path.find_last_of('.');
  const bool inside =
      dot != std::string::npos && dot > (slash == std::string::npos ? 0 : slash + 1);
  return path.substr(0, inside ? dot : path.size()) + extension;
}

}  // namespace tc::detail
