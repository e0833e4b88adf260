// tensacode/autodiff/eigen.hpp -- Eigen matrices of variables.
// Layer 2. Lets `Eigen::Matrix<tc::var, 3, 1>` and alike work; large matrices are better served
// by tensor variables, one record for a whole matrix (tensor_var.hpp).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/variable.hpp>

#include <Eigen/Core>

namespace Eigen {

template <class Scalar>
struct NumTraits<tc::basic_var<Scalar>> : NumTraits<Scalar> {
  using Real = tc::basic_var<Scalar>;
  using NonInteger = tc::basic_var<Scalar>;
  using Nested = tc::basic_var<Scalar>;
  using Literal = Scalar;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 2,
    AddCost = 10,
    MulCost = 10
  };
};

template <class Scalar, class Operation>
struct ScalarBinaryOpTraits<tc::basic_var<Scalar>, Scalar, Operation> {
  using ReturnType = tc::basic_var<Scalar>;
};
template <class Scalar, class Operation>
struct ScalarBinaryOpTraits<Scalar, tc::basic_var<Scalar>, Operation> {
  using ReturnType = tc::basic_var<Scalar>;
};

}  // namespace Eigen
