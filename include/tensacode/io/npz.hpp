// tensacode/io/npz.hpp -- .npz files; needs minizip: the short name of io/arrays/npz.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/npz.hpp>
