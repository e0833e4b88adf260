// tensacode/transform/view.hpp -- a plain struct of doubles as an object of variables.
// Layer 3. A struct that is no template over its number type cannot hold variables. Its view can:
// it keeps a variable for each number and is addressed by member pointer, `view[&Body::mass]`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/tree/tree.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {

template <class T, class Map>
class lifted_view;

template <class T>
inline constexpr bool is_lifted_view = false;
template <class T, class Map>
inline constexpr bool is_lifted_view<lifted_view<T, Map>> = true;

/// A view is a leaf of trees of variables; its fields are visited by the transforms.
template <class T, class Map>
inline constexpr bool is_number_container<lifted_view<T, Map>> = true;

namespace detail {

template <class T, class Map, class Indices>
struct view_fields;
template <class T, class Map, std::size_t... I>
struct view_fields<T, Map, std::index_sequence<I...>> {
  using type = std::tuple<
      std::conditional_t<is_ignored<T, I>, field_type<T, I>, rebind_t<field_type<T, I>, Map>>...>;
};

}  // namespace detail

/// What a function gets in place of a plain struct `T`: `view[&T::field]` is the field with
/// variables for numbers, `view.value()` the struct itself. A nested plain struct is a view again,
/// and a field without numbers is itself. `Map` says what stands for a number.
template <class T, class Map>
class lifted_view {
 public:
  using fields_type =
      typename detail::view_fields<T, Map, std::make_index_sequence<field_count<T>>>::type;

  const T& value() const { return value_; }

  /// The field that `member` points to.
  ///
  /// Errors   argument_error if it is no reflected field of `T`
  /// Cost     a comparison for each field of that type; compilers fold them
  template <class Member, class Owner>
    requires std::derived_from<T, Owner>
  const rebind_t<Member, Map>& operator[](Member Owner::* member) const {
    const void* const wanted = std::addressof(value_.*member);
    const rebind_t<Member, Map>* found = nullptr;
    detail::for_each_index<field_count<T>>([&](auto i) {
      if constexpr (std::is_same_v<field_type<T, i>, Member>)
        if (std::addressof(detail::fields_of<T>::template get<i>(value_)) == wanted)
          found = std::addressof(std::get<i>(fields_));
    });
    if (!found) throw argument_error("lifted_view: the member is no reflected field of the struct");
    return *found;
  }

  /// The fields in the order of their declaration; for the rooms that fill and read them.
  fields_type& fields() { return fields_; }
  const fields_type& fields() const { return fields_; }
  void assign(const T& object) { value_ = object; }

 private:
  T value_{};
  fields_type fields_{};
};

}  // namespace tc
