// tensacode/io/arrays/flatten_array.hpp -- converts an array of numbers to its shape and bytes.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/number_array.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>

#include <cstddef>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tc::detail {

/// The shape and bytes of an object. It may refer to the memory of the object, which must outlive
/// it.
struct flat_array {
  dtype type = dtype::F64;
  std::vector<std::size_t> shape;
  bool column_major = false;
  std::string_view in_place;  ///< the bytes, if the object stores them contiguously
  std::string copied;         ///< the bytes otherwise

  std::string_view bytes() const { return in_place.data() != nullptr ? in_place : copied; }
};

/// Appends the shape of the array. Each extent is taken from the first element of its level.
template <class T>
void append_shape(const T& array, array_shape& shape) {
  if constexpr (is_level<T>) {
    shape.push_back(std::size(array));
    if constexpr (!is_number<level_element<T>>) {
      if (shape.back() > 0)
        append_shape(*std::begin(array), shape);
      else
        append_shape_of_nothing<level_element<T>>(shape);
    }
  } else if constexpr (kind_of<T> == kind::tensor) {
    for (const std::size_t extent : tensor_shape(array)) shape.push_back(extent);
  }
}

/// Throws unless all arrays of one level have the same shape. `index` is the position of `array` in
/// the outermost array.
template <class T>
void require_shape(const T& array, const array_shape& shape, array_shape& index) {
  constexpr bool has_shape = is_level<T> || kind_of<T> == kind::tensor;
  if constexpr (has_shape && !is_one_piece<T>()) {
    array_shape own;
    if constexpr (is_level<T>)
      own.push_back(std::size(array));
    else
      own = tensor_shape(array);
    const array_shape expected(
        shape.begin() + static_cast<std::ptrdiff_t>(index.size()),
        is_level<T> ? shape.begin() + static_cast<std::ptrdiff_t>(index.size()) + 1 : shape.end());
    if (own != expected) {
      std::string place;
      for (const std::size_t i : index) place += format("[{}]", i);
      throw argument_error(format("array of numbers: element {} has shape ({}), the first one ({})",
                                  place, extents_text(own), extents_text(expected)));
    }
    if constexpr (is_level<T>) {
      if constexpr (!is_one_piece<level_element<T>>()) {
        index.push_back(0);
        for (const auto& element : array) {
          require_shape(element, shape, index);
          ++index.back();
        }
        index.pop_back();
      }
    }
  }
}

template <class Number>
void store_number(const Number& number, char*& to) {
  std::memcpy(to, &number, sizeof number);
  to += sizeof number;
}

/// Stores the numbers in row-major order.
template <class T>
void store_numbers(const T& array, char*& to) {
  if constexpr (is_one_piece<T>()) {
    std::memcpy(to, &array, sizeof array);
    to += sizeof array;
  } else if constexpr (is_level<T>) {
    if constexpr (is_number<level_element<T>> && requires { &array.data()[0]; }) {
      const std::size_t size = array.size() * sizeof(level_element<T>);
      if (size > 0) std::memcpy(to, array.data(), size);
      to += size;
    } else {
      for (const auto& element : array) {
        // std::vector<bool> yields proxy references, so each element is converted to the element
        // type.
        if constexpr (is_number<level_element<T>>)
          store_number(static_cast<level_element<T>>(element), to);
        else
          store_numbers(element, to);
      }
    }
  } else {
    const auto shape = tensor_shape(array);
    for (const std::size_t extent : shape)
      if (extent == 0) return;
    const auto order = order_of(array);
    if (order == tensor_order::other || shape.empty()) {
      for_each_position(shape, [&](const auto& index) {
        store_number(static_cast<tensor_element<T>>(tensor_at(array, index)), to);
      });
    } else if constexpr (requires { array.data() + 0; }) {
      const auto strides = strides_of(shape, order == tensor_order::column_major);
      for_each_line(shape, strides, [&](std::size_t offset) {
        const auto* number = array.data() + offset;
        for (std::size_t i = 0; i < shape.back(); ++i, number += strides.back())
          store_number(*number, to);
      });
    }
  }
}

/// The bytes of the object if it stores them contiguously, in row-major order or, if allowed, in
/// column-major order. Otherwise a view whose data() is null.
template <class T>
std::string_view bytes_in_place(const T& array, bool may_be_column_major, bool& column_major) {
  const auto view = [](const auto* data, std::size_t size) -> std::string_view {
    if (size == 0) return "";  // not null, because an empty array needs no copy
    return {reinterpret_cast<const char*>(data), size * sizeof *data};
  };
  if constexpr (is_one_piece<T>()) {
    return view(&array, 1);
  } else if constexpr (is_level<T>) {
    if constexpr (is_one_piece<level_element<T>>() && requires { &array.data()[0]; })
      return view(array.data(), array.size());
  } else if constexpr (kind_of<T> == kind::tensor) {
    const auto order = order_of(array);
    if constexpr (requires { array.data() + 0; }) {
      const auto shape = tensor_shape(array);
      // An array with at most one axis longer than 1 is in both orders. numpy calls it row-major.
      std::size_t axes = 0;
      for (const std::size_t extent : shape) {
        if (extent == 0) return "";  // not null, because an empty array needs no copy
        axes += extent > 1 ? 1 : 0;
      }
      const bool matters = order == tensor_order::column_major && axes > 1;
      if (order != tensor_order::other && (may_be_column_major || !matters)) {
        column_major = matters;
        return view(array.data(), static_cast<std::size_t>(array.size()));
      }
    }
  }
  return {};
}

/// Returns the shape and bytes of an array of numbers.
///
/// Errors   argument_error naming the index if nested lists have different lengths
template <class T>
flat_array flatten_array(const T& array, bool may_be_column_major) {
  flat_array flat;
  flat.type = dtype_of<number_of<T>>();
  append_shape(array, flat.shape);
  array_shape index;
  require_shape(array, flat.shape, index);
  flat.in_place = bytes_in_place(array, may_be_column_major, flat.column_major);
  if (flat.in_place.data() == nullptr) {
    std::size_t size = size_of(flat.type);
    for (const std::size_t extent : flat.shape) size *= extent;
    flat.copied.resize(size);
    char* to = flat.copied.data();
    store_numbers(array, to);
  }
  return flat;
}

}  // namespace tc::detail
