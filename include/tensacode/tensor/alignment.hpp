// tensacode/tensor/alignment.hpp -- a link error for a program that aligns Eigen's memory
// differently than the library. Layer 1.
//
// Eigen allocates and frees memory by the alignment that -march and the sanitizers choose. Memory
// that one side allocates and the other frees would then corrupt the heap.
// SPDX-License-Identifier: MIT
#pragma once

#if defined(TC_COMPILED)

#include <Eigen/Core>

namespace tc::detail::error {

/// The library defines `check` for its own alignment only. To mend the link error, build both with
/// the same -march and sanitizers, or use the header-only form, `tensacode-headers`.
template <int Bytes, bool MallocAligns>
struct library_and_program_align_eigen_memory_differently {
  static const char check;
};

}  // namespace tc::detail::error

namespace tc::detail {

using eigen_alignment =
    error::library_and_program_align_eigen_memory_differently<EIGEN_DEFAULT_ALIGN_BYTES,
                                                              EIGEN_MALLOC_ALREADY_ALIGNED != 0>;
template <>
const char eigen_alignment::check;
[[gnu::used]] static const char* const alignment_check = &eigen_alignment::check;

}  // namespace tc::detail

#endif
