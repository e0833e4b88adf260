// tensacode/io/arrays/number_array.hpp -- the C++ types that are arrays of numbers, and their
// shapes. Shared by .npy, .npz and safetensors. Layer 3.
//
// An array of numbers is a number, a tensor (Eigen, xtensor), or a sequence or C++ array whose
// elements are arrays of numbers of the same shape. `flatten_array` (io/arrays/flatten_array.hpp)
// returns its shape and bytes, without a copy if the numbers are contiguous. `fill_array`
// (io/arrays/fill_array.hpp) reads one: it checks type and shape before it changes the object. The
// caller has already checked that the number of bytes matches the shape.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/reflect/kinds.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

namespace tc::detail {

using array_shape = std::vector<std::size_t>;

// --- which types -------------------------------------------------------------------------------
template <class T>
inline constexpr bool is_number =
    (kind_of<T> == kind::boolean || kind_of<T> == kind::integer || kind_of<T> == kind::floating) &&
    has_dtype<std::remove_cv_t<T>>;

/// Whether T is one nesting level of an array: a list, a std::array or a C array.
template <class T>
inline constexpr bool is_level = kind_of<T> == kind::array || kind_of<T> == kind::sequence;

template <class T>
consteval auto level_element_of() {
  if constexpr (kind_of<T> == kind::array)
    return std::type_identity<array_element<T>>{};
  else
    return std::type_identity<std::remove_cv_t<typename T::value_type>>{};
}
template <class T>
using level_element = typename decltype(level_element_of<T>())::type;

template <class T>
consteval bool find_array_of_numbers() {
  constexpr kind k = kind_of<T>;
  if constexpr (is_number<T>)
    return true;
  else if constexpr (k == kind::tensor)
    return is_number<tensor_element<T>>;
  else if constexpr (k == kind::sequence && !requires(T list, std::size_t n) { list.resize(n); })
    return false;
  else if constexpr (is_level<T>)
    return find_array_of_numbers<level_element<T>>();
  else
    return false;
}
template <class T>
inline constexpr bool is_array_of_numbers = find_array_of_numbers<std::remove_cv_t<T>>();

template <class T>
consteval auto find_number() {
  if constexpr (is_number<T>)
    return std::type_identity<std::remove_cv_t<T>>{};
  else if constexpr (kind_of<T> == kind::tensor)
    return std::type_identity<tensor_element<T>>{};
  else
    return find_number<level_element<T>>();
}
/// The type of the elements.
template <class T>
using number_of = typename decltype(find_number<T>())::type;

/// The number of levels whose elements are themselves arrays.
template <class T>
consteval std::size_t count_list_levels() {
  if constexpr (!is_level<T>)
    return 0;
  else if constexpr (is_number<level_element<T>>)
    return 0;
  else
    return 1 + count_list_levels<level_element<T>>();
}

/// Whether all extents are fixed by the type. Then the bytes of the object are exactly its numbers.
template <class T>
consteval bool is_one_piece() {
  if constexpr (kind_of<T> == kind::array)
    return array_extent<std::remove_cv_t<T>> > 0 && is_one_piece<level_element<T>>();
  else
    return is_number<T>;
}

/// An xtensor_fixed. Its type contains its only possible shape.
template <class T>
concept fixed_xtensor =
    xtensor_array<T> && requires { std::bool_constant<(T::shape_type::size() > 0)>{}; };

enum class tensor_order { row_major, column_major, other };

template <class T>
tensor_order order_of(const T& tensor) {
  if constexpr (eigen_array<T>) {
    return is_eigen_vector<T> || T::IsRowMajor ? tensor_order::row_major
                                               : tensor_order::column_major;
  } else if constexpr (requires { tensor.data() + 0; }) {
    const auto layout = tensor.layout();
    using layouts = std::remove_cv_t<decltype(layout)>;
    return layout == layouts::row_major      ? tensor_order::row_major
           : layout == layouts::column_major ? tensor_order::column_major
                                             : tensor_order::other;
  } else {
    return tensor_order::other;
  }
}

/// Calls `f(index)` for every index of a non-empty array, with the last axis fastest.
template <class F>
void for_each_position(const array_shape& shape, const F& f) {
  array_shape index(shape.size());
  while (true) {
    f(index);
    std::size_t axis = shape.size();
    while (true) {
      if (axis-- == 0) return;
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

// --- texts -------------------------------------------------------------------------------------
std::string extents_text(const array_shape& shape);
/// For example "an array of shape (2, 3)" or "a single number".
std::string shape_text(const array_shape& shape);

template <class T>
void append_expected_shape(std::string& text) {
  const auto append = [&](const std::string& extent) {
    text += (text.empty() ? "" : ", ") + extent;
  };
  const auto append_extent = [&](int fixed) { append(fixed >= 0 ? format("{}", fixed) : "n"); };
  if constexpr (kind_of<T> == kind::array) {
    append(format("{}", array_extent<T>));
    append_expected_shape<level_element<T>>(text);
  } else if constexpr (kind_of<T> == kind::sequence) {
    append("n");
    append_expected_shape<level_element<T>>(text);
  } else if constexpr (eigen_array<T>) {
    if constexpr (!is_eigen_vector<T> || T::ColsAtCompileTime == 1)
      append_extent(T::RowsAtCompileTime);
    if constexpr (!is_eigen_vector<T> || T::ColsAtCompileTime != 1)
      append_extent(T::ColsAtCompileTime);
  } else if constexpr (fixed_xtensor<T>) {
    for (const auto extent : typename T::shape_type{}) append(format("{}", extent));
  } else if constexpr (kind_of<T> == kind::tensor) {
    if (tensor_rank<T>() < 0) append("...");
    for (int i = 0; i < tensor_rank<T>(); ++i) append("n");
  }
}
/// For example "an array of shape (n, 3)" or "a single number".
template <class T>
std::string expected_shape() {
  if constexpr (is_number<T>) return "a single number";
  std::string text;
  append_expected_shape<T>(text);
  return "an array of shape (" + text + ")";
}

/// Appends the extents below an empty list, as far as the type fixes them; the others are 0.
template <class T>
void append_shape_of_nothing(array_shape& shape) {
  if constexpr (is_level<T>) {
    shape.push_back(array_extent<T>);  // 0 for lists
    append_shape_of_nothing<level_element<T>>(shape);
  } else if constexpr (eigen_array<T>) {
    const auto append = [&](int fixed) {
      shape.push_back(fixed >= 0 ? static_cast<std::size_t>(fixed) : 0);
    };
    if constexpr (!is_eigen_vector<T> || T::ColsAtCompileTime == 1) append(T::RowsAtCompileTime);
    if constexpr (!is_eigen_vector<T> || T::ColsAtCompileTime != 1) append(T::ColsAtCompileTime);
  } else if constexpr (fixed_xtensor<T>) {
    for (const auto extent : typename T::shape_type{}) shape.push_back(extent);
  } else if constexpr (kind_of<T> == kind::tensor) {
    for (int i = 0; i < tensor_rank<T>(); ++i) shape.push_back(0);
  }
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/number_array.hpp>
#endif
