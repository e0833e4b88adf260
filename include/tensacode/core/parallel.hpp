// tensacode/core/parallel.hpp -- loops over independent work items on oneTBB.
// Layer 0. The only file that includes oneTBB. Results never depend on the number of threads:
// the caller cuts the work into items whose number is fixed by the problem, and reduces their
// results in index order.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/block_setting.hpp>

#include <cstddef>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

// oneTBB's library is not compiled with the thread sanitizer, which so cannot see that all before a
// loop happens before its items, and these before all behind it. It is told.
#if defined(__SANITIZE_THREAD__)
#define TC_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TC_THREAD_SANITIZER
#endif
#endif
#if defined(TC_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#endif

namespace tc {

/// Calls `f(i)` for i in [0, n), in any order and on any thread; returns when all are done. Each
/// call finds the settings of the block that this loop stands in, a `tc::control_scope`.
/// An exception of one call is rethrown here after the others stopped.
template <class F>
void parallel_for(std::size_t n, const F& f) {
  if (n == 1) {
    f(std::size_t{0});
    return;
  }
  const auto setting = detail::current_block_setting;
  const auto item = [&f, setting](std::size_t i) {
    const detail::block_setting_scope scope(setting);
    f(i);
  };
  // In isolation: a thread that waits for the others must not run items of an enclosing loop
  // meanwhile, in the midst of what an item of that one has set for itself.
#if defined(TC_THREAD_SANITIZER)
  char begun = 0, done = 0;
  __tsan_release(&begun);
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, n, [&](std::size_t i) {
      __tsan_acquire(&begun);
      item(i);
      __tsan_release(&done);
    });
  });
  __tsan_acquire(&done);
#else
  oneapi::tbb::this_task_arena::isolate(
      [&] { oneapi::tbb::parallel_for(std::size_t{0}, n, item); });
#endif
}

}  // namespace tc

#undef TC_THREAD_SANITIZER
