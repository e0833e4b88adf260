// tensacode/io/json.hpp -- JSON: the short name of io/json/json.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/json.hpp>
