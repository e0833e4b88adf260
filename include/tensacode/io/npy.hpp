// tensacode/io/npy.hpp -- .npy files: the short name of io/arrays/npy.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/npy.hpp>
