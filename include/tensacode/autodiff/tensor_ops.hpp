// tensacode/autodiff/tensor_ops.hpp -- the operations on tensors that autodiff.hpp provides.
// Layer 2. Each operation records one node. An operation on constants records nothing. Less common
// operations would slow down every compilation, so they are included by name: functions.hpp,
// gather.hpp, linear_algebra.hpp, convolution.hpp and tensor_of_rank.hpp in autodiff/tensor/.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/tensor/eigen_functions.hpp>
#include <tensacode/autodiff/tensor/elementwise.hpp>
#include <tensacode/autodiff/tensor/products.hpp>
#include <tensacode/autodiff/tensor/rearrangements.hpp>
#include <tensacode/autodiff/tensor/reductions.hpp>
#include <tensacode/autodiff/tensor/softmax.hpp>
