// tensacode/reflect/fields.hpp -- number, names, types and access of the fields of a record.
// Layer 1. All access goes through `detail::fields_of<T>`. It has three implementations: the field
// list of TC_REFLECT, Boost.Describe, and Boost.PFR for aggregates. PFR in Boost 1.81 has no field
// names, so they are read from the compiler's spelling of a field's address.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/address_of.hpp>
#include <tensacode/core/type_name.hpp>
#include <tensacode/reflect/detail/count_fields.hpp>
#include <tensacode/reflect/detail/take_apart.hpp>
#include <tensacode/reflect/kinds.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

// --- implementation 1: the field list -----------------------------------------------------------
template <std::size_t I, class... Fields>
struct nth_field;
template <class First, class... Rest>
struct nth_field<0, First, Rest...> {
  using type = First;
};
template <std::size_t I, class First, class... Rest>
struct nth_field<I, First, Rest...> : nth_field<I - 1, Rest...> {};

template <class T, class List>
struct listed_fields;
template <class T, class... Fields>
struct listed_fields<T, field_list<no_field, Fields...>> {
  static constexpr std::size_t count = sizeof...(Fields);
  static constexpr std::array<std::string_view, count> names{Fields::name...};

  template <std::size_t I, class Object>
  static constexpr auto& get(Object& object) {
    return object.*nth_field<I, Fields...>::type::member;
  }
  template <class Object, class F>
  static constexpr decltype(auto) apply(Object& object, F&& f) {
    return f(object.*Fields::member...);
  }
};

// --- implementation 2: Boost.Describe -----------------------------------------------------------
template <class T>
struct described_fields {
  template <class List>
  struct as_array;
  template <template <class...> class List, class... Members>
  struct as_array<List<Members...>> {
    static constexpr std::array<std::string_view, sizeof...(Members)> names{Members::name...};
  };
  using members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;

  static constexpr auto names = as_array<members>::names;
  static constexpr std::size_t count = names.size();

  template <std::size_t I, class Object>
  static constexpr auto& get(Object& object) {
    return object.*boost::mp11::mp_at_c<members, I>::pointer;
  }
  template <class Object, class F>
  static constexpr decltype(auto) apply(Object& object, F&& f) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
      return f(get<I>(object)...);
    }(std::make_index_sequence<count>{});
  }
};

// --- implementation 3: Boost.PFR ----------------------------------------------------------------
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
/// Declared but never defined: it is used only to form addresses of fields at compile time. The
/// object is wrapped in a template, since an object of a local type itself would have to be
/// defined.
template <class T>
struct object_holder {
  T object;
};
template <class T>
extern object_holder<T> unnamed;

template <class T>
struct aggregate_fields;

/// The names of the fields of one object. `text` is the compiler's spelling of their addresses.
// g++:   "(& unnamed<Person>.object_holder<Person>::object.Person::age), (& unnamed<Person>. ..."
// clang: "&unnamed.object.age, &unnamed.object.name, ..."
// Each character that is examined here costs compile time. All spellings have the same text before
// the name, so its length is measured in the first one and skipped in the others.
template <std::size_t count>
consteval std::array<std::string_view, count> names_at_ends(std::string_view text) {
  const char* const start = text.data();
  const char* const stop = start + text.size();
  std::size_t opening = 0;  // "(& unnamed"
  while (start[opening] != '<' && start[opening] != '.') ++opening;
  const auto opens = [&](const char* next) {
    std::size_t i = 0;
    while (i < opening && next[i] == start[i]) ++i;
    return i == opening;
  };
  const char* end = start + opening;
  if constexpr (count == 1)
    end = stop;
  else
    while (*end != ',' || !opens(end + 2)) ++end;  // names of templates contain commas too
  const std::size_t closing = *start == '(' ? 1 : 0;
  const char* first = end - closing;
  while (first[-1] != ':' && first[-1] != '.') --first;
  const auto before_name = first - start;

  std::array<std::string_view, count> names{};
  for (auto& name : names) {
    name = {first, static_cast<std::size_t>(end - first) - closing};
    if (end == stop) break;
    end = first = end + 2 + before_name;
    while (end != stop && *end != ',') ++end;
  }
  return names;
}

template <class T>
consteval auto find_aggregate_names() {
  using fields = aggregate_fields<T>;
  if constexpr (fields::count == 0) {
    return std::array<std::string_view, 0>{};
  } else {
    // Spells all fields with one evaluation and one instantiation.
    constexpr auto addresses = fields::apply(unnamed<T>.object, [](const auto&... members) {
      return std::array<const void*, sizeof...(members)>{address_of(members)...};
    });
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return names_at_ends<fields::count>(spelled_addresses<addresses[I]...>());
    }(std::make_index_sequence<fields::count>{});
  }
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class T>
struct aggregate_fields {
  static constexpr std::size_t found = count_fields<T>();
  static constexpr bool can_be_taken_apart = found <= 100;  // the limit of Boost.PFR's overloads
  static_assert(
      can_be_taken_apart,
      "tensacode[R13] the type has more than 100 fields. Fix: name them, up to 256, in "
      "TC_REFLECT(Type, field, ...) inside the class, or group them into nested structs.");
  static constexpr std::size_t count = can_be_taken_apart ? found : 0;

  template <std::size_t I, class Object>
  static constexpr auto& get(Object& object) {
    return take_apart<count>(object, [](auto&... members) -> auto& {
      return *nth_pointer<std::make_index_sequence<I>>::get(address_of(members)...);
    });
  }
  template <class Object, class F>
  static constexpr decltype(auto) apply(Object& object, F&& f) {
    return take_apart<count>(object, static_cast<F&&>(f));
  }

  static constexpr std::array<std::string_view, count> names = find_aggregate_names<T>();
};

// --- selecting an implementation ----------------------------------------------------------------
template <class T>
consteval auto select_fields() {
  static_assert(kind_of<T> == kind::record,
                "tensacode[R01] the type is not reflected. Fix: TC_REFLECT(Type) after an "
                "aggregate, or TC_REFLECT(Type, field, ...) inside a class.");
  if constexpr (has_field_list<T>)
    return std::type_identity<listed_fields<T, decltype(tc_fields(tag<T>{}))>>{};
  else if constexpr (described_class<T>)
    return std::type_identity<described_fields<T>>{};
  else
    return std::type_identity<aggregate_fields<T>>{};
}

template <class T>
using fields_of = typename decltype(select_fields<std::remove_cvref_t<T>>())::type;

template <class T>
consteval bool registrable() {
  return std::is_enum_v<T> || kind_of<T> == kind::record;
}

}  // namespace detail

/// The number of fields of a reflected type.
template <class T>
inline constexpr std::size_t field_count = detail::fields_of<T>::count;

/// The names of the fields, in order of declaration.
template <class T>
constexpr const auto& field_names() {
  return detail::fields_of<T>::names;
}

/// The `I`-th field by reference; const if the object is const.
template <std::size_t I, class T>
  requires reflected<T>
constexpr auto& get(T& object) {
  constexpr bool exists = I < field_count<T>;
  static_assert(exists,
                "tensacode[R03] get<I>: the type has fewer fields. Fix: use an index below "
                "tc::field_count<T>.");
  if constexpr (exists)
    return detail::fields_of<T>::template get<I>(object);
  else
    return object;
}

/// The declared type of the `I`-th field.
template <class T, std::size_t I>
using field_type = std::remove_cvref_t<decltype(tc::get<I>(std::declval<T&>()))>;

/// The index of the field called `name`; `field_count<T>` if there is none.
template <class T>
constexpr std::size_t field_index(std::string_view name) {
  const auto& names = field_names<T>();
  std::size_t index = 0;
  while (index < names.size() && names[index] != name) ++index;
  return index;
}

/// The field called `Name` by reference.
template <fixed_string Name, class T>
  requires reflected<T>
constexpr auto& get(T& object) {
  constexpr std::size_t index = field_index<std::remove_cv_t<T>>(Name.view());
  constexpr bool exists = index < field_count<T>;
  static_assert(exists,
                "tensacode[R04] get<\"name\">: the type has no field of this name. Fix: see "
                "tc::field_names<T>().");
  if constexpr (exists)
    return detail::fields_of<T>::template get<index>(object);
  else
    return object;
}

/// Calls `f(name, field)` for every field of `object`, in order of declaration.
template <class T, class F>
  requires reflected<T>
constexpr void for_each_field(T&& object, F&& f) {
  using fields = detail::fields_of<T>;
  fields::apply(object, [&](auto&... members) {
    [[maybe_unused]] auto name = fields::names.begin();
    (f(std::string_view(*name++), members), ...);
  });
}

/// Calls `f(name, first.field, others.field...)` for every field of several objects in lock step.
/// The objects may have different types with the same number of fields, for instance a struct of
/// numbers and the same struct template over variables. The names are those of the first.
template <class F, class T, class... Others>
  requires(!reflected<F> && reflected<T> && (reflected<Others> && ...))
constexpr void for_each_field(F&& f, T&& first, Others&&... others) {
  using fields = detail::fields_of<T>;
  constexpr bool same_count = ((field_count<Others> == fields::count) && ...);
  static_assert(same_count,
                "tensacode[R05] for_each_field: the objects differ in their number of fields. "
                "Fix: pass objects of one type, or of one struct template.");
  if constexpr (same_count)
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto visit = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
        f(fields::names[J], fields::template get<J>(first),
          detail::fields_of<Others>::template get<J>(others)...);
      };
      (visit(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<fields::count>{});
}

}  // namespace tc
