// tensacode/io/safetensors.hpp -- safetensors files: the short name of io/arrays/safetensors.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/safetensors.hpp>
