// tensacode/codegen/codegen.hpp -- the door of room codegen: C++ source as a loaded plugin.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codegen/compile.hpp>
#include <tensacode/codegen/plugin.hpp>
