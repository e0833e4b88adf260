// tensacode/core/core.hpp -- the main header of core.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/file.hpp>
#include <tensacode/core/fixed_string.hpp>
#include <tensacode/core/hash.hpp>
#include <tensacode/core/lookup.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/core/type_name.hpp>
#include <tensacode/core/version.hpp>
