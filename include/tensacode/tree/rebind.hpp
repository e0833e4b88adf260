// tensacode/tree/rebind.hpp -- the type of the same tree over another number type.
// Layer 2. `Body<double>` becomes `Body<var>`, and `std::vector<Body<double>>` becomes
// `std::vector<Body<var>>`. Containers and class templates are instantiated with new arguments.
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

/// Specialise this to true for types that hold numbers and are leaves of a tree although they are
/// not arithmetic types, such as matrices and variables.
template <class T>
inline constexpr bool is_number_container = false;

/// A leaf that can have a gradient: a floating-point number or a container of them.
template <class T>
concept number_leaf = std::floating_point<T> || is_number_container<T>;

namespace detail {

// `Map::template to<Leaf>` is the type that replaces a number leaf. A map may also have
// `Map::template whole<T>`, which replaces a type that is not a template. Without it, such a type
// does not change.
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
  // If no argument changes, the type is kept as it is, including defaulted arguments. Otherwise,
  // arguments that depend on the first ones (allocators) get their defaults.
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
      // Keys do not change, so their comparison or hash function is kept.
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

/// For shared_ptr<const T>.
template <class T, class Map>
struct rebind<const T, Map> {
  using type = const typename rebind<T, Map>::type;
};

}  // namespace detail

/// `T` with every number leaf `L` replaced by `Map::template to<L>`.
template <class T, class Map>
using rebind_t = typename detail::rebind<T, Map>::type;

namespace detail {

/// Whether a type holds floating-point numbers. Applied to a type that `rebind` does not change, it
/// tells whether there are numbers that `rebind` cannot reach, as in a struct that is not a
/// template.
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
