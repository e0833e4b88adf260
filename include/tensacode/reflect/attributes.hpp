// tensacode/reflect/attributes.hpp -- what is known about a field beyond its type.
// Layer 1. Write `TC_FIELD(Person, age, tc::range(0, 150), tc::unit("years"))` at namespace scope,
// after the definition of the type. Readers check `range` and `length`, and also accept a name in
// `renamed_from`. Readers, writers and codecs skip fields with `ignore`. Decoders stay inside
// `range`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/fixed_string.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>

#include <array>
#include <cstddef>
#include <source_location>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {

/// The values that a number may take, including both bounds. For optionals and containers it
/// applies to every number inside.
struct range {
  double least, greatest;
  constexpr range(double low, double high) : least(low), greatest(high) {}
};
/// The allowed number of characters (code points) of a text, or of elements of a container,
/// including both bounds.
struct length {
  std::size_t least, greatest;
  constexpr length(std::size_t low, std::size_t high) : least(low), greatest(high) {}
};
/// The unit of a number: "years", "EUR", "m/s".
struct unit {
  std::string_view name;
  constexpr explicit unit(std::string_view text) : name(text) {}
};
/// A description for human readers.
struct doc {
  std::string_view text;
  constexpr explicit doc(std::string_view sentence) : text(sentence) {}
};
/// An older name of the field, which readers also accept.
struct renamed_from {
  std::string_view name;
  constexpr explicit renamed_from(std::string_view old) : name(old) {}
};

namespace detail {

/// An attribute without values. `tc::ignore` and `tc::ignore()` mean the same.
template <fixed_string Name>
struct flag_attribute {
  static constexpr std::string_view name = Name.view();
  constexpr flag_attribute operator()() const { return {}; }
  /// Calling the attribute with an argument calls `call_by_name`, which another folder may define
  /// to give the name a second meaning: `tc::categorical(probabilities)` draws a random category.
  template <class Given>
  auto operator()(const Given& given,
                  std::source_location where = std::source_location::current()) const {
    return call_by_name(*this, given, nullptr, where);
  }
  template <class Given>
  auto operator()(const Given& given, const char* label,
                  std::source_location where = std::source_location::current()) const {
    return call_by_name(*this, given, label, where);
  }
};

}  // namespace detail

/// Marks an integer that is the number of a category, so that its size has no meaning.
inline constexpr detail::flag_attribute<"categorical"> categorical{};
/// Marks an enum or an integer whose order has a meaning, but whose differences do not.
inline constexpr detail::flag_attribute<"ordinal"> ordinal{};
/// Marks a positive number whose ratios mean more than its differences.
inline constexpr detail::flag_attribute<"log_scale"> log_scale{};
/// Marks a field that is not read, not written and not learned from.
inline constexpr detail::flag_attribute<"ignore"> ignore{};
/// Marks a field that the library never changes in edits (patches) and never selects in
/// `partition`.
inline constexpr detail::flag_attribute<"frozen"> frozen{};
/// Marks a field about how an object is expressed, not about its content.
inline constexpr detail::flag_attribute<"style"> style{};

namespace detail {

template <class T>
inline constexpr bool is_attribute = false;
template <fixed_string Name>
inline constexpr bool is_attribute<flag_attribute<Name>> = true;
template <>
inline constexpr bool is_attribute<range> = true;
template <>
inline constexpr bool is_attribute<length> = true;
template <>
inline constexpr bool is_attribute<unit> = true;
template <>
inline constexpr bool is_attribute<doc> = true;
template <>
inline constexpr bool is_attribute<renamed_from> = true;

/// Whether a type is a number, or a tensor, optional, pointer or container of numbers.
template <class T>
consteval bool is_numeric() {
  constexpr kind k = kind_of<T>;
  if constexpr (k == kind::integer || k == kind::floating || k == kind::tensor)
    return true;
  else if constexpr (holder<T>)
    return is_numeric<held_type<T>>();
  else if constexpr (k == kind::sequence || k == kind::set)
    return is_numeric<typename T::value_type>();
  else if constexpr (k == kind::array)
    return is_numeric<std::remove_cvref_t<decltype(std::declval<T&>()[0])>>();
  else
    return false;
}
template <class T>
consteval bool has_length() {
  constexpr kind k = kind_of<T>;
  if constexpr (holder<T>)
    return has_length<held_type<T>>();
  else
    return k == kind::text || k == kind::sequence || k == kind::set || k == kind::map;
}

template <class T, std::size_t I, class... Attributes>
consteval bool suited_attributes() {
  static_assert((is_attribute<Attributes> && ...),
                "tensacode[R07] TC_FIELD: not an attribute. Fix: see reflect/attributes.hpp for "
                "tc::range, tc::length, tc::unit, tc::doc and the others.");
  static_assert(is_numeric<field_type<T, I>>() || !(std::is_same_v<Attributes, range> || ...),
                "tensacode[R08] TC_FIELD: tc::range is for fields of numbers. Fix: remove it, or "
                "use tc::length.");
  static_assert(has_length<field_type<T, I>>() || !(std::is_same_v<Attributes, length> || ...),
                "tensacode[R09] TC_FIELD: tc::length is for text and containers. Fix: remove it, "
                "or use tc::range.");
  return true;
}

/// The result of TC_FIELD: the attributes of a field, checked at compile time.
template <class T, fixed_string Name, class... Attributes>
constexpr auto make_attributes(Attributes... attributes) {
  constexpr std::size_t index = field_index<T>(Name.view());
  constexpr bool exists = index < field_count<T>;
  static_assert(exists,
                "tensacode[R06] TC_FIELD: the type has no field of this name. Fix: see "
                "tc::field_names<T>().");
  if constexpr (exists) static_assert(suited_attributes<T, index, Attributes...>());
  return std::tuple<Attributes...>(attributes...);
}

/// A field's name as a type, so that functions can be overloaded by it.
template <fixed_string Name>
struct field_name {};

template <class T, std::size_t I>
consteval auto field_as_argument() {
  constexpr std::string_view name = field_names<T>()[I];
  char text[name.size() + 1] = {};
  for (std::size_t i = 0; i < name.size(); ++i) text[i] = name[i];
  return fixed_string<name.size() + 1>(text);
}

/// Whether TC_FIELD was used on any field of `T`. Checked once for each type, so that types without
/// attributes compile fast.
template <class T>
concept has_attributes = requires { tc_has_attributes(tag<T>{}); };

template <class T, std::size_t I>
consteval auto find_attributes() {
  if constexpr (has_attributes<T>) {
    using name = field_name<field_as_argument<T, I>()>;
    if constexpr (requires { tc_field_attributes(tag<T>{}, name{}); })
      return tc_field_attributes(tag<T>{}, name{});
    else
      return std::tuple<>{};
  } else {
    return std::tuple<>{};
  }
}

template <class Attribute, class Tuple>
inline constexpr bool tuple_has = false;
template <class Attribute, class... Attributes>
inline constexpr bool tuple_has<Attribute, std::tuple<Attributes...>> =
    (std::is_same_v<Attribute, Attributes> || ...);

}  // namespace detail

/// The attributes of the `I`-th field, as a tuple.
template <class T, std::size_t I>
inline constexpr auto attributes_of = detail::find_attributes<std::remove_cvref_t<T>, I>();

/// Whether the `I`-th field has an attribute of that type: `has_attribute<tc::range, Person, 0>`.
template <class Attribute, class T, std::size_t I>
inline constexpr bool has_attribute =
    detail::tuple_has<Attribute, std::remove_const_t<decltype(attributes_of<T, I>)>>;

/// The attribute of that type. The field must have exactly one.
template <class Attribute, class T, std::size_t I>
  requires has_attribute<Attribute, T, I>
inline constexpr Attribute attribute_of = std::get<Attribute>(attributes_of<T, I>);

/// Whether the `I`-th field has the attribute `tc::ignore`.
template <class T, std::size_t I>
inline constexpr bool is_ignored = has_attribute<std::remove_const_t<decltype(ignore)>, T, I>;

namespace detail {

/// The indices of the fields that are not ignored.
template <class T>
struct active_fields {
  static constexpr std::size_t count = []<std::size_t... I>(std::index_sequence<I...>) {
    return (std::size_t{0} + ... + (is_ignored<T, I> ? 0 : 1));
  }(std::make_index_sequence<field_count<T>>{});
  static constexpr auto positions = []<std::size_t... I>(std::index_sequence<I...>) {
    std::array<std::size_t, count> out{};
    std::size_t next = 0;
    ((is_ignored<T, I> ? void() : void(out[next++] = I)), ...);
    return out;
  }(std::make_index_sequence<field_count<T>>{});
};

/// Calls `f` with the indices of all fields that are not ignored, as one index sequence.
template <class T, class F>
constexpr decltype(auto) with_active_fields(F&& f) {
  if constexpr (!has_attributes<T>)
    return f(std::make_index_sequence<field_count<T>>{});
  else
    return [&]<std::size_t... J>(std::index_sequence<J...>) -> decltype(auto) {
      return f(std::index_sequence<active_fields<T>::positions[J]...>{});
    }(std::make_index_sequence<active_fields<T>::count>{});
}

/// Calls `f(std::integral_constant<I>, field)` for each field that is not ignored.
template <class T, class F>
constexpr void for_each_active_field(T&& object, const F& f) {
  using record = std::remove_cvref_t<T>;
  with_active_fields<record>([&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}, fields_of<record>::template get<I>(object)), ...);
  });
}

}  // namespace detail
}  // namespace tc

/// Write `TC_FIELD(Person, age, tc::range(0, 150), tc::doc("completed years"))` at namespace scope,
/// after `Person` and before any code that reads or writes a `Person`. The attributes are in
/// reflect/attributes.hpp.
#define TC_FIELD(Type, name, ...)                                                        \
  void tc_has_attributes(::tc::detail::tag<Type>);                                       \
  [[maybe_unused]] constexpr auto tc_field_attributes(::tc::detail::tag<Type>,           \
                                                      ::tc::detail::field_name<#name>) { \
    return ::tc::detail::make_attributes<Type, #name>(__VA_ARGS__);                      \
  }
