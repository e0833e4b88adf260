// tensacode/tensor/tensor.hpp -- the main header of tensor: Eigen matrices as leaves.
// Layer 1. tensor/xtensor.hpp, which is included separately, presents xtensor arrays as Eigen
// matrices.
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

#include <tensacode/tensor/alignment.hpp>

#include <Eigen/Core>

namespace tc {

/// A matrix whose size is known only at run time.
template <class Scalar>
using matrix_of = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
/// A column whose length is known only at run time.
template <class Scalar>
using column_of = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// An Eigen matrix or array that owns its coefficients.
template <class T>
concept eigen_plain = std::is_base_of_v<Eigen::PlainObjectBase<T>, T>;

/// An Eigen matrix or array whose number of coefficients is known only at run time.
template <class T>
concept eigen_dynamic = eigen_plain<T> && (T::SizeAtCompileTime == Eigen::Dynamic);

}  // namespace tc
