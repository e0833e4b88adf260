// tensacode/autodiff/tensor/kernels.hpp -- inner loops that the library has per processor.
// Layer 2. Used by programs that link the library. A header-only program compiles these loops for
// the processor that its compiler targets, set for instance by -march.
//
// The library looks at the processor once. So every run on one machine computes the same bits, but
// two machines may differ in the last bits. The environment variable TENSACODE_PROCESSOR selects
// older instructions: x86-64, x86-64-v3 (AVX2) or x86-64-v4 (AVX-512).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace tc::detail {

/// The operands of out = a b, or of out += a b if `add` is true. Matrices are stored by columns;
/// `stride` is the distance between columns in scalars. A factor may be stored as its transpose.
///
/// Shapes  a (m, k), b (k, n), out (m, n), any of which may be 0
template <class Scalar>
struct product_operands {
  const Scalar* a;
  std::ptrdiff_t a_stride;
  bool a_transposed;
  const Scalar* b;
  std::ptrdiff_t b_stride;
  bool b_transposed;
  Scalar* out;
  std::ptrdiff_t out_stride;
  std::ptrdiff_t m, n, k;
  bool add;
};

/// y[i] = f(x[i]) for `count` scalars; x and y may be the same.
template <class Scalar>
using map_kernel = void (*)(const Scalar* x, Scalar* y, std::size_t count);

template <class Scalar>
struct scalar_kernels {
  void (*multiply)(const product_operands<Scalar>&);
  map_kernel<Scalar> exp, expm1, tanh, sigmoid;
};

struct processor_kernels {
  const char* processor;  ///< for instance `x86-64-v3`; `any` if it is not known
  scalar_kernels<float> of_float;
  scalar_kernels<double> of_double;
};

/// The kernels in use. Throws `error` if TENSACODE_PROCESSOR is unknown or this processor cannot
/// run its instructions.
const processor_kernels& kernels();
/// All kernels that this processor can run, the fastest last.
std::span<const processor_kernels* const> runnable_kernels();

template <class Scalar>
const scalar_kernels<Scalar>& kernels_of() {
  if constexpr (sizeof(Scalar) == sizeof(float))
    return kernels().of_float;
  else
    return kernels().of_double;
}

}  // namespace tc::detail
