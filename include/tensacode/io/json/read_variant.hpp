// tensacode/io/json/read_variant.hpp -- reads a variant from JSON, and chooses its alternative.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/json/cursor.hpp>
#include <tensacode/io/json/fit.hpp>
#include <tensacode/io/json/read_shared.hpp>
#include <tensacode/io/json/type_table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

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

}  // namespace tc::detail
