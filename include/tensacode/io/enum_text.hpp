// tensacode/io/enum_text.hpp -- enumerators as they are spelled in files.
// Layer 3. Enumerators are C++ identifiers, values in files are not: "Never-married" is read as
// `Never_married`, "11th" as `_11th`. Names that cannot be told apart that way (`<=50K`, `>50K`)
// are given by a function beside the enum, found by argument-dependent lookup:
//
//   enum class Income { low, high };
//   constexpr std::string_view tc_spelling(Income income) {
//     return income == Income::low ? "<=50K" : ">50K";
//   }
//
// A template beside several enums respells them all:
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

namespace detail {

/// The names with `_` replaced by `Separator`, one behind the other; without the `_` in front of a
/// name that would begin with a digit.
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

/// The name of `e` with `Separator` for each `_`, as files often spell it: `Self_emp_inc` is
/// "Self-emp-inc" with '-', `_11th` is "11th". Empty if `e` is no enumerator.
template <char Separator, reflected_enum E>
constexpr std::string_view enum_name_with(E e) {
  const auto index = enum_index(e);
  return index ? detail::separated_names<E, Separator>::views[*index] : std::string_view{};
}

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
