// tensacode/control/detail/flip.hpp -- the draw that a branch under `score_function` makes.
// Layer 3. Branches include this without the headers of random programs.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/control/detail/parameter_of.hpp>
#include <tensacode/control/estimator.hpp>

namespace tc::detail {

/// `tc::flip` for a probability that is a variable or a constant in one.
bool flip_variable(const var& q, const control_site& site);

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/detail/compiled/flip.hpp>
#endif
