// tensacode/core/parallel.hpp -- loops over independent work items on oneTBB.
// Layer 0. Only core/compiled/parallel.hpp includes oneTBB. Results must not depend on the number
// of threads. So the caller divides the work into a number of items that depends on the problem
// only, and combines their results in the order of their indices.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/block_setting.hpp>

#include <cstddef>

// oneTBB's library is not compiled with the thread sanitizer. So the sanitizer cannot see that
// everything before a loop happens before its items, and these before everything after it. The
// annotations below tell it.
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

namespace detail {

/// Calls `call(item, i)` for i in [0, n), in any order and on any thread.
void run_items(std::size_t n, const void* item, void (*call)(const void* item, std::size_t i));

}  // namespace detail

/// Calls `f(i)` for i in [0, n), in any order and on any thread, and returns when all calls are
/// done. Each call sees the settings of the block around the loop, such as a `tc::control_scope`.
/// If a call throws, the exception is rethrown here after the others have stopped.
template <class F>
void parallel_for(std::size_t n, const F& f) {
  if (n == 1) {
    f(std::size_t{0});
    return;
  }
#if defined(TC_THREAD_SANITIZER)
  char begun = 0, done = 0;
  __tsan_release(&begun);
#endif
  const auto item = [&, setting = detail::current_block_setting](std::size_t i) {
    const detail::block_setting_scope scope(setting);
#if defined(TC_THREAD_SANITIZER)
    __tsan_acquire(&begun);
#endif
    f(i);
#if defined(TC_THREAD_SANITIZER)
    __tsan_release(&done);
#endif
  };
  using Item = decltype(item);
  detail::run_items(
      n, &item, [](const void* erased, std::size_t i) { (*static_cast<const Item*>(erased))(i); });
#if defined(TC_THREAD_SANITIZER)
  __tsan_acquire(&done);
#endif
}

}  // namespace tc

#undef TC_THREAD_SANITIZER

#ifndef TC_COMPILED
#include <tensacode/core/compiled/parallel.hpp>
#endif
