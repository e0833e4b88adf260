// tensacode/tree/tree.hpp -- the main header of tree: any object as a tree of leaves.
// Layer 2.
// SPDX-License-Identifier: MIT
#pragma once

// hash.hpp and rebuild.hpp come first: the other headers include them, and an error message lists
// the chain of includes. This order keeps the chain short.
#include <tensacode/tree/hash.hpp>

#include <tensacode/tree/rebuild.hpp>

#include <tensacode/tree/compare.hpp>
#include <tensacode/tree/flatten.hpp>
#include <tensacode/tree/map.hpp>
#include <tensacode/tree/partition.hpp>
#include <tensacode/tree/rebind.hpp>
#include <tensacode/tree/trail.hpp>
