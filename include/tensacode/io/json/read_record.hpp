// tensacode/io/json/read_record.hpp -- reads the fields of a record from a JSON object.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/io/json/type_table.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tc::detail {

/// The table of a field whose attributes restrict its values.
template <class T, std::size_t I>
struct checked_json_info {
  static const json_type_info value;
};
template <class T, std::size_t I>
const json_type_info checked_json_info<T, I>::value{
    [](json_cursor& cursor, void* object, const path_step* path) {
      const json_token& token = cursor.token();
      auto& field = *static_cast<field_type<T, I>*>(object);
      const std::string found = cursor.show();
      if (!read_json_value(cursor, field, path)) return false;
      std::string expected = expected_by_attributes<T, I>(field);
      if (expected.empty()) return true;
      cursor.note(token, path, std::move(expected), found);
      return false;
    },
    &fit_json_value<field_type<T, I>>, json_absence<field_type<T, I>>(),
    &expected_json_value<field_type<T, I>>};

template <class T, std::size_t I>
constexpr const json_type_info* json_field_info() {
  if constexpr (is_checked<T, I>)
    return &checked_json_info<T, I>::value;
  else
    return &json_info_of<field_type<T, I>>::value;
}

/// The tables and names of the fields that are not ignored.
template <class T>
struct json_record_of {
  static constexpr auto fields =
      with_active_fields<T>([]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<const json_type_info*, sizeof...(I)>{json_field_info<T, I>()...};
      });
  static constexpr auto names =
      with_active_fields<T>([]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<std::string_view, sizeof...(I)>{field_names<T>()[I]...};
      });
  /// An older name for each field, empty if it has none.
  static constexpr auto old_names =
      with_active_fields<T>([]<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] const auto old_name =
            []<std::size_t J>(std::integral_constant<std::size_t, J>) {
              if constexpr (has_attribute<renamed_from, T, J>)
                return attribute_of<renamed_from, T, J>.name;
              else
                return std::string_view{};
            };
        return std::array<std::string_view, sizeof...(I)>{
            old_name(std::integral_constant<std::size_t, I>{})...};
      });

  static json_record_info info() {
    static constexpr std::string_view name = type_name<T>();
    if constexpr (has_attributes<T>)
      return {name, names, fields.data(), old_names};
    else
      return {name, names, fields.data(), {}};
  }
};

template <class T>
bool read_record_value(json_cursor& cursor, T& out, const path_step* path) {
  return with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
    void* const fields[sizeof...(I) + 1] = {
        const_cast<void*>(
            static_cast<const void*>(std::addressof(fields_of<T>::template get<I>(out))))...,
        nullptr};
    return read_json_record(cursor, json_record_of<T>::info(), fields, path);
  });
}

}  // namespace tc::detail
