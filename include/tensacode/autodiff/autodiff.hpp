// tensacode/autodiff/autodiff.hpp -- the main header of autodiff: scalars and matrices on a tape.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

// tape.hpp comes first: the other headers include it, and an error message lists the chain of
// includes. This order keeps the chain short.
#include <tensacode/autodiff/tape.hpp>

#include <tensacode/autodiff/eigen.hpp>
#include <tensacode/autodiff/predicate.hpp>
#include <tensacode/autodiff/reserved_stream.hpp>
#include <tensacode/autodiff/tensor_ops.hpp>
#include <tensacode/autodiff/tensor_var.hpp>
#include <tensacode/autodiff/variable.hpp>
