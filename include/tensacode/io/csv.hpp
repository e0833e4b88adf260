// tensacode/io/csv.hpp -- CSV: includes io/csv/csv.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/csv/csv.hpp>
