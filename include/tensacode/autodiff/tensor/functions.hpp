// tensacode/autodiff/tensor/functions.hpp -- more functions of numbers, arrays and matrices.
// Layer 2. Not in the door. Of a matrix they are taken by element.
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

/// log(1 + exp(x)) without overflow.
template <differentiable A>
auto softplus(const A& a) {
  return make_unary<softplus_op>(a);
}
/// x within [least, greatest], which are numbers; the derivative is 1 at and between them, else 0.
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

// Of Eigen's arrays, what Eigen does not have.
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
