// tensacode/codec/leaves.hpp -- from objects to columns and back, synthesized from the type.
// Layer 4. `codec<T>` is the extension point: three static functions that describe a type as
// nodes, append an object to columns, and take one back out. Start reading at the generic
// definition at the end; a specialization for a type of your own has the same three members.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/columns.hpp>
#include <tensacode/codec/node.hpp>
#include <tensacode/core/error.hpp>
#include <tensacode/reflect/offender.hpp>
#include <tensacode/reflect/reflect.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc {

template <class T>
struct codec;

namespace detail {

/// The path of a child: `home` + `street` is `home.street`, `scores` + `[]` is `scores[]`.
std::string child_path(const std::string& parent, const std::string& field);

template <class T>
codec_node describe_child(const std::string& parent_path, std::string field) {
  codec_node node = codec<T>::describe(child_path(parent_path, field));
  node.field = std::move(field);
  return node;
}

/// Describes a field. Its attributes may narrow the range of its numbers.
template <class T, std::size_t I>
codec_node describe_field(const std::string& parent_path) {
  codec_node node = describe_child<field_type<T, I>>(parent_path, std::string(field_names<T>()[I]));
  if constexpr (has_attribute<range, T, I>) {
    const auto bound = [](auto& child) {
      if (child.kind != node_kind::number) return;
      child.least = std::max(child.least, attribute_of<range, T, I>.least);
      child.greatest = std::min(child.greatest, attribute_of<range, T, I>.greatest);
    };
    for_each_node(node, bound);
  }
  return node;
}

template <class T>
inline constexpr bool is_plain_leaf =
    kind_of<T> == kind::boolean || kind_of<T> == kind::integer || kind_of<T> == kind::floating ||
    kind_of<T> == kind::enumeration || kind_of<T> == kind::duration ||
    kind_of<T> == kind::time_point;

/// A leaf without a value: what an optional leaf appends for nullopt.
template <class T>
void append_absent(columns& c) {
  ++c.instances;
  if constexpr (kind_of<T> == kind::boolean || kind_of<T> == kind::enumeration)
    c.indices.push_back(-1);
  else
    c.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
}
template <class T>
bool is_absent(const columns& c) {
  if constexpr (kind_of<T> == kind::boolean || kind_of<T> == kind::enumeration)
    return c.indices[c.taken] < 0;
  else
    return std::isnan(c.numbers[c.taken]);
}

/// A decoded number as the nearest value of an arithmetic type.
template <class Number>
Number nearest(double x) {
  if constexpr (std::is_floating_point_v<Number>)
    return static_cast<Number>(x);
  else {
    if (std::isnan(x)) return Number{};
    const double rounded = std::nearbyint(x);
    // The casts of the bounds round away from the type's range for 64-bit integers, hence >=, <=.
    if (rounded >= static_cast<double>(std::numeric_limits<Number>::max()))
      return std::numeric_limits<Number>::max();
    if (rounded <= static_cast<double>(std::numeric_limits<Number>::lowest()))
      return std::numeric_limits<Number>::lowest();
    return static_cast<Number>(rounded);
  }
}

/// Converts durations and time points, which are learned as numbers of seconds.
template <class T>
inline constexpr double seconds_a_tick =
    static_cast<double>(T::period::num) / static_cast<double>(T::period::den);

/// Number of children of an array, tuple or variant, and their types.
template <class T>
consteval std::size_t static_arity() {
  if constexpr (kind_of<T> == kind::array)
    return array_extent<T>;
  else if constexpr (kind_of<T> == kind::variant)
    return std::variant_size_v<T>;
  else
    return std::tuple_size_v<T>;
}

template <class T, class... Above>
consteval bool contains_itself(type_stack<Above...> = {}) {
  bool found = false;
  if constexpr (is_on_stack<T, Above...>)
    return true;
  else
    for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
      found = found || contains_itself<Child>(type_stack<T, Above...>{});
    });
  return found;
}

/// The type that a container's emplace or push_back takes: its value_type, for maps with a key that
/// is not const.
template <class T>
struct element_of {
  using type = typename T::value_type;
};
template <class T>
  requires(kind_of<T> == kind::map)
struct element_of<T> {
  using type = std::pair<typename T::key_type, typename T::mapped_type>;
};

/// The codec of every kind of type the library knows.
template <class T>
struct synthesized_codec {
  static constexpr kind k = kind_of<T>;

  static codec_node describe(const std::string& path) {
    codec_node node;
    node.path = path;
    if constexpr (k == kind::boolean) {
      node.kind = node_kind::category;
      node.categories = {"false", "true"};
    } else if constexpr (k == kind::enumeration) {
      node.kind = node_kind::category;
      for (const auto& name : enum_names<T>()) node.categories.emplace_back(name);
      TC_CHECK(!node.categories.empty(), argument_error,
               "field '{}': enum {} has no enumerators that reflection finds", path,
               type_name<T>());
    } else if constexpr (k == kind::integer || k == kind::floating) {
      node.kind = node_kind::number;
      node.integral = k == kind::integer;
      node.least = static_cast<double>(std::numeric_limits<T>::lowest());
      node.greatest = static_cast<double>(std::numeric_limits<T>::max());
    } else if constexpr (k == kind::duration || k == kind::time_point) {
      using rep = typename T::rep;
      node.kind = node_kind::number;  // of seconds
      node.least =
          detail::seconds_a_tick<T> * static_cast<double>(std::numeric_limits<rep>::lowest());
      node.greatest =
          detail::seconds_a_tick<T> * static_cast<double>(std::numeric_limits<rep>::max());
    } else if constexpr (k == kind::text) {
      node.kind = node_kind::text;
    } else if constexpr (holder<T>) {
      using value = held_type<T>;
      if constexpr (detail::is_plain_leaf<value>) {
        node = codec<value>::describe(path);
        node.absent_allowed = true;
      } else {
        node.kind = node_kind::optional;
        // An optional in an optional needs a path of its own: blocks are named by paths.
        node.children.push_back(
            detail::describe_child<value>(path, holder<value> ? "[value]" : ""));
      }
    } else if constexpr (k == kind::sequence || k == kind::set || k == kind::map) {
      node.kind = node_kind::sequence;
      node.children.push_back(
          detail::describe_child<typename detail::element_of<T>::type>(path, "[]"));
    } else if constexpr (k == kind::record) {
      node.kind = node_kind::record;
      detail::with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
        (node.children.push_back(detail::describe_field<T, I>(path)), ...);
      });
    } else if constexpr (k == kind::array) {
      node.kind = node_kind::record;
      for (std::size_t i = 0; i < detail::array_extent<T>; ++i)
        node.children.push_back(
            detail::describe_child<detail::array_element<T>>(path, format("[{}]", i)));
    } else {
      node.kind = k == kind::variant ? node_kind::alternatives : node_kind::record;
      std::size_t position = 0;
      detail::for_each_child_type<T>([&]<class Child>(std::string_view, std::type_identity<Child>) {
        node.children.push_back(detail::describe_child<Child>(path, format("[{}]", position++)));
      });
    }
    return node;
  }

  static void append(const T& object, columns& c) {
    ++c.instances;
    if constexpr (k == kind::boolean) {
      c.indices.push_back(object ? 1 : 0);
    } else if constexpr (k == kind::enumeration) {
      const auto index = enum_index(object);
      c.indices.push_back(index ? static_cast<std::int32_t>(*index) : -1);
    } else if constexpr (k == kind::integer || k == kind::floating) {
      c.numbers.push_back(static_cast<double>(object));
    } else if constexpr (k == kind::duration) {
      c.numbers.push_back(detail::seconds_a_tick<T> * static_cast<double>(object.count()));
    } else if constexpr (k == kind::time_point) {
      --c.instances;  // the duration counts itself
      codec<typename T::duration>::append(object.time_since_epoch(), c);
    } else if constexpr (k == kind::text) {
      c.texts.push_back(object);
    } else if constexpr (holder<T>) {
      using value = held_type<T>;
      if constexpr (detail::is_plain_leaf<value>) {
        --c.instances;  // the leaf counts itself
        if (object)
          codec<value>::append(*object, c);
        else
          detail::append_absent<value>(c);
      } else {
        c.indices.push_back(object ? 1 : 0);
        if (object) codec<value>::append(*object, c.children[0]);
      }
    } else if constexpr (k == kind::sequence || k == kind::set || k == kind::map) {
      using element = typename detail::element_of<T>::type;
      for (const auto& item : object) codec<element>::append(element(item), c.children[0]);
      c.offsets.push_back(static_cast<std::uint32_t>(c.children[0].instances));
    } else if constexpr (k == kind::variant) {
      c.indices.push_back(static_cast<std::int32_t>(object.index()));
      for_each_alternative([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        if (object.index() == I)
          codec<std::variant_alternative_t<I, T>>::append(std::get<I>(object), c.children[I]);
      });
    } else {
      for_each_member(object, [&](std::size_t i, const auto& member) {
        codec<std::remove_cvref_t<decltype(member)>>::append(member, c.children[i]);
      });
    }
  }

  static void take(columns& c, T& object) {
    if constexpr (k == kind::boolean) {
      object = c.indices[c.taken] == 1;
    } else if constexpr (k == kind::enumeration) {
      const auto index = c.indices[c.taken];
      object = enum_values<T>()[index < 0 ? 0 : static_cast<std::size_t>(index)];
    } else if constexpr (k == kind::integer || k == kind::floating) {
      object = detail::nearest<T>(c.numbers[c.taken]);
    } else if constexpr (k == kind::duration) {
      object = T(detail::nearest<typename T::rep>(c.numbers[c.taken] / detail::seconds_a_tick<T>));
    } else if constexpr (k == kind::time_point) {
      object = T(typename T::duration(
          detail::nearest<typename T::rep>(c.numbers[c.taken] / detail::seconds_a_tick<T>)));
    } else if constexpr (k == kind::text) {
      object = c.texts[c.taken];
    } else if constexpr (holder<T>) {
      using value = held_type<T>;
      if constexpr (detail::is_plain_leaf<value>) {
        if (detail::is_absent<value>(c)) {
          object.reset();
        } else {
          codec<value>::take(c, emplace_held(object));
          --c.taken;  // the leaf counted itself
        }
      } else if (c.indices[c.taken] == 1) {
        codec<value>::take(c.children[0], emplace_held(object));
      } else {
        object.reset();
      }
    } else if constexpr (k == kind::sequence || k == kind::set || k == kind::map) {
      object.clear();
      for (auto i = c.offsets[c.taken]; i < c.offsets[c.taken + 1]; ++i) {
        typename detail::element_of<T>::type item{};
        codec<decltype(item)>::take(c.children[0], item);
        object.insert(object.end(), std::move(item));
      }
    } else if constexpr (k == kind::variant) {
      for_each_alternative([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        if (c.indices[c.taken] == static_cast<std::int32_t>(I))
          codec<std::variant_alternative_t<I, T>>::take(c.children[I],
                                                        object.template emplace<I>());
      });
    } else {
      for_each_member(object, [&](std::size_t i, auto& member) {
        codec<std::remove_cvref_t<decltype(member)>>::take(c.children[i], member);
      });
    }
    ++c.taken;
  }

 private:
  template <class Object, class F>
  static void for_each_member(Object& object, const F& f) {
    std::size_t i = 0;
    if constexpr (k == kind::record)
      detail::for_each_active_field(object, [&](auto, auto& member) { f(i++, member); });
    else if constexpr (k == kind::array)
      for (auto& member : object) f(i++, member);
    else
      std::apply([&](auto&... member) { (f(i++, member), ...); }, object);
  }
  template <class F>
  static void for_each_alternative(const F& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<detail::static_arity<T>()>{});
  }
};

/// A type for which the user has specialized `codec`.
template <class T>
inline constexpr bool has_own_codec = !requires { codec<T>::is_synthesized; };

template <class T>
struct codec_takes : std::bool_constant<has_own_codec<T> || (kind_of<T> != kind::opaque &&
                                                             kind_of<T> != kind::tensor)> {
  static constexpr bool stops = has_own_codec<T>;
};

namespace error {

template <class Offender>
struct type_has_no_codec {
  static_assert(is_acceptable<Offender>,
                "tensacode[C01] encode: the type has no codec. Fix: TC_REFLECT it, specialize "
                "tc::codec for it, or leave it out with TC_FIELD(Type, field, tc::ignore).");
};
template <class T>
struct type_contains_itself {
  static_assert(is_acceptable<T>,
                "tensacode[C02] encode: a type that contains itself has no fixed network. Fix: "
                "TC_FIELD(Type, field, tc::ignore) for the recursive field.");
};

}  // namespace error

template <class T>
inline constexpr bool has_codec =
    !is_offender<offender_in<codec_takes, T>> && !contains_itself<T>();

/// The codec of a type that has none: its instantiation is a compile error that says why.
template <class T>
consteval auto missing_codec_reason() {
  using offender = offender_in<codec_takes, T>;
  if constexpr (is_offender<offender>)
    return std::type_identity<error::type_has_no_codec<offender>>{};
  else
    return std::type_identity<error::type_contains_itself<T>>{};
}
template <class T>
using missing_codec = typename decltype(missing_codec_reason<T>())::type;

}  // namespace detail

/// Converts between objects of a type and columns of numbers. Specialize it for a type that the
/// library does not support:
///   describe(path)      the node tree of the type; the root node's path is `path`
///   append(object, c)   appends one instance to columns made for that tree
///   take(c, object)     reads instance `c.taken` into object, and increments `c.taken`
template <class T>
struct codec {
  static constexpr bool is_synthesized = true;

  static codec_node describe(const std::string& path) {
    if constexpr (detail::has_codec<T>) {
      return detail::synthesized_codec<T>::describe(path);
    } else {
      static_cast<void>(sizeof(detail::missing_codec<T>));
      return {};
    }
  }
  static void append(const T& object, columns& c) {
    if constexpr (detail::has_codec<T>) detail::synthesized_codec<T>::append(object, c);
  }
  static void take(columns& c, T& object) {
    if constexpr (detail::has_codec<T>) detail::synthesized_codec<T>::take(c, object);
  }
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/codec/compiled/leaves.hpp>
#endif
