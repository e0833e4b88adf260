// tensacode/io/json/type_table.hpp -- declares the table through which the reader reads a type.
// Layer 3. io/json/read.hpp defines the tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/cursor.hpp>
#include <tensacode/reflect/holder.hpp>

#include <string>

namespace tc::detail {

/// The reading functions of type T.
template <class T>
struct json_info_of {
  static const json_type_info value;
};

/// For example "an integer" or "an object (Person)", for error messages.
template <class T>
std::string expected_json_value();

/// Returns a function that sets an object to the value that a missing key stands for. Returns null
/// if the key is required.
template <class T>
constexpr auto json_absence() -> void (*)(void*) {
  if constexpr (holder<T>)
    return [](void* object) { static_cast<T*>(object)->reset(); };
  else
    return nullptr;
}

}  // namespace tc::detail
