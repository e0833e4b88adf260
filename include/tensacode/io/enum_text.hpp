// tensacode/io/enum_text.hpp -- the spelling of enumerators in files.
// Layer 3. Enumerators are C++ identifiers, but values in files often are not. "Never-married" is
// read as `Never_married` and "11th" as `_11th`. If that cannot tell the names apart (`<=50K`,
// `>50K`), define a function next to the enum; it is found by argument-dependent lookup:
//
//   enum class Income { low, high };
//   constexpr std::string_view tc_spelling(Income income) {
//     return income == Income::low ? "<=50K" : ">50K";
//   }
//
// A template next to several enums sets the spelling of all of them:
//
//   template <tc::reflected_enum E>
//   constexpr std::string_view tc_spelling(E e) { return tc::enum_name_with<'-'>(e); }
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

/// An enum with a function `constexpr std::string_view tc_spelling(E)`, which gives its spelling in
/// files.
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

namespace detail {

/// The enumerator names with `_` replaced by `Separator`, in one array. If a name starts with `_`
/// and a digit, that `_` is left out.
template <class E, char Separator>
struct separated_names {
  static constexpr std::size_t size = [] {
    std::size_t sum = 0;
    for (const auto& name : enumerators_of<E>::names) sum += name.size();
    return sum;
  }();
  static constexpr auto characters = [] {
    std::array<char, size + 1> out{};
    std::size_t next = 0;
    for (const auto& name : enumerators_of<E>::names)
      for (const char c : name) out[next++] = c == '_' ? Separator : c;
    return out;
  }();
  static constexpr auto views = [] {
    std::array<std::string_view, enumerators_of<E>::count> out{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::string_view name = enumerators_of<E>::names[i];
      const bool digit = name.size() > 1 && name[0] == '_' && name[1] >= '0' && name[1] <= '9';
      out[i] = {characters.data() + next + (digit ? 1 : 0), name.size() - (digit ? 1 : 0)};
      next += name.size();
    }
    return out;
  }();
};

}  // namespace detail

/// The name of `e` with each `_` replaced by `Separator`, as files often spell it. With '-',
/// `Self_emp_inc` is "Self-emp-inc" and `_11th` is "11th". Empty if `e` is not an enumerator.
template <char Separator, reflected_enum E>
constexpr std::string_view enum_name_with(E e) {
  const auto index = enum_index(e);
  return index ? detail::separated_names<E, Separator>::views[*index] : std::string_view{};
}

/// The spellings in the order of `enum_values<E>()`. They come from `tc_spelling` if it exists;
/// otherwise they are the names.
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

/// The enumerator spelled `text`. If none matches exactly, letters and digits are compared without
/// regard to case. Returns nothing if no enumerator matches, or more than one does.
template <reflected_enum E>
constexpr std::optional<E> enum_from_text(std::string_view text) {
  const std::size_t index = detail::match_name(enum_spellings<E>(), text);
  if (index == detail::no_match) return std::nullopt;
  return enum_values<E>()[index];
}

}  // namespace tc
