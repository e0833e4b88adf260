// tensacode/io/detail/difference.hpp -- finds the edits that turn one object into another.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/edit.hpp>
#include <tensacode/io/json/json.hpp>
#include <tensacode/reflect/reflect.hpp>
#include <tensacode/tree/compare.hpp>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc::detail {

/// Uses the exact form of JSON, so that a value is restored unchanged.
template <class T>
std::string value_to_json(const T& value) {
  json_writer writer;
  writer.exact = true;
  write_json_value(writer, value);
  return std::string(writer.text());
}

template <class T>
void value_from_json(std::string_view text, T& value) {
  json_tape tape;
  problem_list problems;
  if (!read_json_text(tape, text, value, {}, problems, 1, true)) problems.raise("");
}

/// Whether a type is compared part by part. Other types are replaced as a whole.
template <class T>
inline constexpr bool has_editable_parts = [] {
  constexpr kind k = kind_of<T>;
  if constexpr (k == kind::map)
    return is_path_key<typename T::key_type> &&
           requires(T m, typename T::key_type key) { m.insert_or_assign(key, m.begin()->second); };
  else if constexpr (k == kind::sequence)
    return requires(T s) { has_addresses(*s.begin()); };
  else
    return k == kind::record || k == kind::array || k == kind::tuple;
}();

template <class T, class Edits>
void add_difference(const T& a, const T& b, const path& where, const descent& way, Edits& edits) {
  constexpr kind k = kind_of<T>;
  const auto set_whole = [&] {
    const std::string before = value_to_json(a), after = value_to_json(b);
    // Unordered containers may write equal elements in different orders, so compare the values too.
    // For floating-point numbers the text decides, because -0 == 0.
    if (before != after && (k == kind::floating || !equal(a, b)))
      edits.push_back({edit_action::set, where.text(), before, after});
  };
  if constexpr (holder<T>) {
    if constexpr (has_editable_parts<held_type<T>>) {
      if (a && b) {
        if constexpr (k == kind::pointer)
          return add_difference<held_type<T>>(*a, *b, where, descent(way, where, *a), edits);
        else
          return add_difference<held_type<T>>(*a, *b, where, way, edits);
      }
    }
    set_whole();
  } else if constexpr (!has_editable_parts<T>) {
    set_whole();
  } else if constexpr (k == kind::record) {
    with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_difference(fields_of<T>::template get<I>(a), fields_of<T>::template get<I>(b),
                      where / field_names<T>()[I], way, edits),
       ...);
    });
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<T>; ++i)
      add_difference(a[i], b[i], where[i], way, edits);
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_difference(std::get<I>(a), std::get<I>(b), where[I], way, edits), ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::map) {
    std::size_t position = 0;
    for (const auto& [key, value] : a) {
      const path here = path_of_key(where, key, position++);
      const auto found = b.find(key);
      if (found == b.end())
        edits.push_back({edit_action::remove, here.text(), value_to_json(value), {}});
      else
        add_difference(value, found->second, here, way, edits);
    }
    for (const auto& [key, value] : b)
      if (a.find(key) == a.end())
        edits.push_back({edit_action::insert,
                         path_of_key(where, key, position).text(),
                         {},
                         value_to_json(value)});
  } else {
    const std::size_t common = a.size() < b.size() ? a.size() : b.size();
    auto in_a = a.begin();
    auto in_b = b.begin();
    for (std::size_t i = 0; i < common; ++i) add_difference(*in_a++, *in_b++, where[i], way, edits);
    for (std::size_t i = common; i < b.size(); ++i)
      edits.push_back({edit_action::insert, where[i].text(), {}, value_to_json(*in_b++)});
    // Remove from the end, so that the indices of the other elements stay valid.
    for (std::size_t i = a.size(); i > common; --i)
      edits.push_back({edit_action::remove,
                       where[i - 1].text(),
                       value_to_json(*std::next(a.begin(), static_cast<std::ptrdiff_t>(i - 1))),
                       {}});
  }
}

}  // namespace tc::detail
