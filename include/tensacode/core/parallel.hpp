// tensacode/core/parallel.hpp -- loops over independent work items on oneTBB.
// Layer 0. The only file that includes oneTBB. Results never depend on the number of threads:
// the caller cuts the work into items whose number is fixed by the problem, and reduces their
// results in index order.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <oneapi/tbb/parallel_for.h>

namespace tc {

/// Calls `f(i)` for i in [0, n), in any order and on any thread; returns when all are done.
/// An exception of one call is rethrown here after the others stopped.
template <class F>
void parallel_for(std::size_t n, const F& f) {
  if (n == 1) {
    f(std::size_t{0});
    return;
  }
  oneapi::tbb::parallel_for(std::size_t{0}, n, f);
}

}  // namespace tc
