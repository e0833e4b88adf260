// tensacode/io/arrays/fill_array.hpp -- reads stored bytes into an array of numbers.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/number_array.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>
#include <tensacode/io/parse_error.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tc::detail {

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
