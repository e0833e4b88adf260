// tensacode/reflect/compiled/path.hpp -- building and checking paths.
// Layer 1. Defines the functions that reflect/path.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/reflect/path.hpp>

namespace tc::detail {

TC_INLINE std::string key_of(std::string_view quoted) {
  std::string key;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    key += quoted[i];
  }
  return key;
}

}  // namespace tc::detail

namespace tc {

TC_INLINE path::path(std::string_view text) : text_(text) {
  detail::step_text step;
  for (std::string_view rest = text; !rest.empty();)
    TC_CHECK(detail::take_step(rest, rest.size() == text.size(), step), argument_error,
             "path '{}': expected '.name', '[index]' or '[\"key\"]' at byte {}", text,
             text.size() - rest.size());
}

TC_INLINE path path::operator/(std::string_view name) const {
  path longer = *this;
  if (detail::is_plain_name(name)) {
    if (!text_.empty()) longer.text_ += '.';
    longer.text_ += name;
  } else {
    longer.text_ += "[\"";
    for (const char c : name) {
      if (c == '"' || c == '\\') longer.text_ += '\\';
      longer.text_ += c;
    }
    longer.text_ += "\"]";
  }
  return longer;
}

TC_INLINE path path::operator[](std::size_t index) const {
  path longer = *this;
  longer.text_ += format("[{}]", index);
  return longer;
}

}  // namespace tc
