// tensacode/autodiff/tensor/map_function.hpp -- exp, expm1, tanh and sigmoid of an array.
// Layer 2. Programs that link the library call its kernels; header-only programs compile the loops.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/vector_math.hpp>

#include <cstddef>
#include <type_traits>

#if defined(TC_COMPILED)
#include <tensacode/autodiff/tensor/kernels.hpp>
#endif

namespace tc::detail {

/// y[i] = the function of x[i] for `count` scalars; x and y may be the same. `Function` is one of
/// the structs of vector_math.hpp.
template <class Function, class Scalar>
void map_function(const Scalar* x, Scalar* y, std::size_t count) {
#if defined(TC_COMPILED)
  const auto& kernels = kernels_of<Scalar>();
  if constexpr (std::is_same_v<Function, exp_lanes>)
    kernels.exp(x, y, count);
  else if constexpr (std::is_same_v<Function, expm1_lanes>)
    kernels.expm1(x, y, count);
  else if constexpr (std::is_same_v<Function, tanh_lanes>)
    kernels.tanh(x, y, count);
  else
    kernels.sigmoid(x, y, count);
  static_assert(std::is_same_v<Function, exp_lanes> || std::is_same_v<Function, expm1_lanes> ||
                    std::is_same_v<Function, tanh_lanes> || std::is_same_v<Function, sigmoid_lanes>,
                "tensacode: the library has no kernel for this function. Fix: add it to "
                "autodiff/tensor/kernels.hpp and src/library/kernels.");
#else
  map_lanes<Function>(x, y, count);
#endif
}

}  // namespace tc::detail
