// tensacode/io/npz.hpp -- .npz files: includes io/arrays/npz.hpp, which needs minizip.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/npz.hpp>
