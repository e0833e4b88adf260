// tensacode/core/version.hpp -- the library's version, for the preprocessor.
// Layer 0. A static header, so that a bare include path is enough; a test holds it to meson.build.
// SPDX-License-Identifier: MIT
#pragma once

#define TC_VERSION_MAJOR 0
#define TC_VERSION_MINOR 1
#define TC_VERSION_PATCH 0

/// As one number to compare with: major * 10000 + minor * 100 + patch.
#define TC_VERSION (TC_VERSION_MAJOR * 10000 + TC_VERSION_MINOR * 100 + TC_VERSION_PATCH)

/// As text.
#define TC_VERSION_STRING "0.1.0"
