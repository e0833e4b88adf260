// tensacode/reflect/holder.hpp -- optionals and pointers, which hold one object or nothing.
// Layer 1. Functions over trees treat both in the same way.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/reflect/kinds.hpp>

#include <type_traits>
#include <utility>

namespace tc {

/// True for std::optional, std::unique_ptr and std::shared_ptr.
template <class T>
concept holder = kind_of<T> == kind::optional || kind_of<T> == kind::pointer;

namespace detail {

template <class T>
struct held {
  using type = typename T::element_type;
};
template <class T>
  requires(kind_of<T> == kind::optional)
struct held<T> {
  using type = typename T::value_type;
};

}  // namespace detail

/// The type that an optional or a pointer holds, without const.
template <holder T>
using held_type = std::remove_cv_t<typename detail::held<std::remove_cv_t<T>>::type>;

/// Puts a new default-constructed object into the holder and returns it.
template <holder T>
held_type<T>& emplace_held(T& place) {
  if constexpr (kind_of<T> == kind::optional) {
    return place.emplace();
  } else {
    auto* const object = new held_type<T>();
    place = T(object);
    return *object;
  }
}

}  // namespace tc
