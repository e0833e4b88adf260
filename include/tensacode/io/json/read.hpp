// tensacode/io/json/read.hpp -- the part of the JSON reader that depends on the type.
// Layer 3. Start reading at `read_json_value`. The tables of the types are at the end.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/expected_leaf.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/io/json/read_containers.hpp>
#include <tensacode/io/json/read_record.hpp>
#include <tensacode/io/json/read_shared.hpp>
#include <tensacode/io/json/read_tensor.hpp>
#include <tensacode/io/json/read_variant.hpp>
#include <tensacode/io/json/type_table.hpp>
#include <tensacode/reflect/schema.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace tc::detail {

/// Reads "nan", "inf" or "-inf", which JSON has no numbers for. Returns false and reads nothing if
/// the value is none of them.
template <class T>
bool read_odd_number(json_cursor& cursor, T& out) {
  if (cursor.token().type != json_type::string) return false;
  const std::string_view text = cursor.text();
  if (text == "nan")
    out = std::numeric_limits<T>::quiet_NaN();
  else if (text == "inf" || text == "-inf")
    out = text[0] == '-' ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  else
    return false;
  ++cursor.index;
  return true;
}

// --- all kinds ----------------------------------------------------------------------------------
template <class T>
bool read_json_value(json_cursor& cursor, T& out, const path_step* path) {
  constexpr kind k = kind_of<T>;
  const json_token& token = cursor.token();
  if constexpr (std::is_same_v<T, std::monostate>) {
    if (token.type != json_type::null) return cursor.reject(path, "null");
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::boolean) {
    if (token.type != json_type::boolean) return cursor.reject(path, "true or false");
    out = token.length != 0;
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::integer) {
    if (token.type != json_type::number) return cursor.reject(path, "an integer");
    const auto result = integer_from_text(cursor.text(), out);
    if (result != number_result::good)
      return cursor.reject(
          path, result == number_result::out_of_range ? integer_range_name<T>() : "an integer");
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::floating) {
    if (cursor.exact && read_odd_number(cursor, out)) return true;
    if (token.type != json_type::number) return cursor.reject(path, "a number");
    if (floating_from_text(cursor.text(), out) != number_result::good)
      return cursor.reject(path, floating_range_name<T>());
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::enumeration) {
    std::optional<T> value;
    if (token.type == json_type::string) value = enum_from_text<T>(cursor.text());
    if (!value) return cursor.reject(path, one_of(enum_spellings<T>()));
    out = *value;
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::text) {
    if (token.type != json_type::string) return cursor.reject(path, "a string");
    out.assign(cursor.text());
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::duration || k == kind::time_point) {
    if (token.type != json_type::string || !chrono_from_text(cursor.text(), out))
      return cursor.reject(path, expected_chrono_text<T>());
    ++cursor.index;
    return true;
  } else if constexpr (k == kind::tensor) {
    return read_tensor_value(cursor, out, path);
  } else if constexpr (holder<T>) {
    if (token.type == json_type::null) {
      out.reset();
      ++cursor.index;
      return true;
    }
    if constexpr (is_shared_pointer<T>) {
      if (cursor.shared) return read_shared_value(cursor, out, path);
    }
    return read_json_value(cursor, emplace_held(out), path);
  } else if constexpr (k == kind::variant) {
    return read_variant_value(cursor, out, path);
  } else if constexpr (k == kind::array) {
    return read_array_value(cursor, out, path);
  } else if constexpr (k == kind::tuple) {
    return read_tuple_value(cursor, out, path);
  } else if constexpr (k == kind::sequence) {
    return read_sequence_value(cursor, out, path);
  } else if constexpr (k == kind::set) {
    return read_set_value(cursor, out, path);
  } else if constexpr (k == kind::map) {
    return read_map_value(cursor, out, path);
  } else {
    return read_record_value(cursor, out, path);
  }
}

// --- the table of a type ------------------------------------------------------------------------
template <class T>
std::string expected_json_value() {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>)
    return "null";
  else if constexpr (k == kind::boolean)
    return "true or false";
  else if constexpr (is_common_leaf<T>)
    return expected_leaf<T>();
  else if constexpr (k == kind::text)
    return "a string";
  else if constexpr (k == kind::tensor)
    return expected_tensor<T>();
  else if constexpr (holder<T>)
    return expected_json_value<held_type<T>>();
  else if constexpr (k == kind::variant)
    return "a value";
  else if constexpr (k == kind::map)
    return is_object_key<typename T::key_type> ? "an object" : "an array of pairs";
  else if constexpr (k == kind::record)
    return format("an object ({})", type_name<T>());
  else
    return "an array";
}

template <class T>
const json_type_info json_info_of<T>::value{
    [](json_cursor& cursor, void* object, const path_step* path) {
      return read_json_value(cursor, *static_cast<T*>(object), path);
    },
    &fit_json_value<T>, json_absence<T>(), &expected_json_value<T>};

}  // namespace tc::detail
