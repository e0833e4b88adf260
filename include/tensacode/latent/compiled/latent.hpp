// tensacode/latent/compiled/latent.hpp -- the functions that latent/latent.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/latent/latent.hpp>

namespace tc {

TC_INLINE double similarity(const vector& a, const vector& b) {
  TC_CHECK(a.values.size() == b.values.size(), shape_error,
           "similarity: latents of {} and {} numbers", a.values.size(), b.values.size());
  const double squares = a.values.squaredNorm() + b.values.squaredNorm();
  if (squares == 0 || a.values == b.values) return 1;
  return std::clamp(0.5 + a.values.dot(b.values) / squares, 0.0, 1.0);
}

}  // namespace tc
