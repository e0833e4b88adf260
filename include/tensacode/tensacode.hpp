// tensacode/tensacode.hpp -- the library, but for what needs SQLite (engine/engine.hpp), minizip
// (io/npz.hpp) or xtensor (tensor/xtensor.hpp), and for what few files of a program use and every
// one that includes this would pay for: random programs (control/control.hpp), texts for people
// (io/text.hpp), and the headers of rooms that are in no door.
// SPDX-License-Identifier: MIT
#pragma once

// g++ keeps places in source compactly for the first 300,000 lines or so, and what is here with its
// dependencies has more. Vector intrinsics (under parallel.hpp) and readers are dense in places, so
// that to include them first keeps the compiler below the memory at which it begins to collect.
#include <tensacode/core/parallel.hpp>

#include <tensacode/io/arrays/safetensors_file.hpp>
#include <tensacode/io/csv.hpp>
#include <tensacode/io/json.hpp>
#include <tensacode/io/json_schema.hpp>
#include <tensacode/io/jsonl.hpp>
#include <tensacode/io/npy.hpp>
#include <tensacode/io/patch.hpp>
#include <tensacode/io/safetensors.hpp>

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/codec/codec.hpp>
#include <tensacode/codegen/codegen.hpp>
#include <tensacode/control/branch.hpp>
#include <tensacode/control/loop.hpp>
#include <tensacode/control/switch.hpp>
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
