// tensacode/learn/compiled/progress_bar.hpp -- the functions that learn/progress_bar.hpp declares.
// Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/learn/progress_bar.hpp>

#include <cstddef>
#include <cstdio>
#include <string>

#include <unistd.h>

namespace tc::detail {

TC_INLINE progress_bar::progress_bar(bool shown)
    : shown_(shown), terminal_(isatty(STDERR_FILENO) != 0) {}

TC_INLINE progress_bar::~progress_bar() {
  if (shown_ && drawn_ && terminal_) std::fputc('\n', stderr);
}

TC_INLINE void progress_bar::draw(const fit_progress& p) {
  if (!shown_) return;
  drawn_ = true;
  constexpr std::size_t width = 30;
  const std::size_t done = width * p.epoch / p.epochs;
  const std::string bar = std::string(done, '#') + std::string(width - done, '.');
  std::fprintf(stderr, "%sepoch %3zu/%zu [%s] loss %.4f  validation %.4f  %.0f rows/s/core%s",
               terminal_ ? "\r" : "", p.epoch, p.epochs, bar.c_str(), p.training_loss,
               p.validation_loss, p.rows_per_cpu_second, terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace tc::detail
