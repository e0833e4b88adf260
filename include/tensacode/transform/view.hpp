// tensacode/transform/view.hpp -- a plain struct of doubles as an object of variables.
// Layer 3. A struct that is not a template over its scalar type cannot hold variables. Its view
// can: it stores a variable for each scalar. Its fields are read by member pointer,
// `view[&Body::mass]`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/tree/tree.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {

template <class T, class Map>
class lifted_view;

/// Whether `T` is a `lifted_view`.
template <class T>
inline constexpr bool is_lifted_view = false;
template <class T, class Map>
inline constexpr bool is_lifted_view<lifted_view<T, Map>> = true;

/// In a tree of variables a view is a leaf. The transforms visit its fields themselves.
template <class T, class Map>
inline constexpr bool is_number_container<lifted_view<T, Map>> = true;

namespace detail {

/// The type in which a view stores a field. A C array is stored as a `std::array`, since a tuple
/// cannot hold it.
template <class Field, class Map>
struct view_field {
  using type = rebind_t<Field, Map>;
};
template <class Element, std::size_t count, class Map>
struct view_field<Element[count], Map> {
  using type = std::array<typename view_field<Element, Map>::type, count>;
};

template <class T, class Map, class Indices>
struct view_fields;
template <class T, class Map, std::size_t... I>
struct view_fields<T, Map, std::index_sequence<I...>> {
  using type = std::tuple<typename view_field<
      field_type<T, I>, std::conditional_t<is_ignored<T, I>, keep_numbers, Map>>::type...>;
};

/// Copies a field. A C array is copied to a `std::array`.
template <class Field>
void copy_field(const Field& field, auto& to) {
  if constexpr (std::is_array_v<Field>)
    for (std::size_t i = 0; i < std::extent_v<Field>; ++i) copy_field(field[i], to[i]);
  else
    to = field;
}

}  // namespace detail

/// The argument that a function gets in place of a plain struct `T`. `view[&T::field]` is the field
/// with variables in place of scalars, and `view.value()` is the struct itself. A nested plain
/// struct is a view again, a C array becomes a `std::array`, and a field without numbers keeps its
/// type. `Map` maps scalars to variables. A view does not have the struct's members, so `view.mass`
/// does not compile.
template <class T, class Map>
class lifted_view {
 public:
  using fields_type =
      typename detail::view_fields<T, Map, std::make_index_sequence<field_count<T>>>::type;

  const T& value() const { return value_; }

  /// The field that `member` points to.
  ///
  /// Errors   argument_error if it is not a reflected field of `T`, or is ignored; an ignored field
  ///          can be read from `value()`
  /// Cost     a comparison for each field of that type, which compilers fold
  template <class Member, class Owner>
    requires std::derived_from<T, Owner>
  const auto& operator[](Member Owner::* member) const {
    const void* const wanted = std::addressof(value_.*member);
    const typename detail::view_field<Member, Map>::type* found = nullptr;
    detail::for_each_index<field_count<T>>([&](auto i) {
      if constexpr (std::is_same_v<field_type<T, i>, Member> && !is_ignored<T, i>)
        if (std::addressof(detail::fields_of<T>::template get<i>(value_)) == wanted)
          found = std::addressof(std::get<i>(fields_));
    });
    if (!found)
      throw argument_error(
          "lifted_view: the member is no reflected field of the struct, or an ignored one. Fix: "
          "take a field that has no variables from view.value()");
    return *found;
  }

  /// The fields in order of declaration. For code that fills or reads the whole view.
  fields_type& fields() { return fields_; }
  const fields_type& fields() const { return fields_; }
  void assign(const T& object) { value_ = object; }

 private:
  T value_{};
  fields_type fields_{};
};

}  // namespace tc
