// tensacode/io/text/read_tensor.hpp -- reads Eigen and xtensor arrays from human-readable text.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/read_list.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

inline constexpr std::size_t unknown_extent = static_cast<std::size_t>(-1);

/// Reads the value at the cursor, which is `level` brackets deep, and appends it to `elements`.
template <class E>
bool read_text_grid(text_cursor& cursor, std::vector<E>& elements, std::vector<std::size_t>& shape,
                    std::size_t level, const path_step* path) {
  if (cursor.front() != '[') {
    if (level < shape.size()) return cursor.reject(path, "a list in brackets");
    E element{};
    const bool good = read_text_value(cursor, element, path);
    elements.push_back(element);
    return good;
  }
  if (level == shape.size()) {
    // A list is not allowed next to a number, or next to an empty list.
    if (!elements.empty()) return cursor.reject(path, expected_text_value<E>());
    shape.push_back(unknown_extent);
  }
  const std::size_t begin = cursor.at++;
  cursor.enter(path);
  std::size_t count = 0;
  const bool good = read_text_elements(cursor, ']', count, path, [&](const path_step* step) {
    return read_text_grid(cursor, elements, shape, level + 1, step);
  });
  cursor.leave();
  if (!good) return false;
  if (shape[level] != unknown_extent && shape[level] != count) {
    cursor.note(begin, path, format("a list of {} elements", shape[level]), format("{}", count));
    return false;
  }
  shape[level] = count;
  return true;
}

/// For example "2 x 3" or "3 x n".
template <class T>
std::string tensor_shape_name() {
  if constexpr (eigen_array<T>) {
    const auto extent = [](int fixed) { return fixed >= 0 ? format("{}", fixed) : "n"; };
    if constexpr (is_eigen_vector<T>)
      return extent(T::RowsAtCompileTime == 1 ? T::ColsAtCompileTime : T::RowsAtCompileTime);
    else
      return extent(T::RowsAtCompileTime) + " x " + extent(T::ColsAtCompileTime);
  } else {
    return format("{} levels of", tensor_rank<T>());
  }
}

template <class T>
bool read_text_tensor(text_cursor& cursor, T& out, const path_step* path) {
  const std::size_t begin = cursor.at;
  std::vector<tensor_element<T>> elements;
  std::vector<std::size_t> shape;
  if (!read_text_grid(cursor, elements, shape, 0, path)) return false;
  // An empty list of rows does not say how long the rows are, so the other extents are 0.
  if (!shape.empty() && shape.back() == 0)
    while (static_cast<int>(shape.size()) < tensor_rank<T>()) shape.push_back(0);
  std::size_t product = 1;
  for (const std::size_t extent : shape) product *= extent;
  if (product != elements.size() || !resize_tensor(out, shape)) {
    std::string extents;
    for (const auto extent : shape)
      extents += (extents.empty() ? "" : " x ") + format("{}", extent);
    cursor.note(begin, path, "a list of " + tensor_shape_name<T>() + " numbers", extents);
    return false;
  }
  std::vector<std::size_t> index(shape.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    tensor_at(out, index) = elements[i];
    for (std::size_t level = shape.size(); level-- > 0;) {
      if (++index[level] < shape[level]) break;
      index[level] = 0;
    }
  }
  return true;
}

}  // namespace tc::detail
