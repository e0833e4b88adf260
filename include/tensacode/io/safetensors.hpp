// tensacode/io/safetensors.hpp -- safetensors files: includes io/arrays/safetensors.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/safetensors.hpp>
