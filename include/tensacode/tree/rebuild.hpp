// tensacode/tree/rebuild.hpp -- walks over the numbers of one object, or of several in lock step.
// Layer 2. The functions of this folder pass a function for the number leaves to one of two walks:
// `visit_numbers` reads one object, and `rebuild_node` makes an object from one or more.
//
// The order of the numbers is that of the fields, elements and members, and in a map that of the
// keys. If a map has no order, keys that are integers, enums or texts are sorted, and other keys
// are ordered by their hash. So two equal objects have the same order. Fields with `tc::ignore` are
// skipped: their numbers do not count as numbers of the tree.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/tensor/tensor.hpp>
#include <tensacode/tree/compare.hpp>
#include <tensacode/tree/hash.hpp>
#include <tensacode/tree/rebind.hpp>
#include <tensacode/tree/trail.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc {

/// Matrices of floating-point numbers or variables are leaves. Matrices of integers are not.
template <eigen_plain T>
inline constexpr bool is_number_container<T> = number_leaf<typename T::Scalar>;

namespace detail {

/// Whether objects of the type are copied as a whole: they hold no numbers and can be copied.
template <class T, class... Above>
consteval bool find_copied(type_stack<Above...> = {}) {
  if constexpr (is_on_stack<T, Above...>) {
    return true;
  } else if constexpr (number_leaf<T> || (!std::is_array_v<T> && !std::is_copy_assignable_v<T>)) {
    return false;
  } else {
    bool copied = true;
    for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
      copied = copied && (std::is_const_v<Child> || kind_of<T> == kind::map ||
                          find_copied<Child>(type_stack<T, Above...>{}));
    });
    if constexpr (kind_of<T> == kind::map)
      copied = copied && find_copied<typename T::mapped_type>(type_stack<T, Above...>{});
    return copied;
  }
}
template <class T>
inline constexpr bool is_copied = find_copied<T>();

/// Whether the `I`-th field is skipped. An attribute belongs to one instance of a template, so all
/// objects of a lock step are checked.
template <std::size_t I, class... Records>
inline constexpr bool is_passed_by = (is_ignored<Records, I> || ...);

template <class Key>
consteval bool has_sorted_keys() {
  return kind_of<Key> == kind::integer || kind_of<Key> == kind::enumeration ||
         kind_of<Key> == kind::text;
}

/// The entries of a map, in the order described at the top of this file.
template <class Map>
auto entries_in_order(const Map& map) {
  using key = typename Map::key_type;
  std::vector<const typename Map::value_type*> entries;
  entries.reserve(map.size());
  for (const auto& each : map) entries.push_back(std::addressof(each));
  // Equal keys keep their order. (Not std::stable_sort: that of libstdc++ 12 causes warnings in
  // clang.)
  [[maybe_unused]] const auto sort_by = [&entries](const auto& rank) {
    std::vector<std::size_t> order(entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&rank](std::size_t a, std::size_t b) {
      return rank(a) < rank(b) || (!(rank(b) < rank(a)) && a < b);
    });
    const auto as_found = entries;
    for (std::size_t i = 0; i < order.size(); ++i) entries[i] = as_found[order[i]];
  };
  if constexpr (without_order<Map> && has_sorted_keys<key>()) {
    sort_by([&](std::size_t i) -> const key& { return entries[i]->first; });
  } else if constexpr (without_order<Map> && !is_offender<offender_in<compare_takes, key>>) {
    std::vector<std::uint64_t> hashes;
    hashes.reserve(entries.size());
    for (const auto* each : entries) hashes.push_back(tc::hash(each->first));
    sort_by([&](std::size_t i) { return hashes[i]; });
  }
  return entries;
}

/// Calls `f` with `std::integral_constant<std::size_t, I>` for I below `count`.
template <std::size_t count, class F>
void for_each_index(const F& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }(std::make_index_sequence<count>{});
}

/// Calls `leaf(trail, number leaf)` for every number leaf. Throws `argument_error` if the object
/// contains itself.
template <class T, class Leaf>
void visit_numbers(const trail& at, const T& object, const Leaf& leaf) {
  constexpr kind k = kind_of<T>;
  if constexpr (number_leaf<T>) {
    leaf(at, object);
  } else if constexpr (is_copied<T>) {
    // It holds no numbers.
  } else if constexpr (k == kind::record) {
    for_each_index<field_count<T>>([&](auto i) {
      if constexpr (!is_passed_by<i, T>)
        visit_numbers(trail(at, field_names<T>()[i],
                            has_attribute<std::remove_const_t<decltype(frozen)>, T, i>),
                      fields_of<T>::template get<i>(object), leaf);
    });
  } else if constexpr (k == kind::sequence) {
    std::size_t position = 0;
    for (const auto& element : object) visit_numbers(trail(at, position++), element, leaf);
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<T>; ++i) visit_numbers(trail(at, i), object[i], leaf);
  } else if constexpr (k == kind::optional) {
    if (object) visit_numbers(at, *object, leaf);
  } else if constexpr (k == kind::pointer) {
    if (!object) return;
    const held_object held = at.enter(*object);
    visit_numbers(trail(at, held), *object, leaf);
  } else if constexpr (k == kind::tuple) {
    for_each_index<std::tuple_size_v<T>>(
        [&](auto i) { visit_numbers(trail(at, i), std::get<i>(object), leaf); });
  } else if constexpr (k == kind::map) {
    std::size_t position = 0;
    for (const auto* entry : entries_in_order(object))
      visit_numbers(trail(at, entry->first, position++), entry->second, leaf);
  } else if constexpr (k == kind::variant) {
    if (!object.valueless_by_exception())
      std::visit([&](const auto& held) { visit_numbers(at, held, leaf); }, object);
  }
}

/// Throws `shape_error` with the path and both values if they differ. `other` is the number of the
/// second object.
template <class Value>
void check_agreement(const trail& at, std::size_t other, std::string_view pattern,
                     const Value& first, const Value& second) {
  if (first == second) return;
  throw shape_error(format("{}: {} {} in the first object, {} in object {}", at.caller(),
                           at.quoted(), format(pattern, first), second, other));
}

/// Compares the value of the first object with that of each other object.
template <class Value, class... Values>
void check_agreements(const trail& at, [[maybe_unused]] std::string_view pattern,
                      const Value& first, const Values&... others) {
  [[maybe_unused]] std::size_t other = 2;
  (check_agreement<Value>(at, other++, pattern, first, others), ...);
}

template <class A, class B>
bool same_key(const A& a, const B& b) {
  if constexpr (has_sorted_keys<A>())
    return a == b;
  else if constexpr (!is_offender<offender_in<compare_takes, A>>)
    return tc::equal(a, b);
  else
    return a == b;
}

/// Copies an ignored field to a field of another number type, if the value can be converted.
template <class To, class From>
void carry_over(To& to, const From& from) {
  if constexpr (std::is_same_v<To, From>) {
    to = from;
  } else if constexpr (eigen_plain<From> && eigen_plain<To>) {
    to.resize(from.rows(), from.cols());
    for (Eigen::Index i = 0; i < from.size(); ++i) carry_over(to.data()[i], from.data()[i]);
  } else if constexpr (!eigen_plain<From> && requires { from.value(); }) {
    to = from.value();
  } else if constexpr (!eigen_plain<To> && std::is_constructible_v<To, const From&>) {
    to = To(from);
  }
}

template <class Leaf, class To, class From, class... Others>
void rebuild_node(const trail& at, const Leaf& leaf, To& to, const From& from,
                  const Others&... others);

template <class Leaf, class To, class From, class... Others>
void rebuild_fields(const trail& at, const Leaf& leaf, To& to, const From& from,
                    const Others&... others) {
  for_each_index<field_count<From>>([&](auto i) {
    const trail inside(at, field_names<From>()[i], false);
    auto& target = fields_of<To>::template get<i>(to);
    const auto& field = fields_of<From>::template get<i>(from);
    if constexpr (is_passed_by<i, From, To, Others...>)
      rebuild_node(
          inside, [](const trail&, auto& b, const auto& a) { carry_over(b, a); }, target, field);
    else
      rebuild_node(inside, leaf, target, field, fields_of<Others>::template get<i>(others)...);
  });
}

template <class Leaf, class To, class From, class... Others>
void rebuild_sequence(const trail& at, const Leaf& leaf, To& to, const From& from,
                      const Others&... others) {
  check_agreements(at, "has {} elements", from.size(), others.size()...);
  to.resize(from.size());
  [&](auto target, auto... other) {
    std::size_t position = 0;
    for (const auto& element : from) {
      const trail inside(at, position++);
      if constexpr (std::is_reference_v<decltype(*target)>) {
        rebuild_node(inside, leaf, *target, element, *other...);
      } else {  // std::vector<bool> has no references to elements
        typename To::value_type value{};
        rebuild_node(inside, leaf, value, element, *other...);
        *target = value;
      }
      ++target;
      (++other, ...);
    }
  }(to.begin(), others.begin()...);
}

/// Throws `shape_error` if the keys at `position` differ in two maps.
template <class Key, class OtherKey>
void check_keys(const trail& at, std::size_t other, std::size_t position, const Key& key,
                const OtherKey& other_key) {
  if (same_key(key, other_key)) return;
  throw shape_error(format("{}: {} has the key {} in the first object, {} in object {}",
                           at.caller(), at.quoted(), trail(at, key, position).quoted(),
                           trail(at, other_key, position).quoted(), other));
}

template <class Leaf, class To, class From, class... Others>
void rebuild_map(const trail& at, const Leaf& leaf, To& to, const From& from,
                 const Others&... others) {
  check_agreements(at, "has {} keys", from.size(), others.size()...);
  to.clear();
  const auto entries = entries_in_order(from);
  [&](const auto&... other) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto& key = entries[i]->first;
      [[maybe_unused]] std::size_t number = 2;
      (check_keys(at, number++, i, key, other[i]->first), ...);
      typename To::mapped_type value{};
      rebuild_node(trail(at, key, i), leaf, value, entries[i]->second, other[i]->second...);
      to.emplace(key, std::move(value));
    }
  }(entries_in_order(others)...);
}

template <class Leaf, class To, class From, class... Others>
void rebuild_variant(const trail& at, const Leaf& leaf, To& to, const From& from,
                     const Others&... others) {
  if (from.valueless_by_exception())
    throw argument_error(format("{}: {} is a variant that lost its value to an exception",
                                at.caller(), at.quoted()));
  check_agreements(at, "holds alternative {}", from.index(), others.index()...);
  for_each_index<std::variant_size_v<From>>([&](auto i) {
    if (from.index() == i)
      rebuild_node(at, leaf, to.template emplace<i>(), std::get<i>(from), std::get<i>(others)...);
  });
}

/// Makes `to` from one or more objects of the same tree; its leaves may have other types.
/// Containers get the same size, and `leaf(trail, to, from, others...)` fills each number leaf. All
/// other parts are copied from the first object. Throws `shape_error` if the objects differ in
/// shape, and `argument_error` if the first contains itself.
template <class Leaf, class To, class From, class... Others>
void rebuild_node(const trail& at, const Leaf& leaf, To& to, const From& from,
                  const Others&... others) {
  constexpr kind k = kind_of<From>;
  if constexpr (number_leaf<From> || number_leaf<To>) {
    leaf(at, to, from, others...);
  } else if constexpr (!std::is_array_v<From> && std::is_same_v<From, To> && is_copied<From>) {
    to = from;
  } else if constexpr (k == kind::record) {
    rebuild_fields(at, leaf, to, from, others...);
  } else if constexpr (k == kind::sequence) {
    rebuild_sequence(at, leaf, to, from, others...);
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<From>; ++i)
      rebuild_node(trail(at, i), leaf, to[i], from[i], others[i]...);
  } else if constexpr (holder<From>) {
    check_agreements(at, "holds {}", std::string_view(from ? "a value" : "nothing"),
                     std::string_view(others ? "a value" : "nothing")...);
    to.reset();
    if (!from) return;
    if constexpr (k == kind::pointer) {
      const held_object held = at.enter(*from);
      rebuild_node(trail(at, held), leaf, emplace_held(to), *from, *others...);
    } else {
      rebuild_node(at, leaf, emplace_held(to), *from, *others...);
    }
  } else if constexpr (k == kind::tuple) {
    for_each_index<std::tuple_size_v<From>>([&](auto i) {
      rebuild_node(trail(at, i), leaf, std::get<i>(to), std::get<i>(from), std::get<i>(others)...);
    });
  } else if constexpr (k == kind::map) {
    rebuild_map(at, leaf, to, from, others...);
  } else if constexpr (k == kind::variant) {
    rebuild_variant(at, leaf, to, from, others...);
  } else if constexpr (std::is_copy_assignable_v<From>) {
    to = from;  // other types were refused, unless the field is ignored
  }
}

/// Calls `rebuild_node` for one object and a function `leaf(from, to)`.
template <class From, class To, class Leaf>
void rebuild(const From& from, To& to, const Leaf& leaf) {
  const held_object root = trail::root(from);
  rebuild_node(
      trail("tree", root), [&](const trail&, auto& b, const auto& a) { leaf(a, b); }, to, from);
}

// --- checks of the types ------------------------------------------------------------------------
template <class T>
struct tree_takes {
  static constexpr bool stops = number_leaf<T> || is_copied<T>;
  static constexpr bool value = kind_of<T> != kind::opaque && std::is_default_constructible_v<T>;
};

namespace error {

template <class Offender>
struct type_cannot_be_rebuilt {
  static_assert(is_acceptable<Offender>,
                "tensacode[T04] tree: the type cannot be made anew. Fix: give it a default "
                "constructor and let it be copied.");
};
template <class Offender>
struct number_type_is_fixed {
  static_assert(is_acceptable<Offender>,
                "tensacode[T02] tree: the new numbers are of a type that the field cannot hold. "
                "Fix: write `template <class Real> struct S { Real x; };`, or keep the number "
                "type.");
};

}  // namespace error

/// The argument `Takes` of `offender_in` for a rebound tree. It is false for a floating-point leaf
/// whose type did not change although the numbers get another type.
template <class Map>
struct reaches_numbers {
  template <class T>
  static consteval bool holds() {
    if constexpr (eigen_plain<T> && number_leaf<T>)
      return holds<typename T::Scalar>();
    else if constexpr (std::floating_point<T>)
      return std::floating_point<typename Map::template to<T>>;
    else
      return true;
  }
  template <class T>
  using takes = std::bool_constant<holds<T>()>;
};

/// The reason why a `To` cannot be made from a `From`: a class whose instantiation reports the
/// error, or `no_offender`.
template <class From, class To, class Map>
consteval auto find_rebuild_problem() {
  using unmade = offender_in<tree_takes, From>;
  using fixed = offender_in<reaches_numbers<Map>::template takes, To>;
  if constexpr (is_offender<unmade>)
    return std::type_identity<error::type_cannot_be_rebuilt<unmade>>{};
  else if constexpr (is_offender<fixed>)
    return std::type_identity<error::number_type_is_fixed<fixed>>{};
  else
    return std::type_identity<no_offender>{};
}
template <class From, class To, class Map>
using rebuild_problem = typename decltype(find_rebuild_problem<From, To, Map>())::type;

/// A `Map` for `rebind_t` that changes nothing.
struct keep_numbers {
  template <class Leaf>
  using to = Leaf;
};

/// The matrix type with `Scalar` as its scalar type.
template <class Matrix, class Scalar>
struct rescaled {
  using type = Matrix;
};
template <class S, int R, int C, int O, int MR, int MC, class Scalar>
struct rescaled<Eigen::Matrix<S, R, C, O, MR, MC>, Scalar> {
  using type = Eigen::Matrix<Scalar, R, C, O, MR, MC>;
};
template <class S, int R, int C, int O, int MR, int MC, class Scalar>
struct rescaled<Eigen::Array<S, R, C, O, MR, MC>, Scalar> {
  using type = Eigen::Array<Scalar, R, C, O, MR, MC>;
};

}  // namespace detail
}  // namespace tc
