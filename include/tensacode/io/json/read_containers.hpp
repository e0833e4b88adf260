// tensacode/io/json/read_containers.hpp -- reads sequences, sets, maps, arrays and tuples from
// JSON. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/reflect/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc::detail {

template <class T>
bool read_sequence_value(json_cursor& cursor, T& out, const path_step* path) {
  const json_token& array = cursor.token();
  if (array.type != json_type::array) return cursor.reject(path, "an array");
  out.clear();
  // Limit the reservation: two bytes of text make an element, and an element may be large.
  constexpr std::uint32_t most_reserved = 1 << 16;
  if constexpr (requires { out.reserve(array.length); })
    out.reserve(array.length < most_reserved ? array.length : most_reserved);
  bool good = true;
  std::size_t position = 0;
  for (++cursor.index; cursor.index != array.next; ++position) {
    const path_step step{path, {}, position};
    if constexpr (std::is_same_v<typename T::reference, typename T::value_type&>) {
      out.emplace_back();
      if (!read_json_value(cursor, out.back(), &step)) {
        out.pop_back();
        good = false;
      }
    } else {  // std::vector<bool>
      typename T::value_type element{};
      good &= read_json_value(cursor, element, &step);
      out.push_back(element);
    }
  }
  return good;
}

template <class T>
bool read_set_value(json_cursor& cursor, T& out, const path_step* path) {
  const json_token& array = cursor.token();
  if (array.type != json_type::array) return cursor.reject(path, "an array");
  out.clear();
  bool good = true;
  std::size_t position = 0;
  for (++cursor.index; cursor.index != array.next; ++position) {
    const path_step step{path, {}, position};
    typename T::key_type element{};
    if (read_json_value(cursor, element, &step))
      out.insert(std::move(element));
    else
      good = false;
  }
  return good;
}

template <class Key>
bool read_object_key(json_cursor& cursor, Key& key, const path_step* path) {
  const std::string_view text = cursor.text();
  if constexpr (kind_of<Key> == kind::text) {
    key = text;
  } else if constexpr (kind_of<Key> == kind::enumeration) {
    const auto value = enum_from_text<Key>(text);
    if (!value) return cursor.reject(path, "a key that is " + one_of(enum_spellings<Key>()));
    key = *value;
  } else {
    if (integer_from_text(text, key) != number_result::good)
      return cursor.reject(path, "a key that is " + integer_range_name<Key>());
  }
  ++cursor.index;
  return true;
}

template <class T>
bool read_map_value(json_cursor& cursor, T& out, const path_step* path) {
  const json_token& top = cursor.token();
  constexpr bool as_object = is_object_key<typename T::key_type>;
  if (top.type != (as_object ? json_type::object : json_type::array))
    return cursor.reject(path, as_object ? "an object" : "an array of pairs");
  out.clear();
  bool good = true;
  std::size_t position = 0;
  for (++cursor.index; cursor.index != top.next; ++position) {
    const json_token& entry = cursor.token();
    const std::string_view text = cursor.text();
    std::pair<typename T::key_type, typename T::mapped_type> pair{};
    if constexpr (as_object) {
      const path_step step{path, text};
      if (!read_object_key(cursor, pair.first, &step)) {
        cursor.skip();
        good = false;
        continue;
      }
      if (!read_json_value(cursor, pair.second, &step)) {
        good = false;
        continue;
      }
    } else {
      const path_step step{path, {}, position};
      if (!read_json_value(cursor, pair, &step)) {
        good = false;
        continue;
      }
    }
    if constexpr (requires {
                    out.insert_or_assign(std::move(pair.first), std::move(pair.second));
                  }) {
      const auto size = out.size();
      out.insert_or_assign(std::move(pair.first), std::move(pair.second));
      if (out.size() == size && cursor.options.duplicate_keys == read_policy::error) {
        const path_step step = as_object ? path_step{path, text} : path_step{path, {}, position};
        cursor.note(entry, &step, "the key once", "it twice");
        good = false;
      }
    } else {  // multimap
      out.emplace(std::move(pair.first), std::move(pair.second));
    }
  }
  return good;
}

template <class T>
bool read_array_value(json_cursor& cursor, T& out, const path_step* path) {
  const json_token& array = cursor.token();
  constexpr std::size_t count = array_extent<T>;
  if (array.type != json_type::array || array.length != count)
    return cursor.reject(
        path, format("an array of {} elements", count),
        array.type == json_type::array ? format("{}", array.length) : cursor.show());
  bool good = true;
  ++cursor.index;
  for (std::size_t i = 0; i < count; ++i) {
    const path_step step{path, {}, i};
    good &= read_json_value(cursor, out[i], &step);
  }
  return good;
}

template <class T>
bool read_tuple_value(json_cursor& cursor, T& out, const path_step* path) {
  const json_token& array = cursor.token();
  constexpr std::size_t count = std::tuple_size_v<T>;
  if (array.type != json_type::array || array.length != count)
    return cursor.reject(
        path, format("an array of {} elements", count),
        array.type == json_type::array ? format("{}", array.length) : cursor.show());
  ++cursor.index;
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    bool good = true;
    const auto read_member = [&](auto& member, std::size_t i) {
      const path_step step{path, {}, i};
      good &= read_json_value(cursor, member, &step);
    };
    (read_member(std::get<I>(out), I), ...);
    return good;
  }(std::make_index_sequence<count>{});
}

}  // namespace tc::detail
