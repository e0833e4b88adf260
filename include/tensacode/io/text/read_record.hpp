// tensacode/io/text/read_record.hpp -- reads the fields of a record from human-readable text.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/read_leaf.hpp>
#include <tensacode/io/text/read_list.hpp>
#include <tensacode/io/text/words.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace tc::detail {

template <class T, std::size_t I>
bool read_text_field(text_cursor& cursor, field_type<T, I>& out, const std::uint64_t* count,
                     const path_step* path) {
  using field = field_type<T, I>;
  const std::size_t begin = cursor.at;
  std::string found;
  if constexpr (is_checked<T, I>) found = cursor.show();
  bool good = false;
  if constexpr (is_counted<field>()) {
    if constexpr (holder<field>) {
      if (count)
        good = read_counted_text(cursor, emplace_held(out), *count, path);
      else if (cursor.front() == '[' || cursor.sees_word("nothing") || cursor.sees_word("just"))
        good = read_text_value(cursor, out, path);
      else
        good = read_text_sequence(cursor, emplace_held(out), true, path);
    } else {
      good = count ? read_counted_text(cursor, out, *count, path)
                   : read_text_sequence(cursor, out, true, path);
    }
  } else {
    good = read_text_value(cursor, out, path);
  }
  if constexpr (is_checked<T, I>) {
    std::string expected = good ? expected_by_attributes<T, I>(out) : std::string();
    if (!expected.empty()) {
      cursor.note(begin, path, std::move(expected), std::move(found));
      good = false;
    }
  }
  return good;
}

template <class T, std::size_t I>
struct text_field_of {
  using field = field_type<T, I>;
  using counted_reader = bool (*)(text_cursor&, void*, std::uint64_t, const path_step*);
  using remover = void (*)(void*);

  static constexpr counted_reader read_counted() {
    if constexpr (is_counted<field>())
      return [](text_cursor& cursor, void* object, std::uint64_t count, const path_step* path) {
        return read_text_field<T, I>(cursor, *static_cast<field*>(object), &count, path);
      };
    else
      return nullptr;
  }
  static constexpr remover make_absent() {
    if constexpr (holder<field>)
      return [](void* object) { static_cast<field*>(object)->reset(); };
    else
      return nullptr;
  }
  static const text_field_info value;
};
template <class T, std::size_t I>
const text_field_info text_field_of<T, I>::value{
    [](text_cursor& cursor, void* object, const path_step* path) {
      return read_text_field<T, I>(cursor, *static_cast<field*>(object), nullptr, path);
    },
    read_counted(), make_absent(), &expected_text_value<field>, unit_of<T, I>()};

template <class T>
bool read_text_fields(text_cursor& cursor, T& out, bool nested, const path_step* path) {
  return with_active_fields<T>([&]<std::size_t... I>(std::index_sequence<I...>) {
    static constexpr text_record_info record = text_record_of<T>::info();
    const text_field_info* const fields[sizeof...(I) + 1] = {&text_field_of<T, I>::value...,
                                                             nullptr};
    void* const objects[sizeof...(I) + 1] = {
        const_cast<void*>(
            static_cast<const void*>(std::addressof(fields_of<T>::template get<I>(out))))...,
        nullptr};
    text_record_reader reader{cursor, record, fields, objects, path};
    return reader.read(nested);
  });
}

template <class T>
bool read_text_record(text_cursor& cursor, T& out, const path_step* path) {
  if (cursor.front() != '(') return cursor.reject(path, expected_text_value<T>());
  ++cursor.at;
  cursor.enter(path);
  const bool good = read_text_fields(cursor, out, true, path);
  cursor.leave();
  return good;
}

}  // namespace tc::detail
