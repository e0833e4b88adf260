// tensacode/tree/tree.hpp -- the door of room tree: any object as a tree of leaves.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

// What the others include comes first, so that a message about it names no more files than needed.
#include <tensacode/tree/hash.hpp>

#include <tensacode/tree/rebuild.hpp>

#include <tensacode/tree/compare.hpp>
#include <tensacode/tree/flatten.hpp>
#include <tensacode/tree/map.hpp>
#include <tensacode/tree/partition.hpp>
#include <tensacode/tree/rebind.hpp>
#include <tensacode/tree/trail.hpp>
