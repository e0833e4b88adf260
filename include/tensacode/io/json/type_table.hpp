// tensacode/io/json/type_table.hpp -- declares the table of reading functions of a type.
// Layer 3. Defined in io/json/read.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/cursor.hpp>
#include <tensacode/reflect/holder.hpp>

#include <string>

namespace tc::detail {

template <class T>
struct json_info_of {
  static const json_type_info value;
};

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
