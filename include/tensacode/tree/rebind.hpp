// tensacode/tree/rebind.hpp -- the type of the same tree over another number type.
// Layer 2. `Body<double>` becomes `Body<var>`, `std::vector<Body<double>>` becomes
// `std::vector<Body<var>>`: containers and class templates are rebuilt around their arguments.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/reflect/reflect.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc {

/// Specialised to true for types that hold numbers of their own and are leaves of a tree of
/// numbers though they are no arithmetic types: matrices, variables.
template <class T>
inline constexpr bool is_number_container = false;

/// A leaf that gradients have: a floating-point number or a container of them.
template <class T>
concept number_leaf = std::floating_point<T> || is_number_container<T>;

namespace detail {

// `Map::template to<Leaf>` names the image of a number leaf. A map may also name the image of a
// type that is no template, `Map::template whole<T>`; without it such a type stays what it is.
template <class T, class Map>
struct image_of_whole {
  using type = T;
};
template <class T, class Map>
  requires requires { typename Map::template whole<T>; }
struct image_of_whole<T, Map> {
  using type = typename Map::template whole<T>;
};

template <class T, class Map>
struct rebind {
  using type = typename image_of_whole<T, Map>::type;
};

template <number_leaf T, class Map>
struct rebind<T, Map> {
  using type = typename Map::template to<T>;
};

template <template <class...> class Template, class... Arguments, class Map>
  requires(!number_leaf<Template<Arguments...>>)
struct rebind<Template<Arguments...>, Map> {
  // An argument list in which nothing changes keeps its type, defaulted arguments included;
  // otherwise arguments that follow from the first ones (allocators) are left to their defaults.
  static constexpr bool changes =
      (!std::is_same_v<Arguments, typename rebind<Arguments, Map>::type> || ...);
  static consteval auto rebuilt() {
    using T = Template<Arguments...>;
    if constexpr (!changes)
      return std::type_identity<T>{};
    else if constexpr (kind_of<T> == kind::sequence) {
      using element = typename rebind<typename T::value_type, Map>::type;
      return std::type_identity<Template<element>>{};
    } else if constexpr (kind_of<T> == kind::map) {
      // Keys stay, and with them what orders or hashes them.
      using mapped = typename rebind<typename T::mapped_type, Map>::type;
      if constexpr (requires { typename T::hasher; })
        return std::type_identity<
            Template<typename T::key_type, mapped, typename T::hasher, typename T::key_equal>>{};
      else if constexpr (requires { typename T::key_compare; })
        return std::type_identity<
            Template<typename T::key_type, mapped, typename T::key_compare>>{};
      else
        return std::type_identity<Template<typename T::key_type, mapped>>{};
    } else if constexpr (kind_of<T> == kind::set)
      return std::type_identity<T>{};  // keys are not differentiated
    else
      return std::type_identity<Template<typename rebind<Arguments, Map>::type...>>{};
  }
  using type = typename decltype(rebuilt())::type;
};

template <class T, std::size_t N, class Map>
struct rebind<std::array<T, N>, Map> {
  using type = std::array<typename rebind<T, Map>::type, N>;
};

/// What a shared_ptr<const T> holds.
template <class T, class Map>
struct rebind<const T, Map> {
  using type = const typename rebind<T, Map>::type;
};

}  // namespace detail

/// The image of `T` when every number leaf `L` becomes `Map::template to<L>`.
template <class T, class Map>
using rebind_t = typename detail::rebind<T, Map>::type;

namespace detail {

/// Whether a type holds floating-point numbers that `rebind` does not reach: a struct that is no
/// template over its number type. Descends as far as rebinding does.
template <class T, class... Above>
consteval bool has_fixed_numbers(type_stack<Above...> = {}) {
  if constexpr (number_leaf<T> || is_on_stack<T, Above...>)
    return number_leaf<T>;
  else {
    bool found = false;
    for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
      found = found || has_fixed_numbers<Child>(type_stack<T, Above...>{});
    });
    return found;
  }
}

}  // namespace detail
}  // namespace tc
