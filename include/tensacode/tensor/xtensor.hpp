// tensacode/tensor/xtensor.hpp -- xtensor arrays viewed as Eigen matrices, and copies.
// Layer 1. The only file that includes xtensor. No other header includes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/tensor/tensor.hpp>

#include <cstddef>

#include <xtensor/xarray.hpp>

namespace tc {

/// Views a contiguous row-major xtensor array of one or two dimensions as an Eigen matrix, without
/// copying. An array of shape (n) is viewed as n x 1. The array must outlive the view. Throws
/// `shape_error` if there are more or fewer dimensions.
template <class Array>
auto as_matrix(Array& array) {
  using Value = std::remove_reference_t<decltype(*array.data())>;
  using Matrix =
      Eigen::Matrix<std::remove_const_t<Value>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using View = Eigen::Map<std::conditional_t<std::is_const_v<Value>, const Matrix, Matrix>>;
  TC_CHECK(array.dimension() == 1 || array.dimension() == 2, shape_error,
           "as_matrix: an array of 1 or 2 dimensions is needed, got {}", array.dimension());
  const auto rows = static_cast<Eigen::Index>(array.shape()[0]);
  const auto columns =
      array.dimension() == 2 ? static_cast<Eigen::Index>(array.shape()[1]) : Eigen::Index{1};
  return View(array.data(), rows, columns);
}

/// Copies an Eigen matrix to a two-dimensional xtensor array.
template <class Derived>
auto to_xarray(const Eigen::MatrixBase<Derived>& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.rows());
  const auto columns = static_cast<std::size_t>(matrix.cols());
  xt::xarray<typename Derived::Scalar> array =
      xt::xarray<typename Derived::Scalar>::from_shape({rows, columns});
  as_matrix(array) = matrix;
  return array;
}

}  // namespace tc
