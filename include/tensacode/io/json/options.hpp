// tensacode/io/json/options.hpp -- what the JSON readers and writers can be told.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/read_policy.hpp>

#include <cstddef>

namespace tc {

struct json_read_options {
  read_policy unknown_keys = read_policy::ignore;
  read_policy duplicate_keys = read_policy::error;  ///< ignore: the last one counts
  std::size_t max_depth = 512;                      ///< of arrays and objects in each other
  bool references = false;  ///< "$id" and "$ref" stand for what shared pointers share
};

struct json_write_options {
  unsigned indent = 0;  ///< spaces per level; 0 for one line without spaces
  std::size_t max_depth =
      512;  ///< of arrays and objects in each other; what contains itself has no end
  bool references = false;  ///< writes what shared pointers share once, so that a cycle has an end
};

}  // namespace tc
