// tensacode/io/enum_text.hpp -- enumerators as they are spelled in files.
// Layer 3. Enumerators are C++ identifiers, values in files are not: "Never-married" is read as
// `Never_married`, "11th" as `_11th`. Names that cannot be told apart that way (`<=50K`, `>50K`)
// are given by a function beside the enum, found by argument-dependent lookup:
//
//   enum class Income { low, high };
//   constexpr std::string_view tc_spelling(Income income) {
//     return income == Income::low ? "<=50K" : ">50K";
//   }
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/canonical.hpp>
#include <tensacode/reflect/enums.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tc {

/// An enum whose spelling in files is given by `constexpr std::string_view tc_spelling(E)`.
template <class E>
concept spelled_enum = std::is_enum_v<E> && requires(E e) {
  { tc_spelling(e) } -> std::convertible_to<std::string_view>;
};

namespace detail {

template <spelled_enum E>
inline constexpr auto spellings = [] {
  std::array<std::string_view, enumerators_of<E>::count> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = tc_spelling(enumerators_of<E>::values[i]);
  return out;
}();

}  // namespace detail

/// The spellings in the order of `enum_values<E>()`: those of `tc_spelling`, else the names.
template <reflected_enum E>
constexpr const auto& enum_spellings() {
  if constexpr (spelled_enum<E>)
    return detail::spellings<E>;
  else
    return enum_names<E>();
}

/// The spelling of `e`.
///
/// Errors   argument_error if `e` is not an enumerator
template <reflected_enum E>
std::string_view enum_to_text(E e) {
  const auto index = enum_index(e);
  TC_CHECK(index, argument_error, "enum_to_text: {} is not an enumerator of {}",
           static_cast<long long>(e), type_name<E>());
  return enum_spellings<E>()[*index];
}

/// The enumerator spelled `text`: exactly, else the only one that agrees in letters and digits
/// without regard to case; nothing if there is none or more than one.
template <reflected_enum E>
constexpr std::optional<E> enum_from_text(std::string_view text) {
  const std::size_t index = detail::match_name(enum_spellings<E>(), text);
  if (index == detail::no_match) return std::nullopt;
  return enum_values<E>()[index];
}

}  // namespace tc
