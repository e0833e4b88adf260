// tensacode/io/json.hpp -- JSON: includes io/json/json.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/json.hpp>
