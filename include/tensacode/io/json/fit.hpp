// tensacode/io/json/fit.hpp -- scores how well a JSON value fits a type, to choose the alternative
// of a variant.
// Layer 3. Start reading at `fit_json_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

/// The fields of a record that are not ignored. Defined in io/json/read_record.hpp.
template <class T>
struct json_record_of;

/// Whether a map with these keys is a JSON object: text, enumerators and integers are. Maps with
/// other keys are arrays of pairs.
template <class Key>
inline constexpr bool is_object_key = kind_of<Key> == kind::text || kind_of<Key> == kind::integer ||
                                      kind_of<Key> == kind::enumeration;

/// See `json_type_info::fit`. A leaf scores 2 if the value has its JSON type, and 3 if the type is
/// narrower than that and the value still fits: an integer, an enumerator, a time. The score is 1
/// if the value says little about the type, such as null or an empty array. A list scores as its
/// first element does. Records score higher, by how many of their keys fit.
template <class T>
long fit_json_value(const json_tape& tape, std::uint32_t index, int fuel) {
  constexpr kind k = kind_of<T>;
  const json_token& token = tape[index];
  const auto fit_first = [&](auto fit_element) -> long {
    if (token.length == 0 || fuel == 0) return 1;
    return fit_element(tape, index + 1, fuel - 1);
  };
  if constexpr (std::is_same_v<T, std::monostate>) {
    return token.type == json_type::null ? 2 : 0;
  } else if constexpr (k == kind::boolean) {
    return token.type == json_type::boolean ? 2 : 0;
  } else if constexpr (k == kind::integer) {
    T value{};
    return token.type == json_type::number &&
                   integer_from_text(tape.text_of(token), value) == number_result::good
               ? 3
               : 0;
  } else if constexpr (k == kind::floating) {
    return token.type == json_type::number ? 2 : 0;
  } else if constexpr (k == kind::enumeration) {
    return token.type == json_type::string && enum_from_text<T>(tape.text_of(token)) ? 3 : 0;
  } else if constexpr (k == kind::text) {
    return token.type == json_type::string ? 2 : 0;
  } else if constexpr (k == kind::duration || k == kind::time_point) {
    T value{};
    return token.type == json_type::string && chrono_from_text(tape.text_of(token), value) ? 3 : 0;
  } else if constexpr (k == kind::tensor) {
    if (token.type != json_type::array) return 0;
    return fit_first(&fit_json_value<double>);
  } else if constexpr (holder<T>) {
    if (token.type == json_type::null) return 1;
    return fit_json_value<held_type<T>>(tape, index, fuel);
  } else if constexpr (k == kind::variant) {
    return [&]<class... A>(std::type_identity<std::variant<A...>>) {
      long best = 0;
      const auto consider = [&](long fit) { best = fit > best ? fit : best; };
      (consider(fuel == 0 ? 1 : fit_json_value<A>(tape, index, fuel - 1)), ...);
      return best;
    }(std::type_identity<T>{});
  } else if constexpr (k == kind::array) {
    if (token.type != json_type::array || token.length != array_extent<T>) return 0;
    return fit_first(&fit_json_value<array_element<T>>);
  } else if constexpr (k == kind::tuple) {
    if (token.type != json_type::array || token.length != std::tuple_size_v<T>) return 0;
    if (fuel == 0) return 1;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      std::uint32_t at = index + 1;
      const auto suits = [&](auto fit_member) {
        const long fit = fit_member(tape, at, fuel - 1);
        at = tape[at].next;
        return fit > 0;
      };
      return (suits(&fit_json_value<std::remove_cv_t<std::tuple_element_t<I, T>>>) && ...) ? 3L
                                                                                           : 0L;
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::sequence || k == kind::set) {
    if (token.type != json_type::array) return 0;
    return fit_first(&fit_json_value<typename T::value_type>);
  } else if constexpr (k == kind::map) {
    if (token.type != (is_object_key<typename T::key_type> ? json_type::object : json_type::array))
      return 0;
    if (token.length == 0 || fuel == 0 || token.type == json_type::array) return 1;
    return fit_json_value<typename T::mapped_type>(tape, index + 2, fuel - 1) > 0 ? 1 : 0;
  } else {
    return fit_json_record(tape, index, fuel, json_record_of<T>::info());
  }
}

}  // namespace tc::detail
