// tensacode/io/arrays/number_array.hpp -- converts C++ arrays of numbers to a shape and bytes, and
// back. Shared by .npy, .npz and safetensors.
// Layer 3.
//
// An array of numbers is a number, a tensor (Eigen, xtensor), or a sequence or C++ array whose
// elements are arrays of numbers of the same shape. To write, `flatten_array` returns shape and
// bytes, without a copy if the numbers are contiguous. To read, `fill_array` checks type and shape
// before it changes the object. The caller has already checked that the number of bytes matches the
// shape.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/reflect/kinds.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cstddef>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
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

// --- writing -----------------------------------------------------------------------------------
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

/// Throws unless all arrays of one level have the same shape. `index` is the index of `array` in
///          the whole.
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

// --- reading -----------------------------------------------------------------------------------
/// Whether an object of type T can have the extents `shape[level]` and following.
template <class T>
bool can_have_shape(const array_shape& shape, std::size_t level = 0) {
  if constexpr (is_number<T>) {
    return level == shape.size();
  } else if constexpr (is_level<T>) {
    if (level == shape.size()) return false;
    if constexpr (kind_of<T> == kind::array)
      if (shape[level] != array_extent<T>) return false;
    return can_have_shape<level_element<T>>(shape, level + 1);
  } else if constexpr (fixed_xtensor<T>) {
    array_shape only;
    append_shape_of_nothing<T>(only);
    return array_shape(shape.begin() + static_cast<std::ptrdiff_t>(level), shape.end()) == only;
  } else {
    if (tensor_rank<T>() >= 0 && shape.size() - level != static_cast<std::size_t>(tensor_rank<T>()))
      return false;
    if constexpr (eigen_array<T>) {
      const auto fits = [](int fixed, int most, std::size_t wanted) {
        return fixed >= 0 ? wanted == static_cast<std::size_t>(fixed)
                          : most < 0 || wanted <= static_cast<std::size_t>(most);
      };
      if constexpr (is_eigen_vector<T>)
        return fits(T::SizeAtCompileTime, T::MaxSizeAtCompileTime, shape[level]);
      else
        return fits(T::RowsAtCompileTime, T::MaxRowsAtCompileTime, shape[level]) &&
               fits(T::ColsAtCompileTime, T::MaxColsAtCompileTime, shape[level + 1]);
    } else {
      return true;
    }
  }
}

/// Reads the numbers from `offset` on into an object. The caller has checked that it can have the
/// shape below `level`.
template <class T>
void load_level(T& out, const stored_array& array, const array_shape& strides, std::size_t level,
                std::size_t offset) {
  if constexpr (is_number<T>) {
    load_numbers(array, offset, 1, 1, &out);
  } else if constexpr (is_level<T>) {
    using element = level_element<T>;
    const std::size_t size = array.shape[level];
    if constexpr (kind_of<T> == kind::sequence) out.resize(size);
    if (size == 0) return;
    if constexpr (is_number<element> && requires { &out.data()[0]; }) {
      load_numbers(array, offset, strides[level], size, out.data());
    } else if constexpr (is_number<element> && std::is_bounded_array_v<T>) {
      load_numbers(array, offset, strides[level], size, &out[0]);
    } else {
      if constexpr (kind_of<T> == kind::sequence && is_one_piece<element>() &&
                    requires { &out.data()[0]; }) {
        if (!array.column_major) {
          load_numbers(array, offset, 1, size * (sizeof(element) / sizeof(number_of<T>)),
                       reinterpret_cast<number_of<T>*>(out.data()));
          return;
        }
      }
      for (auto&& place : out) {
        if constexpr (is_number<element>) {
          element number{};
          load_numbers(array, offset, 1, 1, &number);
          place = number;
        } else {
          load_level(place, array, strides, level + 1, offset);
        }
        offset += strides[level];
      }
    }
  } else {
    const auto begin = static_cast<std::ptrdiff_t>(level);
    array_shape shape(array.shape.begin() + begin, array.shape.end());
    if constexpr (!fixed_xtensor<T>) resize_tensor(out, shape);
    for (const std::size_t extent : shape)
      if (extent == 0) return;
    array_shape steps(strides.begin() + begin, strides.end());
    const auto order = order_of(out);
    if (order == tensor_order::other || shape.empty()) {
      for_each_position(shape, [&](const auto& index) {
        std::size_t at = offset;
        for (std::size_t i = 0; i < index.size(); ++i) at += index[i] * steps[i];
        tensor_element<T> number{};
        load_numbers(array, at, 1, 1, &number);
        tensor_at(out, index) = number;
      });
    } else if constexpr (requires { out.data() + 0; }) {
      // Fill the memory in order. In a column-major array the last axis is the slowest, so reverse
      // the axes.
      if (order == tensor_order::column_major) {
        std::reverse(shape.begin(), shape.end());
        std::reverse(steps.begin(), steps.end());
      }
      auto* to = out.data();
      if (array.column_major == (order == tensor_order::column_major) && level == 0) {
        load_numbers(array, 0, 1, static_cast<std::size_t>(out.size()), to);
        return;
      }
      for_each_line(shape, steps, [&](std::size_t line) {
        load_numbers(array, offset + line, steps.back(), shape.back(), to);
        to += shape.back();
      });
    }
  }
}

/// Reads the stored array into the object. If type or shape do not fit, returns false and sets
/// `problem`. `spelling` gives the format's name of a dtype.
template <class T>
bool fill_array(T& out, const stored_array& array, std::string_view (*spelling)(dtype),
                parse_problem& problem) {
  constexpr dtype wanted = dtype_of<number_of<T>>();
  if (!can_have_shape<T>(array.shape)) {
    problem.expected = expected_shape<T>();
    problem.found = shape_text(array.shape);
    return false;
  }
  if (!loses_nothing(array.type, wanted)) {
    problem.expected = format("numbers that {} holds without loss", spelling(wanted));
    problem.found = spelling(array.type);
    return false;
  }
  // Empty arrays have no bytes in the file, but their lists take memory. So their number is
  // limited.
  constexpr std::size_t most_lists = 65536;
  std::size_t lists = 1;
  for (std::size_t level = 0; level < count_list_levels<T>() && lists > 0; ++level) {
    if (!array.bytes.empty()) break;
    if (array.shape[level] > most_lists / lists) {
      problem.expected = format("at most {} lists of no numbers", most_lists);
      problem.found = shape_text(array.shape);
      return false;
    }
    lists *= array.shape[level];
  }
  load_level(out, array, strides_of(array.shape, array.column_major), 0, 0);
  return true;
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/number_array.hpp>
#endif
