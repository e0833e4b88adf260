// tensacode/io/edit.hpp -- one change of an object, as data.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/enums.hpp>

#include <optional>
#include <string>

namespace tc {

/// Thrown if the object does not have the value that the patch expects.
struct patch_conflict : error {
  using error::error;
};

enum class edit_action { set, insert, remove };

/// One change. Values are JSON text. A variant is an array of the position of its alternative and
/// its value. "nan", "inf" and "-inf" stand for numbers that JSON does not have.
struct edit {
  edit_action action = edit_action::set;
  std::string path;
  std::optional<std::string> before;  ///< for `set` and `remove`
  std::optional<std::string> after;   ///< for `set` and `insert`
};

}  // namespace tc
