// tensacode/reflect/schema.hpp -- a type described at run time, and its hash.
// Layer 1. The hash covers kinds, field names and enumerators. It does not use the compiler's
// spelling of standard templates, so g++ and clang compute the same hash.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/hash.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/enums.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tc {

/// The name of a kind, as used in messages and hashes.
constexpr std::string_view kind_name(kind k) {
  switch (k) {
    case kind::boolean:
      return "boolean";
    case kind::integer:
      return "integer";
    case kind::floating:
      return "floating";
    case kind::enumeration:
      return "enumeration";
    case kind::text:
      return "text";
    case kind::duration:
      return "duration";
    case kind::time_point:
      return "time_point";
    case kind::tensor:
      return "tensor";
    case kind::optional:
      return "optional";
    case kind::pointer:
      return "pointer";
    case kind::variant:
      return "variant";
    case kind::array:
      return "array";
    case kind::tuple:
      return "tuple";
    case kind::sequence:
      return "sequence";
    case kind::set:
      return "set";
    case kind::map:
      return "map";
    case kind::record:
      return "record";
    case kind::opaque:
      return "opaque";
  }
  return "opaque";
}

/// A type as a tree. The children are the fields of a record, the alternatives of a variant, the
/// members of a tuple, or the element of a container. `role` says which of these a child is.
struct type_schema {
  std::string role;  ///< the name of a field, "element", "alternative" or "member"
  kind node = kind::opaque;
  std::string name;                      ///< for records and enums, else empty
  std::vector<std::string> enumerators;  ///< for enums, else empty
  std::vector<type_schema> children;
};

namespace detail {

template <class T>
constexpr std::size_t array_extent = 0;
template <class T, std::size_t N>
constexpr std::size_t array_extent<T[N]> = N;
template <class T, std::size_t N>
constexpr std::size_t array_extent<std::array<T, N>> = N;

template <class T>
using array_element = std::remove_cvref_t<decltype(std::declval<T&>()[0])>;

/// Calls `f(name, std::type_identity<Child>)` for each child of a type, except ignored fields. Does
/// not descend. If `f` descends itself, it must stop at recursive types.
template <class T, class F>
constexpr void for_each_child_type(F&& f) {
  constexpr kind k = kind_of<T>;
  if constexpr (k == kind::record) {
    with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(fields_of<T>::names[I], std::type_identity<field_type<T, I>>{}), ...);
    });
  } else if constexpr (k == kind::optional || k == kind::sequence || k == kind::set ||
                       k == kind::map) {
    f(std::string_view("element"), std::type_identity<std::remove_cv_t<typename T::value_type>>{});
  } else if constexpr (k == kind::pointer) {
    f(std::string_view("element"), std::type_identity<held_type<T>>{});
  } else if constexpr (k == kind::array) {
    f(std::string_view("element"), std::type_identity<array_element<T>>{});
  } else if constexpr (k == kind::variant) {
    [&]<class... A>(std::type_identity<std::variant<A...>>) {
      (f(std::string_view("alternative"), std::type_identity<A>{}), ...);
    }(std::type_identity<T>{});
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(std::string_view("member"),
         std::type_identity<std::remove_cvref_t<std::tuple_element_t<I, T>>>{}),
       ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  }
}

template <class... Types>
struct type_stack {};
template <class T, class... Types>
inline constexpr bool is_on_stack = (std::is_same_v<T, Types> || ...);

/// `Above` holds the types being hashed. If a type contains itself, the inner occurrence adds its
/// depth to the hash.
template <class T, class... Above>
constexpr std::uint64_t hash_type(type_stack<Above...> = {}) {
  std::uint64_t state = fnv1a(kind_name(kind_of<T>));
  const auto combine = [&state](std::uint64_t other) { state = mix64(state ^ mix64(other)); };
  if constexpr (kind_of<T> == kind::enumeration) {
    for (const auto& name : enum_names<T>()) combine(fnv1a(name));
  } else if constexpr (kind_of<T> == kind::integer || kind_of<T> == kind::floating) {
    combine(sizeof(T) * 2 + (std::is_signed_v<T> ? 1 : 0));
  } else if constexpr (kind_of<T> == kind::duration) {
    combine(hash_type<typename T::rep>());
    combine(static_cast<std::uint64_t>(T::period::num));
    combine(static_cast<std::uint64_t>(T::period::den));
  } else if constexpr (kind_of<T> == kind::time_point) {
    combine(hash_type<typename T::duration>());
  } else if constexpr (eigen_array<T>) {
    combine(hash_type<typename T::Scalar>());
    combine(static_cast<std::uint64_t>(T::RowsAtCompileTime));
    combine(static_cast<std::uint64_t>(T::ColsAtCompileTime));
  } else if constexpr (xtensor_array<T>) {
    combine(hash_type<typename T::value_type>());
  } else if constexpr (is_on_stack<T, Above...>) {
    combine(sizeof...(Above));
  } else {
    if constexpr (kind_of<T> == kind::array) combine(array_extent<T>);
    for_each_child_type<T>([&]<class Child>(std::string_view name, std::type_identity<Child>) {
      combine(fnv1a(name));
      combine(hash_type<Child>(type_stack<T, Above...>{}));
    });
  }
  return state;
}

template <class T, class... Above>
type_schema describe_type(type_stack<Above...> = {}) {
  type_schema description;
  description.node = kind_of<T>;
  if constexpr (kind_of<T> == kind::enumeration || kind_of<T> == kind::record)
    description.name = std::string(type_name<T>());
  if constexpr (kind_of<T> == kind::enumeration)
    for (const auto& name : enum_names<T>()) description.enumerators.emplace_back(name);
  if constexpr (!is_on_stack<T, Above...>)
    for_each_child_type<T>([&]<class Child>(std::string_view name, std::type_identity<Child>) {
      description.children.push_back(describe_type<Child>(type_stack<T, Above...>{}));
      description.children.back().role = std::string(name);
    });
  return description;
}

}  // namespace detail

/// Describes `T` as a tree. If a record contains itself, the inner occurrence has no children.
template <class T>
type_schema schema() {
  return detail::describe_type<T>();
}

/// A hash that changes if a kind, a field name, an enumerator or the width of a number changes.
template <class T>
constexpr std::uint64_t schema_hash() {
  return detail::hash_type<T>();
}

}  // namespace tc
