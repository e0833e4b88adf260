// tensacode/core/config.hpp -- header-only or compiled.
// Layer 0.
//
// Functions that do not depend on the user's types are declared in `x.hpp` and defined in
// `compiled/x.hpp`. A header-only program includes both, and each of its files compiles the
// definitions it uses. A program that links the library defines TC_COMPILED in all its files
// (`dependency('tensacode')` and `pkg-config --cflags tensacode` do) and compiles none of them,
// since the library has them (src/library).
// SPDX-License-Identifier: MIT
#pragma once

#ifdef TC_COMPILED
#define TC_INLINE
#else
#define TC_INLINE inline
#endif
