// tests/support/with_threads.hpp -- a program on a given number of threads, whatever the machine
// has.
#pragma once

#include <cstddef>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

/// `f()`, whose loops run on so many threads. A `global_control` alone would only lower their
/// number: an arena has no more places than the machine has processors.
template <class F>
auto with_threads(std::size_t threads, const F& f) {
  const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism,
                                            threads);
  oneapi::tbb::task_arena arena(static_cast<int>(threads));
  return arena.execute(f);
}
