// tensacode/io/json/read_tensor.hpp -- reads nested arrays into Eigen and xtensor arrays.
// Layer 3. Start reading at `read_tensor_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/cursor.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cstddef>
#include <string>

namespace tc::detail {

/// Reads the value at the cursor into the part of the tensor below `index`. The tensor already has
/// its shape.
template <class T>
bool read_tensor_level(json_cursor& cursor, T& out, const tensor_extents<T>& shape,
                       tensor_extents<T>& index, const path_step* path) {
  const std::size_t level = index.size();
  if (level == shape.size()) {
    tensor_element<T> element{};
    const bool good = read_json_value(cursor, element, path);
    tensor_at(out, index) = element;
    return good;
  }
  const json_token& array = cursor.token();
  if (array.type != json_type::array || array.length != shape[level])
    return cursor.reject(
        path, format("an array of {} elements", shape[level]),
        array.type == json_type::array ? format("{}", array.length) : cursor.show());
  bool good = true;
  ++cursor.index;
  index.push_back(0);
  for (; index[level] < shape[level]; ++index[level]) {
    const path_step step{path, {}, index[level]};
    good &= read_tensor_level(cursor, out, shape, index, &step);
  }
  index.pop_back();
  return good;
}

/// For example "an array of 2 x 3 numbers" or "an array of 3 x n numbers".
template <class T>
std::string expected_tensor() {
  if constexpr (eigen_array<T>) {
    const auto extent = [](int fixed) { return fixed >= 0 ? format("{}", fixed) : "n"; };
    if constexpr (is_eigen_vector<T>)
      return "an array of " +
             extent(T::RowsAtCompileTime == 1 ? T::ColsAtCompileTime : T::RowsAtCompileTime) +
             " numbers";
    else
      return "an array of " + extent(T::RowsAtCompileTime) + " x " + extent(T::ColsAtCompileTime) +
             " numbers";
  } else if constexpr (tensor_rank<T>() >= 0) {
    return format("an array of {} levels", tensor_rank<T>());
  } else {
    return "an array";
  }
}

/// Reads a tensor. The first array of each level determines the extent of that level.
template <class T>
bool read_tensor_value(json_cursor& cursor, T& out, const path_step* path) {
  tensor_extents<T> shape;
  for (auto at = cursor.index; cursor.tape[at].type == json_type::array; ++at) {
    shape.push_back(cursor.tape[at].length);
    if (cursor.tape[at].length == 0) break;
  }
  if (shape.empty() && tensor_rank<T>() != 0) return cursor.reject(path, expected_tensor<T>());
  // An empty array of rows does not say how long the rows are, so the other extents are 0.
  if (!shape.empty() && shape.back() == 0)
    while (static_cast<int>(shape.size()) < tensor_rank<T>()) shape.push_back(0);
  // Reject a shape that needs more elements than the text has tokens. Otherwise a short text could
  // ask for a huge allocation.
  const std::size_t tokens = cursor.token().next - cursor.index;
  std::size_t room = tokens;
  for (const auto extent : shape) room = extent > 0 ? room / extent : tokens;
  if (room == 0) return cursor.reject(path, "arrays of equal length", "one longer than others");
  if (!resize_tensor(out, shape)) {
    std::string found;
    for (const auto extent : shape) found += (found.empty() ? "" : " x ") + format("{}", extent);
    return cursor.reject(path, expected_tensor<T>(), found);
  }
  tensor_extents<T> index;
  return read_tensor_level(cursor, out, shape, index, path);
}

}  // namespace tc::detail
