// tensacode/io/text/read.hpp -- the part of the text reader that depends on the type.
// Layer 3. At a problem, the reader of a value reports it and leaves the cursor there. Lists and
// records then skip that part and continue. Start reading at `read_text_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/text/cursor.hpp>
#include <tensacode/io/text/read_leaf.hpp>
#include <tensacode/io/text/read_list.hpp>
#include <tensacode/io/text/read_record.hpp>
#include <tensacode/io/text/read_tensor.hpp>
#include <tensacode/io/text/read_variant.hpp>
#include <tensacode/io/text/words.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

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
