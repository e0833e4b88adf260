// tensacode/io/text/read_list.hpp -- reads the elements of a list from human-readable text.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/text/cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tc::detail {

template <class T>
bool read_text_element(text_cursor& cursor, T& out, const path_step* path) {
  using element_type = typename T::value_type;
  if constexpr (kind_of<T> == kind::map) {
    std::pair<typename T::key_type, typename T::mapped_type> entry{};
    const std::size_t begin = cursor.at;
    if (!read_text_value(cursor, entry.first, path)) return false;
    if (!cursor.take('=')) return cursor.reject(path, "'=' behind the key");
    cursor.skip_blanks();
    if (!read_text_value(cursor, entry.second, path)) return false;
    const auto size = out.size();
    out.emplace(std::move(entry.first), std::move(entry.second));
    if (out.size() != size) return true;
    cursor.note(begin, path, "the key once", "it twice");
    return false;
  } else if constexpr (kind_of<T> == kind::set) {
    typename T::key_type element{};
    if (!read_text_value(cursor, element, path)) return false;
    out.insert(std::move(element));
    return true;
  } else if constexpr (std::is_same_v<typename T::reference, element_type&>) {
    out.emplace_back();
    return read_text_value(cursor, out.back(), path);
  } else {  // std::vector<bool>
    element_type element{};
    const bool good = read_text_value(cursor, element, path);
    out.push_back(element);
    return good;
  }
}

template <class T>
bool read_text_elements_into(text_cursor& cursor, T& out, char close, std::size_t& count,
                             const path_step* path) {
  out.clear();
  return read_text_elements(cursor, close, count, path, [&](const path_step* step) {
    return read_text_element(cursor, out, step);
  });
}

/// Reads a list in brackets. If it is the whole value of a field (`open`), the brackets may be
/// missing.
template <class T>
bool read_text_sequence(text_cursor& cursor, T& out, bool open, const path_step* path) {
  std::size_t count = 0;
  if (cursor.front() != '[') {
    if (!open) return cursor.reject(path, expected_text_value<T>());
    return read_text_elements_into(cursor, out, '\0', count, path);
  }
  ++cursor.at;
  cursor.enter(path);
  const bool good = read_text_elements_into(cursor, out, ']', count, path);
  cursor.leave();
  return good;
}

/// Reads the elements after "3 scores:".
template <class T>
bool read_counted_text(text_cursor& cursor, T& out, std::uint64_t expected, const path_step* path) {
  const std::size_t begin = cursor.at;
  std::size_t count = 0;
  if (!read_text_elements_into(cursor, out, '\0', count, path)) return false;
  if (count == expected) return true;
  cursor.note(begin, path, format("{} element{}", expected, expected == 1 ? "" : "s"),
              format("{}", count));
  return false;
}

/// Reads a list of `count` elements in brackets. `read_at(i, step)` reads element i.
template <class Read>
bool read_text_members(text_cursor& cursor, std::size_t count, const path_step* path,
                       const Read& read_at) {
  const std::size_t begin = cursor.at;
  if (!cursor.take('['))
    return cursor.reject(path, format("a list of {} elements in brackets", count));
  cursor.enter(path);
  std::size_t found = 0;
  const bool good = read_text_elements(cursor, ']', found, path, [&](const path_step* step) {
    if (step->index < count) return read_at(step->index, step);
    cursor.skip_part();
    return true;
  });
  cursor.leave();
  if (found == count) return good;
  cursor.note(begin, path, format("a list of {} elements", count), format("{}", found));
  return false;
}

}  // namespace tc::detail
