// tensacode/control/detail/compiled/flip.hpp -- the functions that control/detail/flip.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/flip.hpp>
#include <tensacode/control/detail/sampler.hpp>
#include <tensacode/core/config.hpp>

#include <array>
#include <cmath>

namespace tc::detail {

TC_INLINE bool flip_variable(const var& q, const control_site& site) {
  auto& drawn = sampler_in_use("flip");
  TC_CHECK(q.value() >= 0 && q.value() <= 1, argument_error,
           "flip: the probability must be in [0, 1], got {}", q.value());
  if (drawn.paths) return drawn.paths->choose(std::array<var, 2>{q, 1 - q}) == 0;
  const bool heads = drawn.flip_instead ? drawn.flip_instead(drawn, q.value(), q.slot())
                                        : drawn.stream.uniform() < q.value();
  if (q.slot()) add_log_probability(drawn, heads ? var(log(q)) : var(log1p(-q)));
  const double increment = heads - q.value();
  drawn.add(drawn.channels_of(site, 1), increment, q.value(), q.slot());
  drawn.end_of_choice(increment);
  return heads;
}

}  // namespace tc::detail
