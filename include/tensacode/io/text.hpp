// tensacode/io/text.hpp -- text for people: the short name of io/text/text.hpp.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/text/text.hpp>
