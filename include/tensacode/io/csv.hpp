// tensacode/io/csv.hpp -- CSV: the short name of io/csv/csv.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/csv/csv.hpp>
