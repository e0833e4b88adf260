// tensacode/reflect/enums.hpp -- names and values of enumerators.
// Layer 1. If BOOST_DESCRIBE_ENUM was used, the enumerators come from there. Otherwise they are
// read from the compiler's spelling of the values -128 ... 255 and of the single bits above them,
// so flags are found too. One template instantiation spells all these values.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/type_name.hpp>
#include <tensacode/reflect/kinds.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

// clang 19 reports an error for a cast to a value outside the range of an unscoped enum without a
// fixed type; a pragma can disable it. Later versions do not allow that, and then `castable` is
// false.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wenum-constexpr-conversion"
#endif

template <class E, E... Values>
struct value_list {};

template <class E, auto Value>
concept castable = requires { value_list<E, static_cast<E>(Value)>{}; };

/// The smallest or largest value that is tried. An unscoped enum without a fixed type can represent
/// only the bits of its largest enumerator. So a bound that the enum cannot represent is halved
/// until it can.
template <class E, int Bound>
consteval int representable_bound() {
  using integer = std::underlying_type_t<E>;
  // std::in_range does not accept bool and character types.
  constexpr bool fits = static_cast<int>(static_cast<integer>(Bound)) == Bound &&
                        (Bound >= 0 || std::is_signed_v<integer>);
  if constexpr (Bound == 0)
    return 0;
  else if constexpr (fits && castable<E, Bound>)
    return Bound;
  else
    return representable_bound<E, Bound / 2>();
}

/// The integer in which only bit `Bit` is set.
template <class E, int Bit>
inline constexpr auto single_bit =
    static_cast<std::underlying_type_t<E>>(static_cast<std::underlying_type_t<E>>(1) << Bit);

/// The number of single-bit values above 128 that the enum can represent.
template <class E, int Bit = 8>
consteval int count_bits() {
  using integer = std::underlying_type_t<E>;
  if constexpr (Bit < std::numeric_limits<integer>::digits)
    if constexpr (castable<E, single_bit<E, Bit>>) return count_bits<E, Bit + 1>();
  return Bit - 8;
}

template <class E, int Least, int... Offset, int... Bit>
consteval auto spell_values(std::integer_sequence<int, Offset...>,
                            std::integer_sequence<int, Bit...>) {
  return pretty_type<value_list<E, static_cast<E>(Least + Offset)...,
                                static_cast<E>(single_bit<E, Bit + 8>)...>>();
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class E>
struct scanned_enum {
  static constexpr int least = representable_bound<E, -128>();
  static constexpr int greatest = representable_bound<E, 255>();
  static constexpr int bits = greatest == 255 ? count_bits<E>() : 0;
  static constexpr int in_row = greatest - least + 1;
  static constexpr int tried = in_row + bits;

  static constexpr auto value_at(int position) {
    using integer = std::underlying_type_t<E>;
    return position < in_row
               ? static_cast<integer>(least + position)
               : static_cast<integer>(static_cast<integer>(1) << (position - in_row + 8));
  }

  // The spelling is a list: "..., app::Color::red, (app::Color)1, ...". An entry is an enumerator
  // unless the text after its last ':' is a number or contains the ')' of a cast. (clang spells
  // unnamed namespaces "(anonymous namespace)::", so a '(' is no sign of a cast.)
  struct scan_result {
    std::array<std::string_view, tried> names{};
    std::array<std::underlying_type_t<E>, tried> values{};
    std::size_t count = 0;
  };

  static consteval scan_result scan() {
    // clang lists the enumerators of an enum inside a class template only after something has
    // looked one up.
    [[maybe_unused]] constexpr bool looked_into = requires { E::tensacode_looks_into_it; };
    constexpr std::string_view text = spell_values<E, least>(
        std::make_integer_sequence<int, in_row>{}, std::make_integer_sequence<int, bits>{});
    // The arguments after the name of the enum: "value_list<Color, A, B, ...>".
    constexpr std::string_view opening = "value_list<";
    const char* at = text.data() + text.find(opening) + opening.size();
    const auto end_of_argument = [](const char* end) {
      for (int depth = 0; depth != 0 || (*end != ',' && *end != '>'); ++end) {
        if (*end == '(' || *end == '<' || *end == '{') ++depth;
        if (*end == ')' || *end == '>' || *end == '}') --depth;
      }
      return end;
    };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const char* const type = at;
    at = end_of_argument(at);
    const auto type_length = at - type;
    scan_result result;
    for (int entered = 0; entered < tried; ++entered) {
      ++at;
      while (*at == ' ') ++at;
      // Hundreds of values have no enumerator, and each character that is examined costs compile
      // time. So casts of numbers are skipped quickly.
      if (*at == '(' && at[type_length + 1] == ')') {
        const char* number = at + type_length + 2;
        if (*number == '-') ++number;
        const bool has_digits = is_digit(*number);
        while (is_digit(*number)) ++number;
        if (has_digits && (*number == ',' || *number == '>')) {
          at = number;
          continue;
        }
      }
      const char* const end = end_of_argument(at);
      std::string_view entry(at, static_cast<std::size_t>(end - at));
      at = end;
      const auto colon = entry.rfind(':');
      if (colon != std::string_view::npos) entry.remove_prefix(colon + 1);
      if (entry.empty() || entry[0] == '-' || is_digit(entry[0]) ||
          entry.find(')') != std::string_view::npos)
        continue;
      result.names[result.count] = entry;
      result.values[result.count] = value_at(entered);
      ++result.count;
    }
    return result;
  }

  static constexpr auto found = scan();
  static constexpr std::size_t count = found.count;
  static constexpr auto names = [] {
    std::array<std::string_view, count> out{};
    for (std::size_t i = 0; i < count; ++i) out[i] = found.names[i];
    return out;
  }();
  static constexpr auto values = [] {
    std::array<E, count> out{};
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<E>(found.values[i]);
    return out;
  }();
};

template <class E>
struct described_enumerators {
  template <class List>
  struct as_arrays;
  template <template <class...> class List, class... D>
  struct as_arrays<List<D...>> {
    static constexpr std::array<std::string_view, sizeof...(D)> names{D::name...};
    static constexpr std::array<E, sizeof...(D)> values{D::value...};
  };
  using arrays = as_arrays<boost::describe::describe_enumerators<E>>;
  static constexpr auto names = arrays::names;
  static constexpr auto values = arrays::values;
  static constexpr std::size_t count = names.size();
};

template <class E>
consteval auto select_enumerators() {
  if constexpr (described_enum<E>)
    return std::type_identity<described_enumerators<E>>{};
  else
    return std::type_identity<scanned_enum<E>>{};
}

template <class E>
using enumerators_of = typename decltype(select_enumerators<std::remove_cv_t<E>>())::type;

}  // namespace detail

/// The enumerators of `E`, in order of value; for enums described with BOOST_DESCRIBE_ENUM, in
/// order of declaration. Without such a description, only values in -128 ... 255 and single bits
/// are found.
template <reflected_enum E>
constexpr const auto& enum_values() {
  return detail::enumerators_of<E>::values;
}

/// The names of the enumerators, in the order of `enum_values`.
template <reflected_enum E>
constexpr const auto& enum_names() {
  return detail::enumerators_of<E>::names;
}

/// The index of `e` in `enum_values<E>()`; empty if `e` is not an enumerator.
template <reflected_enum E>
constexpr std::optional<std::size_t> enum_index(E e) {
  const auto& values = enum_values<E>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] == e) return i;
  return std::nullopt;
}

/// The name of the enumerator; empty if `e` is not one.
template <reflected_enum E>
constexpr std::string_view enum_name(E e) {
  const auto index = enum_index(e);
  return index ? enum_names<E>()[*index] : std::string_view{};
}

/// The enumerator called `name`; empty if there is none.
template <reflected_enum E>
constexpr std::optional<E> enum_cast(std::string_view name) {
  const auto& names = enum_names<E>();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return enum_values<E>()[i];
  return std::nullopt;
}

}  // namespace tc
