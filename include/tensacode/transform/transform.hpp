// tensacode/transform/transform.hpp -- the main header of transform: derivatives of functions.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/active.hpp>
#include <tensacode/transform/checkpoint.hpp>
#include <tensacode/transform/custom.hpp>
#include <tensacode/transform/forward.hpp>
#include <tensacode/transform/gradient.hpp>
#include <tensacode/transform/hessian.hpp>
#include <tensacode/transform/jacobian.hpp>
#include <tensacode/transform/lift.hpp>
#include <tensacode/transform/reverse.hpp>
#include <tensacode/transform/view.hpp>
