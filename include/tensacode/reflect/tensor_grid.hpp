// tensacode/reflect/tensor_grid.hpp -- Eigen and xtensor arrays through one interface.
// Layer 1. A tensor has a shape and elements by index. Neither library is included.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/reflect/kinds.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace tc::detail {

/// The element type of a tensor.
template <class T>
consteval auto tensor_element_of() {
  if constexpr (eigen_array<T>)
    return std::type_identity<typename T::Scalar>{};
  else
    return std::type_identity<typename T::value_type>{};
}
template <class T>
using tensor_element = typename decltype(tensor_element_of<T>())::type;

/// A shape, or an index.
template <class T>
using tensor_extents = std::vector<std::size_t>;

/// An Eigen vector has one dimension, other Eigen arrays two.
template <class T>
inline constexpr bool is_eigen_vector = [] {
  if constexpr (eigen_array<T>) return T::RowsAtCompileTime == 1 || T::ColsAtCompileTime == 1;
  return false;
}();

template <class T>
tensor_extents<T> tensor_shape(const T& tensor) {
  if constexpr (is_eigen_vector<T>)
    return {static_cast<std::size_t>(tensor.size())};
  else if constexpr (eigen_array<T>)
    return {static_cast<std::size_t>(tensor.rows()), static_cast<std::size_t>(tensor.cols())};
  else
    return tensor_extents<T>(tensor.shape().begin(), tensor.shape().end());
}

/// The number of dimensions that all tensors of this type have; -1 if it varies.
template <class T>
consteval int tensor_rank() {
  if constexpr (eigen_array<T>)
    return is_eigen_vector<T> ? 1 : 2;
  else if constexpr (requires { std::tuple_size<typename T::shape_type>::value; })
    return static_cast<int>(std::tuple_size<typename T::shape_type>::value);
  else
    return -1;
}

/// Gives the tensor this shape. Returns false if the type cannot have it.
template <class T>
bool resize_tensor(T& tensor, const tensor_extents<T>& shape) {
  if (tensor_rank<T>() >= 0 && shape.size() != static_cast<std::size_t>(tensor_rank<T>()))
    return false;
  if constexpr (eigen_array<T>) {
    using index = decltype(tensor.rows());
    index rows = static_cast<index>(shape[0]), cols = 1;
    if constexpr (!is_eigen_vector<T>)
      cols = static_cast<index>(shape[1]);
    else if constexpr (T::RowsAtCompileTime == 1 && T::ColsAtCompileTime != 1)
      cols = rows, rows = 1;
    const auto fits = [](int fixed, int most, index wanted) {
      return fixed >= 0 ? fixed == wanted : most < 0 || wanted <= most;
    };
    if (!fits(T::RowsAtCompileTime, T::MaxRowsAtCompileTime, rows) ||
        !fits(T::ColsAtCompileTime, T::MaxColsAtCompileTime, cols))
      return false;
    tensor.resize(rows, cols);
    return true;
  } else if constexpr (requires { tensor.resize(shape); }) {
    tensor.resize(shape);
    return tensor.dimension() == shape.size();
  } else {
    typename T::shape_type wanted{};
    for (std::size_t i = 0; i < shape.size(); ++i) wanted[i] = shape[i];
    tensor.resize(wanted);
    return true;
  }
}

template <class T>
decltype(auto) tensor_at(T& tensor, const tensor_extents<T>& index) {
  if constexpr (is_eigen_vector<std::remove_const_t<T>>)
    return tensor(static_cast<decltype(tensor.rows())>(index[0]));
  else if constexpr (eigen_array<std::remove_const_t<T>>)
    return tensor(static_cast<decltype(tensor.rows())>(index[0]),
                  static_cast<decltype(tensor.rows())>(index[1]));
  else
    return tensor.element(index.begin(), index.end());
}

}  // namespace tc::detail
