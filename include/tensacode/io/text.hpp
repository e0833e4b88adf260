// tensacode/io/text.hpp -- human-readable text: includes io/text/text.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/text/text.hpp>
