// tensacode/io/npy.hpp -- .npy files: includes io/arrays/npy.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/npy.hpp>
