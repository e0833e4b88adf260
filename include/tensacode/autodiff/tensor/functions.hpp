// tensacode/autodiff/tensor/functions.hpp -- further elementwise functions of scalars and matrices.
// Layer 2. Not included by autodiff.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/eigen_functions.hpp>
#include <tensacode/autodiff/tensor/elementwise.hpp>

#include <cmath>

namespace tc {
namespace detail {

struct softplus_op {
  static auto value(auto a) {
    using std::exp, std::log1p;
    return a > 0 ? a + log1p(exp(-a)) : log1p(exp(a));
  }
  static auto partial(auto a, auto) { return sigmoid_op::value(a); }
};
template <>
inline constexpr bool reads_result<softplus_op> = false;

/// log(1 + exp(x)), computed without overflow.
template <differentiable A>
auto softplus(const A& a) {
  return make_unary<softplus_op>(a);
}
/// Restricts x to [least, greatest], which are plain numbers. The derivative is 1 at the bounds and
/// between them, and 0 elsewhere.
template <differentiable A, constant Bound>
auto clamp(const A& a, const Bound& least, const Bound& greatest) {
  return make_binary<min_op>(make_binary<max_op>(a, least), greatest);
}

}  // namespace detail

#define TC_DETAIL_MATRIX_FUNCTION(name)                \
  template <detail::tensor_handle T>                   \
  T name(const T& x) {                                 \
    return detail::map_matrix<detail::name##_op>(x);   \
  }                                                    \
  template <detail::matrix_of_eigen T>                 \
  auto name(const T& x) {                              \
    return detail::map_elements<detail::name##_op>(x); \
  }
TC_DETAIL_MATRIX_FUNCTION(softplus)
TC_DETAIL_MATRIX_FUNCTION(erf)
TC_DETAIL_MATRIX_FUNCTION(square)
#undef TC_DETAIL_MATRIX_FUNCTION

// The same functions of Eigen arrays, which Eigen does not have.
template <detail::array_of_eigen T>
auto softplus(const T& x) {
  return detail::map_elements<detail::softplus_op>(x);
}
template <detail::array_of_eigen T>
auto erf(const T& x) {
  return detail::map_elements<detail::erf_op>(x);
}
template <detail::array_of_eigen T, class Bound>
  requires(!detail::differentiable<Bound>)
auto clamp(const T& x, const Bound& least, const Bound& greatest) {
  return detail::map_pairs<detail::min_op>(detail::map_pairs<detail::max_op>(x, least), greatest);
}

}  // namespace tc
