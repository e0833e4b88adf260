// tensacode/core/compiled/parallel.hpp -- the function that core/parallel.hpp declares. Layer 0.
// The only file that includes oneTBB. Compiled once into the library, or in each file of a
// header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/core/parallel.hpp>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace tc::detail {

TC_INLINE void run_items(std::size_t n, const void* item,
                         void (*call)(const void* item, std::size_t i)) {
  // Isolated: a thread that waits for the others must not run items of an enclosing loop in the
  // meantime, since it could change what the waiting item has set for itself.
  oneapi::tbb::this_task_arena::isolate(
      [&] { oneapi::tbb::parallel_for(std::size_t{0}, n, [&](std::size_t i) { call(item, i); }); });
}

}  // namespace tc::detail
