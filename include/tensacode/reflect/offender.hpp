// tensacode/reflect/offender.hpp -- finds the first type in a tree that a function cannot handle.
// Layer 1. The search over types runs at compile time, before anything else is instantiated. So a
// field that was forgotten gives one short error that names the owner, the field and the type.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/fixed_string.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/schema.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

struct no_offender {};

/// The type itself, or an element type that is not in a field of a record.
template <class T>
struct offending_type {
  using type = T;
};

/// A field, and the type in it that cannot be handled.
template <class Owner, fixed_string Field, class T>
struct offending_field {
  using type = T;
  void owner();
};

/// Always false. Error messages assert it instead of a comparison, since clang would print both
/// sides.
template <class Offender>
inline constexpr bool is_acceptable = false;

template <class Found>
inline constexpr bool is_offender = !std::is_same_v<Found, no_offender>;

template <template <class> class Takes, class T, class... Above>
consteval auto find_offender(type_stack<Above...> = {});

/// The first offender among the given types.
template <template <class> class Takes, class Stack>
consteval auto first_offender_of() {
  return no_offender{};
}
template <template <class> class Takes, class Stack, class First, class... Rest>
consteval auto first_offender_of() {
  using found = decltype(find_offender<Takes, First>(Stack{}));
  if constexpr (is_offender<found>)
    return found{};
  else
    return first_offender_of<Takes, Stack, Rest...>();
}

template <template <class> class Takes, class T, class Stack, std::size_t I>
consteval auto find_offending_field() {
  if constexpr (I == field_count<T>) {
    return no_offender{};
  } else if constexpr (is_ignored<T, I>) {
    return find_offending_field<Takes, T, Stack, I + 1>();
  } else {
    using found = decltype(find_offender<Takes, field_type<T, I>>(Stack{}));
    if constexpr (!is_offender<found>)
      return find_offending_field<Takes, T, Stack, I + 1>();
    else if constexpr (requires(found f) { f.owner(); })
      return found{};  // found deeper down, where the owner is already known
    else
      return offending_field<T, field_as_argument<T, I>(), typename found::type>{};
  }
}

/// Whether the search does not look into a type, since the function does not look into it either.
template <class Takes>
consteval bool stops_at() {
  if constexpr (requires { Takes::stops; })
    return Takes::stops;
  else
    return false;
}

/// Searches `T` and its children. `Takes<T>::value` says whether the function can handle `T` as a
/// node. `Above` holds the types whose children are being searched.
template <template <class> class Takes, class T, class... Above>
consteval auto find_offender(type_stack<Above...>) {
  using stack = type_stack<T, Above...>;
  constexpr kind k = kind_of<T>;
  if constexpr (is_on_stack<T, Above...> || stops_at<Takes<T>>()) {
    return no_offender{};
  } else if constexpr (k == kind::record) {
    // The fields come first: if a record cannot be handled because of a field, the message should
    // name the field.
    using found = decltype(find_offending_field<Takes, T, stack, 0>());
    if constexpr (!is_offender<found> && !Takes<T>::value)
      return offending_type<T>{};
    else
      return found{};
  } else if constexpr (!Takes<T>::value) {
    return offending_type<T>{};
  } else if constexpr (k == kind::pointer) {
    return first_offender_of<Takes, stack, held_type<T>>();
  } else if constexpr (k == kind::optional || k == kind::sequence || k == kind::set ||
                       k == kind::map) {
    return first_offender_of<Takes, stack, std::remove_cv_t<typename T::value_type>>();
  } else if constexpr (k == kind::array) {
    return first_offender_of<Takes, stack, array_element<T>>();
  } else if constexpr (k == kind::variant || k == kind::tuple) {
    return []<template <class...> class Template, class... Types>(
               std::type_identity<Template<Types...>>) {
      return first_offender_of<Takes, stack, std::remove_cv_t<Types>...>();
    }(std::type_identity<T>{});
  } else {
    return no_offender{};
  }
}

template <template <class> class Takes, class T>
using offender_in = decltype(find_offender<Takes, T>());

}  // namespace tc::detail
