// tensacode/core/core.hpp -- the door of room core.
// Layer 0.
//
// Throughout the library, `template <class Lazy = void>` before a function or class that needs no
// parameter says: check and compile this only in programs that call it. Without it every file
// that includes the umbrella header would pay for what training, saving and emitting instantiate.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/file.hpp>
#include <tensacode/core/fixed_string.hpp>
#include <tensacode/core/hash.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/core/type_name.hpp>
#include <tensacode/core/version.hpp>
