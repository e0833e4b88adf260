// tensacode/io/jsonl.hpp -- JSON Lines: includes io/json/lines.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/lines.hpp>
