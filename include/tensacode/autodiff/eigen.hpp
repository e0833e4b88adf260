// tensacode/autodiff/eigen.hpp -- Eigen matrices of variables and of dual numbers.
// Layer 2. Makes `Eigen::Matrix<tc::var, 3, 1>` and the like work. For large matrices use tensor
// variables (tensor_var.hpp), which record one node for a whole matrix.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/dual.hpp>
#include <tensacode/autodiff/variable.hpp>
#include <tensacode/tensor/alignment.hpp>

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

// Mixing plain numbers with dual numbers, and with variables over dual numbers.
template <class Scalar, class Tangent, class Number, class Operation>
  requires std::is_arithmetic_v<Number>
struct ScalarBinaryOpTraits<tc::basic_var<tc::basic_dual<Scalar, Tangent>>, Number, Operation> {
  using ReturnType = tc::basic_var<tc::basic_dual<Scalar, Tangent>>;
};
template <class Scalar, class Tangent, class Number, class Operation>
  requires std::is_arithmetic_v<Number>
struct ScalarBinaryOpTraits<Number, tc::basic_var<tc::basic_dual<Scalar, Tangent>>, Operation> {
  using ReturnType = tc::basic_var<tc::basic_dual<Scalar, Tangent>>;
};

template <class Scalar, class Tangent>
struct NumTraits<tc::basic_dual<Scalar, Tangent>> : NumTraits<Scalar> {
  using Real = tc::basic_dual<Scalar, Tangent>;
  using NonInteger = Real;
  using Nested = Real;
  using Literal = Real;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 2,
    AddCost = 2,
    MulCost = 6
  };
};
template <class Scalar, class Tangent, class Number, class Operation>
  requires(std::is_arithmetic_v<Number> || std::is_same_v<Number, Scalar>)
struct ScalarBinaryOpTraits<tc::basic_dual<Scalar, Tangent>, Number, Operation> {
  using ReturnType = tc::basic_dual<Scalar, Tangent>;
};
template <class Scalar, class Tangent, class Number, class Operation>
  requires(std::is_arithmetic_v<Number> || std::is_same_v<Number, Scalar>)
struct ScalarBinaryOpTraits<Number, tc::basic_dual<Scalar, Tangent>, Operation> {
  using ReturnType = tc::basic_dual<Scalar, Tangent>;
};

}  // namespace Eigen

namespace tc {
namespace detail {

template <class T>
concept matrix_expression = std::is_base_of_v<Eigen::MatrixBase<T>, T>;
/// Two matrices, one of plain numbers and one of variables or dual numbers.
template <class A, class B>
concept mixed_matrices = matrix_expression<A> && matrix_expression<B> &&
                         ((std::is_arithmetic_v<typename A::Scalar> &&
                           (is_var<typename B::Scalar> || is_dual<typename B::Scalar>)) ||
                          (std::is_arithmetic_v<typename B::Scalar> &&
                           (is_var<typename A::Scalar> || is_dual<typename A::Scalar>)));

}  // namespace detail

/// The product of a matrix of plain numbers and one of variables or dual numbers. Eigen's own
/// kernels multiply only matrices of the same scalar type.
template <class A, class B>
  requires detail::mixed_matrices<A, B>
auto operator*(const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<typename A::Scalar>)
    return a.template cast<typename B::Scalar>() * b;
  else
    return a * b.template cast<typename A::Scalar>();
}

}  // namespace tc
