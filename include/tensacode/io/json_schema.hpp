// tensacode/io/json_schema.hpp -- JSON Schema: includes io/json/schema.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/schema.hpp>
