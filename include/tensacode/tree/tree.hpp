// tensacode/tree/tree.hpp -- the door of room tree: any object as a tree of leaves.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/tree/flatten.hpp>
#include <tensacode/tree/rebind.hpp>
