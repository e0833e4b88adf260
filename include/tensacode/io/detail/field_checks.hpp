// tensacode/io/detail/field_checks.hpp -- checks a value that was read against the attributes
// `tc::range` and `tc::length` of its field.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace tc::detail {

template <class Number>
bool lies_in(const Number& value, const range& bounds) {
  constexpr kind k = kind_of<Number>;
  if constexpr (k == kind::integer || k == kind::floating) {
    return static_cast<double>(value) >= bounds.least &&
           static_cast<double>(value) <= bounds.greatest;
  } else if constexpr (holder<Number>) {
    return !value || lies_in(*value, bounds);
  } else if constexpr (eigen_array<Number>) {
    return value.size() == 0 || (static_cast<double>(value.minCoeff()) >= bounds.least &&
                                 static_cast<double>(value.maxCoeff()) <= bounds.greatest);
  } else {
    for (const auto& element : value)
      if (!lies_in(element, bounds)) return false;
    return true;
  }
}

/// Checks the number of characters of a text, or of elements of a container. An empty holder always
/// passes.
template <class T>
bool length_lies_in(const T& value, const length& bounds) {
  if constexpr (holder<T>) {
    return !value || length_lies_in(*value, bounds);
  } else {
    std::size_t count = 0;
    if constexpr (kind_of<T> == kind::text) {
      for (const char c : value) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    } else {
      count = value.size();
    }
    return count >= bounds.least && count <= bounds.greatest;
  }
}

/// Returns an empty string if the value passes. Otherwise returns what was expected, for example
/// "a number in [0, 150]".
template <class T, std::size_t I>
std::string expected_by_attributes(const field_type<T, I>& value) {
  std::string expected;
  std::apply(
      [&](const auto&... attributes) {
        const auto check = [&](const auto& attribute) {
          using attribute_type = std::remove_cvref_t<decltype(attribute)>;
          if constexpr (std::is_same_v<attribute_type, range>) {
            if (!lies_in(value, attribute))
              expected = format("a number in [{}, {}]", attribute.least, attribute.greatest);
          } else if constexpr (std::is_same_v<attribute_type, length>) {
            if (!length_lies_in(value, attribute))
              expected =
                  format("{} to {} {}", attribute.least, attribute.greatest,
                         kind_of<field_type<T, I>> == kind::text ? "characters" : "elements");
          }
        };
        (check(attributes), ...);
      },
      attributes_of<T, I>);
  return expected;
}

template <class T, std::size_t I>
inline constexpr bool is_checked = has_attribute<range, T, I> || has_attribute<length, T, I>;

}  // namespace tc::detail
