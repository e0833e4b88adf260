// tensacode/codec/detail/emitted_text.hpp -- names and numbers as C++ spells them.
// Layer 4.
// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace tc::detail {

/// `text` as a C identifier: what an identifier may not hold becomes an underscore.
inline std::string identifier(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (part)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, "_");
  return name;
}

/// A number as a C++ literal that reads back equal.
template <class Number>
std::string literal(Number number) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(number)) return "__builtin_nan(\"\")";
    if (std::isinf(number)) return number > 0 ? "__builtin_inf()" : "-__builtin_inf()";
  }
  char digits[40];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  if constexpr (std::is_floating_point_v<Number>)
    if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  if constexpr (std::is_same_v<Number, std::uint64_t>) text += "ULL";
  return text;
}

}  // namespace tc::detail
