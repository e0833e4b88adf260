// tensacode/reflect/kinds.hpp -- the kind of node that a type is in the tree of an object.
// Layer 1. Every function over objects selects what to do by `kind_of<T>` alone.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/type_name.hpp>
#include <tensacode/reflect/macro.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>

namespace tc {

/// The kinds of node. The leaves come first; the others have children.
enum class kind {
  boolean,
  integer,
  floating,
  enumeration,
  text,        ///< std::string
  duration,    ///< std::chrono::duration
  time_point,  ///< std::chrono::time_point
  tensor,      ///< Eigen and xtensor arrays: numbers in a regular grid
  optional,    ///< std::optional: nothing, or one child
  pointer,     ///< std::unique_ptr and std::shared_ptr: nothing, or one child
  variant,     ///< std::variant: one of several children
  array,       ///< std::array and C arrays: a fixed number of children of one type
  tuple,       ///< std::pair and std::tuple: a fixed number of unnamed children
  sequence,    ///< std::vector and similar: any number of children of one type, in order
  set,         ///< std::set, std::unordered_set: children of one type, without order
  map,         ///< std::map, std::unordered_map: pairs of key and value
  record,      ///< a reflected struct or class: named children
  opaque,      ///< none of these
};

namespace detail {

template <class T, template <class...> class Template>
inline constexpr bool is_specialization_of = false;
template <template <class...> class Template, class... Arguments>
inline constexpr bool is_specialization_of<Template<Arguments...>, Template> = true;

template <class T>
inline constexpr bool is_array = std::is_bounded_array_v<T>;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class T>
concept container = requires(T c, const T k) {
  typename T::value_type;
  typename T::iterator;
  c.clear();
  { k.size() } -> std::convertible_to<std::size_t>;
  k.begin();
  k.end();
};

// These types are recognised by their members, since including their headers would slow down
// compilation.
template <class T>
concept chrono_duration = requires {
  typename T::rep;
  typename T::period;
  T::period::den;
  T::zero();
} && !requires { typename T::clock; };

template <class T>
concept chrono_time_point = requires(const T t) {
  typename T::clock;
  requires chrono_duration<typename T::duration>;
  t.time_since_epoch();
};

template <class T>
concept eigen_array = requires(T m, const T k) {
  typename T::Scalar;
  T::RowsAtCompileTime;
  T::ColsAtCompileTime;
  requires std::same_as<typename T::PlainObject, T>;
  m.resize(k.rows(), k.cols());
};

template <class T>
concept xtensor_array = requires(T a, const T k) {
  typename T::value_type;
  typename T::shape_type;
  k.dimension();
  k.layout();
  a.resize(k.shape());
};

template <class T>
concept pointer_to_one = requires(const T p) {
  typename T::element_type;
  { *p } -> std::same_as<typename T::element_type&>;
} && !requires(const T p) { p[0]; };
template <class T>
concept shared_pointer = pointer_to_one<T> && requires(const T p) {
  typename T::weak_type;
  p.use_count();
};
/// Only a pointer with the default deleter counts, since readers create objects with `new`.
template <class T>
concept unique_pointer = pointer_to_one<T> && requires(T p) {
  p.release();
  requires qualified_type_name<typename T::deleter_type>().starts_with("std::default_delete<");
};

template <class T>
concept has_field_list = requires { tc_fields(tag<T>{}); };

template <class T>
concept described_class = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
consteval kind find_kind() {
  if constexpr (std::same_as<T, bool>)
    return kind::boolean;
  else if constexpr (std::is_integral_v<T>)
    return kind::integer;
  else if constexpr (std::is_floating_point_v<T>)
    return kind::floating;
  else if constexpr (std::is_enum_v<T>)
    return kind::enumeration;
  else if constexpr (std::same_as<T, std::string>)
    return kind::text;
  else if constexpr (is_array<T>)
    return kind::array;
  else if constexpr (!std::is_class_v<T>)
    return kind::opaque;
  else if constexpr (is_specialization_of<T, std::optional>)
    return kind::optional;
  else if constexpr (shared_pointer<T> || unique_pointer<T>)
    return kind::pointer;
  else if constexpr (is_specialization_of<T, std::variant>)
    return kind::variant;
  else if constexpr (is_specialization_of<T, std::pair> || is_specialization_of<T, std::tuple>)
    return kind::tuple;
  else if constexpr (has_field_list<T> || described_class<T>)
    return kind::record;
  else if constexpr (chrono_duration<T>)
    return kind::duration;
  else if constexpr (chrono_time_point<T>)
    return kind::time_point;
  else if constexpr (eigen_array<T> || xtensor_array<T>)
    return kind::tensor;
  else if constexpr (container<T>) {
    if constexpr (requires { typename T::mapped_type; })
      return kind::map;
    else if constexpr (requires { typename T::key_type; })
      return kind::set;
    else if constexpr (requires(T c) { c.emplace_back(); })
      return kind::sequence;
    else
      return kind::opaque;
  } else if constexpr (std::is_aggregate_v<T>)
    return kind::record;
  else
    return kind::opaque;
}

}  // namespace detail

/// The kind of `T`, regardless of const and volatile.
template <class T>
inline constexpr kind kind_of = detail::find_kind<std::remove_cv_t<T>>();

/// A class whose fields the library knows: an aggregate, a class with a `TC_REFLECT` field list,
/// or one described by Boost.Describe.
template <class T>
concept reflected = kind_of<std::remove_cvref_t<T>> == kind::record;

/// An enum. Its enumerators are found without registration.
template <class T>
concept reflected_enum = std::is_enum_v<T>;

}  // namespace tc
