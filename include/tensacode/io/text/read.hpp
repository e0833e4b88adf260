// tensacode/io/text/read.hpp -- the part of the text reader that depends on the type.
// Layer 3. At a problem, the reader of a value reports it and leaves the cursor there. Lists and
// records then skip that part and continue. Start reading at `read_text_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/field_checks.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/read_leaf.hpp>
#include <tensacode/io/text/words.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc::detail {

template <class T>
bool read_text_value(text_cursor& cursor, T& out, const path_step* path);

// --- lists --------------------------------------------------------------------------------------
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

// --- tensors ------------------------------------------------------------------------------------
inline constexpr std::size_t unknown_extent = static_cast<std::size_t>(-1);

/// Reads the value at the cursor, which is `level` brackets deep, and appends it to `elements`.
template <class E>
bool read_text_grid(text_cursor& cursor, std::vector<E>& elements, std::vector<std::size_t>& shape,
                    std::size_t level, const path_step* path) {
  if (cursor.front() != '[') {
    if (level < shape.size()) return cursor.reject(path, "a list in brackets");
    E element{};
    const bool good = read_text_value(cursor, element, path);
    elements.push_back(element);
    return good;
  }
  if (level == shape.size()) {
    // A list is not allowed next to a number, or next to an empty list.
    if (!elements.empty()) return cursor.reject(path, expected_text_value<E>());
    shape.push_back(unknown_extent);
  }
  const std::size_t begin = cursor.at++;
  cursor.enter(path);
  std::size_t count = 0;
  const bool good = read_text_elements(cursor, ']', count, path, [&](const path_step* step) {
    return read_text_grid(cursor, elements, shape, level + 1, step);
  });
  cursor.leave();
  if (!good) return false;
  if (shape[level] != unknown_extent && shape[level] != count) {
    cursor.note(begin, path, format("a list of {} elements", shape[level]), format("{}", count));
    return false;
  }
  shape[level] = count;
  return true;
}

/// For example "2 x 3" or "3 x n".
template <class T>
std::string tensor_shape_name() {
  if constexpr (eigen_array<T>) {
    const auto extent = [](int fixed) { return fixed >= 0 ? format("{}", fixed) : "n"; };
    if constexpr (is_eigen_vector<T>)
      return extent(T::RowsAtCompileTime == 1 ? T::ColsAtCompileTime : T::RowsAtCompileTime);
    else
      return extent(T::RowsAtCompileTime) + " x " + extent(T::ColsAtCompileTime);
  } else {
    return format("{} levels of", tensor_rank<T>());
  }
}

template <class T>
bool read_text_tensor(text_cursor& cursor, T& out, const path_step* path) {
  const std::size_t begin = cursor.at;
  std::vector<tensor_element<T>> elements;
  std::vector<std::size_t> shape;
  if (!read_text_grid(cursor, elements, shape, 0, path)) return false;
  // An empty list of rows does not say how long the rows are, so the other extents are 0.
  if (!shape.empty() && shape.back() == 0)
    while (static_cast<int>(shape.size()) < tensor_rank<T>()) shape.push_back(0);
  std::size_t product = 1;
  for (const std::size_t extent : shape) product *= extent;
  if (product != elements.size() || !resize_tensor(out, shape)) {
    std::string extents;
    for (const auto extent : shape)
      extents += (extents.empty() ? "" : " x ") + format("{}", extent);
    cursor.note(begin, path, "a list of " + tensor_shape_name<T>() + " numbers", extents);
    return false;
  }
  std::vector<std::size_t> index(shape.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    tensor_at(out, index) = elements[i];
    for (std::size_t level = shape.size(); level-- > 0;) {
      if (++index[level] < shape[level]) break;
      index[level] = 0;
    }
  }
  return true;
}

// --- records ------------------------------------------------------------------------------------
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

// --- variants -----------------------------------------------------------------------------------
/// Determines the alternative by its name, or by what the value begins with. Steps over the name.
template <class Variant>
std::size_t take_alternative(text_cursor& cursor) {
  using variant = text_variant_of<Variant>;
  const phrase_match match = match_phrase(variant::tags(), variant::tags(), cursor.rest());
  if (match.name != no_match) {
    cursor.at += match.end;
    cursor.take(':');
    cursor.skip_blanks();
    return match.name;
  }
  const char c = cursor.front();
  if (c == '"') return variant::only(text_look::quotes);
  if (c == '[') return variant::only(text_look::bracket);
  if (cursor.sees_word("nothing")) return variant::only(text_look::nothing);
  if (is_digit(c) || c == '-' || c == '+' || c == '.' || cursor.sees_word("infinity") ||
      cursor.sees_word("not"))
    return variant::only(text_look::number);
  return no_match;
}

template <class... A>
bool read_text_variant(text_cursor& cursor, std::variant<A...>& out, const path_step* path) {
  using variant = std::variant<A...>;
  const std::size_t choice = take_alternative<variant>(cursor);
  if (choice == no_match) return cursor.reject(path, one_of(text_variant_of<variant>::tags()));
  using reader = bool (*)(text_cursor&, variant&, const path_step*);
  static constexpr auto readers = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<reader, sizeof...(I)>{[](text_cursor& c, variant& v, const path_step* p) {
      return read_text_value(c, v.template emplace<I>(), p);
    }...};
  }(std::index_sequence_for<A...>{});
  return readers[choice](cursor, out, path);
}

// --- all kinds ----------------------------------------------------------------------------------
template <class T>
bool read_text_value(text_cursor& cursor, T& out, const path_step* path) {
  constexpr kind k = kind_of<T>;
  cursor.skip_blanks();
  cursor.refuse_mark(path);
  if constexpr (std::is_same_v<T, std::monostate>) {
    return cursor.take_word("nothing") || cursor.reject(path, "nothing");
  } else if constexpr (k == kind::boolean) {
    out = cursor.take_word("yes") || cursor.take_word("true");
    return out || cursor.take_word("no") || cursor.take_word("false") ||
           cursor.reject(path, "yes or no");
  } else if constexpr (k == kind::integer || k == kind::floating) {
    return read_text_number(cursor, out, path);
  } else if constexpr (k == kind::enumeration) {
    return read_text_enum(cursor, out, path);
  } else if constexpr (k == kind::text) {
    return read_text_string(cursor, out, path);
  } else if constexpr (k == kind::duration || k == kind::time_point) {
    const std::string_view value = cursor.bare();
    if (!chrono_from_text(value, out)) return cursor.reject(path, expected_text_value<T>());
    cursor.at += value.size();
    return true;
  } else if constexpr (k == kind::tensor) {
    return read_text_tensor(cursor, out, path);
  } else if constexpr (holder<T>) {
    if (cursor.take_word("nothing")) {
      out.reset();
      return true;
    }
    cursor.take_word("just");
    return read_text_value(cursor, emplace_held(out), path);
  } else if constexpr (k == kind::variant) {
    return read_text_variant(cursor, out, path);
  } else if constexpr (k == kind::array) {
    return read_text_members(cursor, array_extent<T>, path,
                             [&](std::size_t i, const path_step* step) {
                               return read_text_value(cursor, out[i], step);
                             });
  } else if constexpr (k == kind::tuple) {
    return read_text_members(
        cursor, std::tuple_size_v<T>, path, [&](std::size_t at, const path_step* step) {
          return [&]<std::size_t... I>(std::index_sequence<I...>) {
            bool good = true;
            ((I == at ? void(good = read_text_value(cursor, std::get<I>(out), step)) : void()),
             ...);
            return good;
          }(std::make_index_sequence<std::tuple_size_v<T>>{});
        });
  } else if constexpr (k == kind::record) {
    return read_text_record(cursor, out, path);
  } else {
    return read_text_sequence(cursor, out, false, path);
  }
}

/// Reads "3 items: 1, 2 and 3", "no items", or the list in any other form.
template <class T>
bool read_whole_list(text_cursor& cursor, T& out) {
  const std::size_t begin = cursor.at;
  std::uint64_t count = 0;
  if (cursor.take_word("no") || (is_digit(cursor.front()) && read_text_count(cursor, count))) {
    cursor.skip_blanks();
    if (cursor.take_word("items") || cursor.take_word("item")) {
      cursor.take(':');
      return read_counted_text(cursor, out, count, nullptr);
    }
  }
  cursor.at = begin;
  return read_text_sequence(cursor, out, true, nullptr);
}

/// Reads a whole text. A record may follow the name of its type, and a list may follow its count.
template <class T>
void read_whole_text(text_cursor& cursor, T& out) {
  const std::size_t bad = invalid_utf8(cursor.text);
  if (bad != std::string_view::npos)
    cursor.fail(
        bad, nullptr, "UTF-8",
        format("byte {}", static_cast<unsigned>(static_cast<unsigned char>(cursor.text[bad]))));
  cursor.skip_blanks();
  bool good = true;
  if constexpr (kind_of<T> == kind::record && !std::is_same_v<T, std::monostate>) {
    constexpr text_record_info record = text_record_of<T>::info();
    const std::size_t words = length_of_phrase(record.type_name, cursor.rest());
    if (words > 0 && record.match(cursor.rest()).name == no_match) {
      cursor.at += words;
      cursor.take(':');
      cursor.skip_blanks();
    }
    cursor.refuse_mark(nullptr);
    good = cursor.front() == '(' ? read_text_record(cursor, out, nullptr)
                                 : read_text_fields(cursor, out, false, nullptr);
  } else if constexpr (is_counted<T>() && !holder<T>) {
    good = read_whole_list(cursor, out);
  } else {
    good = read_text_value(cursor, out, nullptr);
  }
  cursor.skip_blanks();
  if (good && !cursor.done()) cursor.fail(nullptr, "the end of the text");
}

}  // namespace tc::detail
