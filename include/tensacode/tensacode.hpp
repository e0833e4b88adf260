// tensacode/tensacode.hpp -- the whole library, but for the doors that need SQLite
// (engine/engine.hpp), minizip (io/npz.hpp) or xtensor (tensor/xtensor.hpp).
// SPDX-License-Identifier: MIT
#pragma once

// g++ keeps places in source compactly for the first 300,000 lines or so, and what is here with its
// dependencies has more. Vector intrinsics (under parallel.hpp) and readers are dense in places, so
// that to include them first keeps the compiler below the memory at which it begins to collect.
#include <tensacode/core/parallel.hpp>

#include <tensacode/io/io.hpp>

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/codec/codec.hpp>
#include <tensacode/codegen/codegen.hpp>
#include <tensacode/control/control.hpp>
#include <tensacode/core/core.hpp>
#include <tensacode/engine/learner.hpp>
#include <tensacode/latent/latent.hpp>
#include <tensacode/learn/learn.hpp>
#include <tensacode/nn/nn.hpp>
#include <tensacode/ops/ops.hpp>
#include <tensacode/reflect/reflect.hpp>
#include <tensacode/tensor/tensor.hpp>
#include <tensacode/transform/transform.hpp>
#include <tensacode/tree/tree.hpp>
