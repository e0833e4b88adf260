// tensacode/io/text/write.hpp -- writes objects as human-readable text.
// Layer 3. Start reading at `write_text_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/text/words.hpp>
#include <tensacode/io/text/writer.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tc::detail {

template <class T>
void write_text_value(text_writer& out, const T& value);

// --- leaves -------------------------------------------------------------------------------------
template <class T>
void write_text_number(text_writer& out, T value) {
  if constexpr (!std::is_floating_point_v<T>) {
    if constexpr (std::is_signed_v<T>)
      out.number(static_cast<long long>(value));
    else
      out.number(static_cast<unsigned long long>(value));
  } else if (std::isnan(value)) {
    out.raw("not a number");
  } else if (std::isinf(value)) {
    out.raw(value < 0 ? std::string_view("-infinity") : std::string_view("infinity"));
  } else {
    out.number(value);
  }
}

/// Writes the words if they are read back as the same enumerator, otherwise the spelling in quotes.
template <class T>
void write_text_enum(text_writer& out, T value) {
  const std::string_view spelling = enum_to_text(value);
  const std::string words = spelled_enum<T> ? std::string(spelling) : words_of(spelling);
  if (stands_bare(words) && enum_from_text<T>(words) == value)
    out.raw(words);
  else
    out.string(spelling);
}

// --- lists --------------------------------------------------------------------------------------
template <class Key>
void write_text_key(text_writer& out, const Key& key) {
  if constexpr (kind_of<Key> == kind::text) {
    if (stands_bare(key) && is_letter(key[0]) && invalid_utf8(key) == std::string_view::npos)
      return out.raw(key);
  }
  write_text_value(out, key);
}

/// Writes the elements of a sequence, set or map.
template <class T>
void write_text_elements(text_writer& out, const T& list, std::string_view last) {
  out.begin_group(text_parts::elements);
  const std::size_t count = list.size();
  std::size_t i = 0;
  for (const auto& element : list) {
    out.begin_part(i == 0 ? std::string_view() : i + 1 == count ? last : std::string_view(", "));
    if constexpr (kind_of<T> == kind::map) {
      write_text_key(out, element.first);
      out.raw(" = ");
      write_text_value(out, element.second);
    } else {
      write_text_value<typename T::value_type>(out, element);
    }
    out.end_part();
    ++i;
  }
  out.end_group();
}

/// Writes a list as "3 scores: 1, 2 and 3".
template <class T>
void write_counted_text(text_writer& out, std::string_view words, const T& list) {
  out.number(static_cast<unsigned long long>(list.size()));
  out.raw(' ');
  out.raw(words);
  out.raw(": ");
  write_text_elements(out, list, " and ");
}

template <class T>
void write_text_tensor(text_writer& out, const T& tensor, const std::vector<std::size_t>& shape,
                       std::vector<std::size_t>& index) {
  if (index.size() == shape.size()) {
    write_text_value<tensor_element<T>>(out, tensor_at(tensor, index));
    return;
  }
  out.open('[');
  out.begin_group(text_parts::elements);
  const std::size_t level = index.size();
  index.push_back(0);
  for (; index[level] < shape[level]; ++index[level]) {
    out.begin_part(index[level] == 0 ? "" : ", ");
    write_text_tensor(out, tensor, shape, index);
    out.end_part();
  }
  index.pop_back();
  out.end_group();
  out.close(']');
}

template <class T>
void write_text_list(text_writer& out, const T& value) {
  out.open('[');
  if constexpr (is_counted<T>()) {
    write_text_elements(out, value, ", ");
  } else {
    out.begin_group(text_parts::elements);
    bool first = true;
    const auto write = [&](const auto& element) {
      out.begin_part(first ? "" : ", ");
      first = false;
      write_text_value(out, element);
      out.end_part();
    };
    if constexpr (kind_of<T> == kind::tuple)
      std::apply([&](const auto&... members) { (..., write(members)); }, value);
    else
      for (const auto& element : value) write(element);
    out.end_group();
  }
  out.close(']');
}

// --- records ------------------------------------------------------------------------------------
/// Writes one field. `record` says how the reader finds fields. `words` are written in front of the
/// value. `active` is the position of the field among those that are not ignored.
template <class T, std::size_t I>
void write_text_field(text_writer& out, const text_record_info& record, const std::string& words,
                      std::size_t active, const field_type<T, I>& value) {
  using field = field_type<T, I>;
  constexpr std::string_view unit = unit_of<T, I>();
  bool empty = false;
  const auto write_counted = [&](const auto& list) {
    empty = list.size() == 0;
    if (empty) {
      // If some field name begins with "no", "no scores" could be confused with it.
      bool no = true;
      for (const std::string_view name : text_record_of<T>::names) {
        const std::string first_words = words_of(name);
        no = no && !first_words.starts_with("no") && !first_words.starts_with("NO");
      }
      out.raw(no ? std::string_view("no ") : std::string_view("0 "));
      out.raw(words);
    } else {
      // A list of one element uses the singular: "1 score".
      const std::string& single = text_record_of<T>::singulars()[active];
      write_counted_text(out, list.size() == 1 && !single.empty() ? single : words, list);
    }
  };
  const std::size_t begin = out.size();
  if constexpr (is_counted<field>() && holder<field>) {
    write_counted(*value);
  } else if constexpr (is_counted<field>()) {
    write_counted(value);
  } else {
    out.raw(words);
    const std::size_t end = out.size();
    const std::size_t events = out.events();
    out.raw(' ');
    write_text_value(out, value);
    const std::string_view written = out.from(end + 1);
    empty = written == "0" || written == "no" || written == "\"\"" || written == "[]" ||
            written == "()";
    if (record.match(out.from(begin)) != phrase_match{active, words.size()})
      out.insert(end, events, ":");
  }
  if (!unit.empty() && !(is_counted<field>() && empty)) {
    out.raw(' ');
    out.raw(unit);
  }
  out.end_part(1, empty);
}

/// Writes the fields with "; " between them.
template <class T>
void write_text_fields(text_writer& out, const T& value) {
  static constexpr text_record_info record = text_record_of<T>::info();
  static const std::vector<std::string> phrases = phrases_of(record);
  out.begin_group(text_parts::fields);
  std::size_t active = 0;
  bool first = true;
  for_each_active_field(value, [&](auto position, const auto& field) {
    const std::size_t i = active++;
    if constexpr (holder<std::remove_cvref_t<decltype(field)>>)
      if (!field) return;
    out.begin_part(first ? "" : "; ");
    first = false;
    write_text_field<T, decltype(position)::value>(out, record, phrases[i], i, field);
  });
  out.end_group();
}

template <class... A>
void write_text_variant(text_writer& out, const std::variant<A...>& value) {
  using variant = text_variant_of<std::variant<A...>>;
  const std::size_t index = value.index();
  TC_CHECK(index < sizeof...(A), argument_error, "to_text: the variant holds nothing");
  const text_look look = variant::looks[index];
  if (look == text_look::word || variant::only(look) != index) {
    const std::string& tag = variant::tags()[index];
    out.raw(tag);
    out.raw(tag.starts_with("option ") ? std::string_view(": ") : std::string_view(" "));
  }
  std::visit([&](const auto& alternative) { write_text_value(out, alternative); }, value);
}

// --- all kinds ----------------------------------------------------------------------------------
template <class T>
void write_text_value(text_writer& out, const T& value) {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>) {
    out.raw("nothing");
  } else if constexpr (k == kind::boolean) {
    out.raw(value ? std::string_view("yes") : std::string_view("no"));
  } else if constexpr (k == kind::integer || k == kind::floating) {
    write_text_number(out, value);
  } else if constexpr (k == kind::enumeration) {
    write_text_enum(out, value);
  } else if constexpr (k == kind::text) {
    out.string(value);
  } else if constexpr (k == kind::duration || k == kind::time_point) {
    out.raw(chrono_to_text(value));
  } else if constexpr (k == kind::tensor) {
    std::vector<std::size_t> index;
    write_text_tensor(out, value, tensor_shape(value), index);
  } else if constexpr (holder<T>) {
    if (!value) return out.raw("nothing");
    const std::size_t begin = out.size();
    const std::size_t events = out.events();
    write_text_value<held_type<T>>(out, *value);
    const std::string_view written = out.from(begin);
    if (written.starts_with("nothing") || written.starts_with("just "))
      out.insert(begin, events, "just ");
  } else if constexpr (k == kind::variant) {
    write_text_variant(out, value);
  } else if constexpr (k == kind::record) {
    out.open('(');
    write_text_fields(out, value);
    out.close(')');
  } else {
    write_text_list(out, value);
  }
}

/// Writes the outermost object: a record after the name of its type, a list after its count.
template <class T>
void write_whole_text(text_writer& out, const T& value) {
  if constexpr (kind_of<T> == kind::record && !std::is_same_v<T, std::monostate>) {
    const std::string words = type_words(type_name<T>());
    if (!words.empty() && text_record_of<T>::info().match(words).name == no_match) {
      out.raw(words);
      out.raw(": ");
    }
    const std::size_t begin = out.size();
    write_text_fields(out, value);
    if (out.size() == begin) out.raw("()");
  } else if constexpr (is_counted<T>() && !holder<T>) {
    if (value.size() == 0)
      out.raw("no items");
    else
      write_counted_text(out, value.size() == 1 ? "item" : "items", value);
  } else {
    write_text_value(out, value);
  }
}

}  // namespace tc::detail
