// tensacode/core/version.hpp -- the library's version, for the preprocessor.
// Layer 0. Not generated, so that a bare include path is enough. A test compares it with
// meson.build.
// SPDX-License-Identifier: MIT
#pragma once

#define TC_VERSION_MAJOR 0
#define TC_VERSION_MINOR 1
#define TC_VERSION_PATCH 0

/// The version as one number for comparisons: major * 10000 + minor * 100 + patch.
#define TC_VERSION (TC_VERSION_MAJOR * 10000 + TC_VERSION_MINOR * 100 + TC_VERSION_PATCH)

/// The version as text.
#define TC_VERSION_STRING "0.1.0"
