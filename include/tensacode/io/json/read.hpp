// tensacode/io/json/read.hpp -- the part of the JSON reader that depends on the type.
// Layer 3. Start reading at `read_json_value`. The tables of the types are at the end.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/expected_leaf.hpp>
#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/detail/number_text.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/io/json/read_shared.hpp>
#include <tensacode/io/json/read_tensor.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/schema.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

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

// --- records ------------------------------------------------------------------------------------
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

// --- containers ---------------------------------------------------------------------------------
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

/// Reads [position, value] up to the value and returns the position. If the cursor is at something
/// else, it adds a problem and returns the number of alternatives.
template <class Variant>
std::size_t take_position(json_cursor& cursor, const path_step* path) {
  constexpr std::size_t count = std::variant_size_v<Variant>;
  const auto& array = cursor.token();
  std::size_t position = count;
  if (array.type == json_type::array && array.length == 2 &&
      cursor.tape[cursor.index + 1].type == json_type::number)
    integer_from_text(cursor.tape.text_of(cursor.tape[cursor.index + 1]), position);
  if (position < count)
    cursor.index += 2;
  else
    cursor.reject(path, format("[position of an alternative below {}, value]", count));
  return position < count ? position : count;
}

template <class... Alternatives>
bool read_variant_value(json_cursor& cursor, std::variant<Alternatives...>& out,
                        const path_step* path) {
  using variant = std::variant<Alternatives...>;
  static constexpr const json_type_info* infos[] = {&json_info_of<Alternatives>::value...};
  using reader = bool (*)(json_cursor&, variant&, const path_step*);
  static constexpr auto readers = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<reader, sizeof...(I)>{[](json_cursor& c, variant& v, const path_step* p) {
      return read_json_value(c, v.template emplace<I>(), p);
    }...};
  }(std::index_sequence_for<Alternatives...>{});
  if (cursor.exact) {
    const std::size_t position = take_position<variant>(cursor, path);
    return position < sizeof...(Alternatives) && readers[position](cursor, out, path);
  }
  std::size_t choice = no_match;
  if (cursor.shared) choice = find_shared_alternative<Alternatives...>(cursor);
  if (choice == no_match)
    choice = choose_alternative(cursor.tape, cursor.index, infos, sizeof...(Alternatives));
  if (choice == no_match) {
    std::string expected;
    for (const auto* info : infos) expected += (expected.empty() ? "" : " or ") + info->expected();
    return cursor.reject(path, expected);
  }
  return readers[choice](cursor, out, path);
}

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
