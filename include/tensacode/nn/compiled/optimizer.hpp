// tensacode/nn/compiled/optimizer.hpp -- the functions that nn/optimizer.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/nn/optimizer.hpp>

namespace tc {

TC_INLINE double cosine_schedule(std::size_t t, std::size_t steps) {
  const double warmup = std::max(1.0, 0.05 * static_cast<double>(steps));
  const double at = static_cast<double>(t) + 1;
  if (at < warmup) return at / warmup;
  const double progress = (at - warmup) / std::max(1.0, static_cast<double>(steps) - warmup);
  return 0.5 * (1 + std::cos(std::numbers::pi * std::min(progress, 1.0)));
}

}  // namespace tc
