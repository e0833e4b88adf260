// tensacode/autodiff/tensor/matrix_product.hpp -- the matrix products that statements compute.
// Layer 2. If a program defines TC_USE_BLAS, large products of float and double call the
// cblas_sgemm and cblas_dgemm that it is linked with. All source files of a program must define the
// macro, or none. Otherwise programs that link the library use its kernels, and header-only
// programs use Eigen. OpenBLAS chooses its kernels on the machine that runs it. So a header-only
// program compiled for any x86-64 multiplies some five times as fast with it; with -march=native
// the two are close.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/vector_math.hpp>

#include <Eigen/Core>

#include <limits>
#include <type_traits>

#if defined(TC_COMPILED)
#include <tensacode/autodiff/tensor/kernels.hpp>
#endif
#if defined(TC_USE_BLAS)
#include <cblas.h>
#endif

namespace tc::detail {

#if defined(TC_USE_BLAS)

// The macro tells whether cblas.h is OpenBLAS's. The program's threads are those of oneTBB.
// OpenBLAS's own threads would come on top of them, wait in loops, and make results depend on the
// number of threads. This runs before main, so a program that wants them calls
// openblas_set_num_threads(n) in main.
#if defined(OPENBLAS_CONFIG_H)
inline const bool blas_is_single_threaded = (openblas_set_num_threads(1), true);
#endif

/// Whether BLAS computes an m x n product over k terms faster than Eigen (measured in
/// benchmarks/training_step). Eigen is faster for products with a vector, which are bound by
/// memory. BLAS calls have a fixed cost. If Eigen has wide vectors too, OpenBLAS's kernel for a
/// transposed left factor pays only for large products.
inline bool blas_is_faster(Eigen::Index m, Eigen::Index n, Eigen::Index k, bool left_transposed) {
  constexpr Eigen::Index most = std::numeric_limits<int>::max();
  if (m < 2 || n < 2 || k < 2 || m > most || n > most || k > most) return false;
  const double multiplications =
      static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  return multiplications >= (left_transposed && lane_bytes > 16 ? 1 << 24 : 1 << 12);
}

/// Computes out = factor out + a b by BLAS and returns true. Returns false and does nothing if
/// Eigen is faster, or for scalars other than float and double.
template <class Out, class A, class B>
bool multiply_by_blas(typename A::Scalar factor, Out& out, const A& a, const B& b) {
  using Scalar = typename A::Scalar;
  if constexpr (std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>) {
    if (!blas_is_faster(a.rows(), b.cols(), a.cols(), A::IsRowMajor)) return false;
    const auto layout_of = [](bool transposed) { return transposed ? CblasTrans : CblasNoTrans; };
    const auto number = [](Eigen::Index n) { return static_cast<int>(n); };
    const auto call = [&](auto gemm) {
      gemm(CblasColMajor, layout_of(A::IsRowMajor), layout_of(B::IsRowMajor), number(a.rows()),
           number(b.cols()), number(a.cols()), Scalar(1), a.data(), number(a.outerStride()),
           b.data(), number(b.outerStride()), factor, out.data(), number(out.outerStride()));
    };
    if constexpr (std::is_same_v<Scalar, float>)
      call(cblas_sgemm);
    else
      call(cblas_dgemm);
    return true;
  } else {
    return false;
  }
}

#endif

/// Computes out = a b, or out += a b if `add`, by the library's kernels for float and double, and
/// else by Eigen.
template <bool add, class Out, class A, class B>
void multiply(Out& out, const A& a, const B& b) {
#if defined(TC_COMPILED)
  using Scalar = typename A::Scalar;
  // `if constexpr`: instantiating Eigen's product as well would dominate the compile time.
  if constexpr (std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>) {
    kernels_of<Scalar>().multiply({a.data(), a.outerStride(), A::IsRowMajor, b.data(),
                                   b.outerStride(), B::IsRowMajor, out.data(), out.outerStride(),
                                   a.rows(), b.cols(), a.cols(), add});
  } else
#endif
  {
    if constexpr (add)
      out.noalias() += a * b;
    else
      out.noalias() = a * b;
  }
}

// `out` is a matrix stored by columns and already has its size. `a` and `b` are such matrices or
// transposes of them, and share no memory with `out`.
//
// Shapes  a (m, k), b (k, n) -> out (m, n), any of which may be 0
/// out = a b.
template <class Out, class A, class B>
void assign_product(Out&& out, const A& a, const B& b) {
#if defined(TC_USE_BLAS)
  if (multiply_by_blas(0, out, a, b)) return;
#endif
  multiply<false>(out, a, b);
}
/// out += a b.
template <class Out, class A, class B>
void add_product(Out&& out, const A& a, const B& b) {
#if defined(TC_USE_BLAS)
  if (multiply_by_blas(1, out, a, b)) return;
#endif
  multiply<true>(out, a, b);
}

}  // namespace tc::detail
