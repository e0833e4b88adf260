// tensacode/io/json/read_shared.hpp -- reads objects that several shared pointers share.
// Layer 3. io/json/references.hpp describes the format.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/detail/position.hpp>
#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/io/json/references.hpp>
#include <tensacode/reflect/holder.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

std::size_t path_level(const path_step* path);

/// Reads {"$ref": ...}, an object with an "$id", or a plain value; see io/json/references.hpp.
template <class T>
bool read_shared_value(json_cursor& cursor, T& out, const path_step* path) {
  using object = held_type<T>;
  const json_token& top = cursor.token();
  const auto key_at = [&](std::uint32_t index) {
    return index < top.next ? cursor.tape.text_of(cursor.tape[index]) : std::string_view{};
  };
  const bool has_keys = top.type == json_type::object && top.length > 0;
  const std::uint32_t second = has_keys ? cursor.tape[cursor.index + 2].next : top.next;
  const std::string_view first_key = has_keys ? key_at(cursor.index + 1) : std::string_view{};
  if (first_key != reference_key && first_key != id_key)
    return read_json_value(cursor, emplace_held(out), path);

  const json_token& number = cursor.tape[cursor.index + 2];
  const std::string_view text = cursor.tape.text_of(number);
  if (number.type != json_type::string) {
    cursor.note(number, path, format("a string as {}", first_key), cursor.tape.show(number));
    cursor.skip();
    return false;
  }
  if (first_key == reference_key) {
    out = cursor.shared->template find<object>(text);
    if (!out || top.length != 1) {
      cursor.note(number, path, format("the {} of an earlier {}", id_key, type_name<object>()),
                  cursor.tape.show(number));
      cursor.skip();
      return false;
    }
    if (!cursor.shared->refer(text, path_level(path))) {
      cursor.note(number, path,
                  format("at most {} objects that refer to each other in a chain",
                         cursor.shared->most_in_chain),
                  "one more");
      cursor.skip();
      return false;
    }
    cursor.skip();
    return true;
  }
  auto made = std::make_shared<object>();
  out = made;
  if (!cursor.shared->add(text, made)) {
    cursor.note(number, path, format("a new {}", id_key), cursor.tape.show(number));
    cursor.skip();
    return false;
  }
  const std::size_t level = path_level(path);
  const std::size_t outer = std::exchange(cursor.shared->deepest, level);
  const auto read = [&] {
    if constexpr (kind_of<object> != kind::record) {
      const std::uint32_t end = top.next;
      if (key_at(second) != value_key || top.length != 2)
        return cursor.reject(path, format("{} behind {}", value_key, id_key));
      cursor.index = second + 1;
      const bool good = read_json_value(cursor, *made, path);
      cursor.index = end;
      return good;
    } else {
      return read_json_value(cursor, *made, path);
    }
  };
  const bool good = read();
  std::size_t& deepest = cursor.shared->deepest;
  cursor.shared->set_height(text, deepest - level);
  deepest = outer > deepest ? outer : deepest;
  return good;
}

/// Chooses the alternative of a variant if the value is a reference or a wrapped value. For
/// {"$ref": ...} it is the one whose pointer type matches the object with that number. For
/// {"$id": ..., "$value": ...} it is the pointer, not to a record, that fits the value best.
/// Returns `no_match` otherwise.
template <class... Alternatives>
std::size_t find_shared_alternative(json_cursor& cursor) {
  const auto& tape = cursor.tape;
  const json_token& top = cursor.token();
  const auto key_is = [&](std::uint32_t index, std::string_view key) {
    return tape.text_of(tape[index]) == key;
  };
  if (top.type != json_type::object || top.length == 0) return no_match;
  const std::uint32_t first = cursor.index + 1, second = tape[first + 1].next;
  const bool refers = top.length == 1 && key_is(first, reference_key);
  const bool wraps = top.length == 2 && key_is(first, id_key) && key_is(second, value_key);
  if (!refers && !wraps) return no_match;
  std::size_t position = 0, found = no_match;
  long best = 0;
  const auto look_into = [&]<class A>(std::type_identity<A>) {
    if constexpr (is_shared_pointer<A>) {
      long fit = 0;
      if (refers)
        fit = cursor.shared->template find<held_type<A>>(tape.text_of(tape[first + 1])) ? 1 : 0;
      else if constexpr (kind_of<held_type<A>> != kind::record)
        fit = fit_json_value<held_type<A>>(tape, second + 1, 1);
      if (fit > best) {
        best = fit;
        found = position;
      }
    }
    ++position;
  };
  (look_into(std::type_identity<Alternatives>{}), ...);
  return found;
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/read_shared.hpp>
#endif
