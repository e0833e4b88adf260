// tensacode/io/json/options.hpp -- the options of the JSON readers and writers.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/read_policy.hpp>

#include <cstddef>

namespace tc {

struct json_read_options {
  read_policy unknown_keys = read_policy::ignore;
  read_policy duplicate_keys = read_policy::error;  ///< with ignore, the last one counts
  std::size_t max_depth = 512;                      ///< limit on nested arrays and objects
  bool references = false;                          ///< read "$id" and "$ref" as shared pointers
};

struct json_write_options {
  unsigned indent = 0;          ///< spaces per level; 0 writes one line without spaces
  std::size_t max_depth = 512;  ///< limit on nested arrays and objects
  bool references = false;      ///< write each shared object once; allows cycles
};

}  // namespace tc
