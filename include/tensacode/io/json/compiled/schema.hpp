// tensacode/io/json/compiled/schema.hpp -- the functions that io/json/schema.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/json/schema.hpp>

namespace tc::detail {

TC_INLINE void json_schema_writer::entry(std::string_view name, std::string_view value) {
  out_.field(name);
  out_.string(value);
}

TC_INLINE void json_schema_writer::elements_between(std::size_t least, std::size_t greatest) {
  bound("minItems", least);
  bound("maxItems", greatest);
}

TC_INLINE void json_schema_writer::list(field_bounds bounds) {
  entry("type", "array");
  if (bounds.count) elements_between(bounds.count->least, bounds.count->greatest);
}

}  // namespace tc::detail
