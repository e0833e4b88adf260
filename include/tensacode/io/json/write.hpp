// tensacode/io/json/write.hpp -- writes objects as JSON text.
// Layer 3. The writer has its own buffer, which doubles when it is full and is not zeroed first.
// Numbers are written by std::to_chars, so they read back equal. Start reading at
// `write_json_value`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/detail/time_text.hpp>
#include <tensacode/io/detail/utf8.hpp>
#include <tensacode/io/enum_text.hpp>
#include <tensacode/io/json/options.hpp>
#include <tensacode/io/json/references.hpp>
#include <tensacode/io/parse_error.hpp>
#include <tensacode/reflect/attributes.hpp>
#include <tensacode/reflect/fields.hpp>
#include <tensacode/reflect/holder.hpp>
#include <tensacode/reflect/schema.hpp>
#include <tensacode/reflect/tensor_grid.hpp>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

class json_writer {
 public:
  explicit json_writer(const json_write_options& options = {})
      : depth_limit_(options.max_depth), indent_(options.indent) {}

  std::string_view text() const { return size_ > 0 ? std::string_view(bytes_.get(), size_) : ""; }
  void clear() { size_ = depth_ = 0; }

  /// If set, each shared object is written once.
  shared_objects* shared = nullptr;
  /// Whether to write what plain JSON loses: "nan", "inf" and "-inf" for numbers that are not
  /// finite, and [position, value] for a variant.
  bool exact = false;

  void raw(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void raw(char c) {
    *room(1) = c;
    ++size_;
  }
  template <class Number>
  void number(Number value) {
    char* const begin = room(64);
    const auto result = std::to_chars(begin, begin + 64, value);
    size_ += static_cast<std::size_t>(result.ptr - begin);
  }
  void string(std::string_view text);

  void open(char bracket) {
    raw(bracket);
    TC_CHECK(++depth_ <= depth_limit_, argument_error,
             "to_json: more than {} levels of nesting, or an object that contains itself (which "
             "json_write_options::references would allow)",
             depth_limit_);
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) new_line();
    first_ = false;
    raw(bracket);
  }
  /// Call this before each element of an array and each key of an object.
  void separate() {
    if (!first_) raw(',');
    first_ = false;
    new_line();
  }
  /// Writes a key that needs no escapes.
  void field(std::string_view name) {
    separate();
    char* out = room(name.size() + 4);
    *out++ = '"';
    std::memcpy(out, name.data(), name.size());
    out += name.size();
    *out++ = '"';
    *out++ = ':';
    size_ += name.size() + 3;
    if (indent_ > 0) raw(' ');
  }
  void key(std::string_view name) {
    separate();
    string(name);
    raw(':');
    if (indent_ > 0) raw(' ');
  }

 private:
  char* room(std::size_t count) {
    if (capacity_ - size_ < count) [[unlikely]]
      grow(count);
    return bytes_.get() + size_;
  }
  void grow(std::size_t count);
  void new_line();
  static char* escape(char* out, char c);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t depth_ = 0;
  std::size_t depth_limit_;
  unsigned indent_ = 0;
  bool first_ = true;
};

template <class T>
void write_json_value(json_writer& out, const T& value);

template <class T>
void write_record_fields(json_writer& out, const T& value);

/// Writes the object of a shared pointer with a number the first time, and only the number after
/// that.
template <class T>
void write_shared_value(json_writer& out, const T& pointer) {
  using object = held_type<T>;
  const auto [number, is_new] = out.shared->number_of(pointer);
  out.open('{');
  out.field(is_new ? id_key : reference_key);
  out.string(format("{}", number));
  if (is_new) {
    if constexpr (kind_of<object> == kind::record) {
      write_record_fields<object>(out, *pointer);
    } else {
      out.field(value_key);
      write_json_value<object>(out, *pointer);
    }
  }
  out.close('}');
}

template <class T>
void write_json_field(json_writer& out, std::string_view name, const T& value) {
  if constexpr (holder<T>) {
    if (!value) return;
    if constexpr (is_shared_pointer<T>) {
      if (out.shared && value.use_count() > 1) {
        out.field(name);
        return write_shared_value(out, value);
      }
    }
    write_json_field<held_type<T>>(out, name, *value);
  } else {
    out.field(name);
    write_json_value(out, value);
  }
}

template <class Key>
void write_object_key(json_writer& out, const Key& key) {
  if constexpr (kind_of<Key> == kind::text) {
    out.key(key);
  } else if constexpr (kind_of<Key> == kind::enumeration) {
    out.key(enum_to_text(key));
  } else {
    char digits[24];
    const auto result = std::to_chars(digits, digits + sizeof digits, key);
    out.key({digits, static_cast<std::size_t>(result.ptr - digits)});
  }
}

template <class T>
void write_map_value(json_writer& out, const T& value) {
  using key_type = typename T::key_type;
  if constexpr (kind_of<key_type> == kind::text || kind_of<key_type> == kind::integer ||
                kind_of<key_type> == kind::enumeration) {
    out.open('{');
    for (const auto& [key, mapped] : value) {
      write_object_key(out, key);
      write_json_value(out, mapped);
    }
    out.close('}');
  } else {
    out.open('[');
    for (const auto& entry : value) {
      out.separate();
      write_json_value(out, entry);
    }
    out.close(']');
  }
}

/// Writes the part of a tensor below `index`, which has one entry for each level above.
template <class T>
void write_tensor_level(json_writer& out, const T& tensor, const tensor_extents<T>& shape,
                        tensor_extents<T>& index) {
  if (index.size() == shape.size()) {
    write_json_value<tensor_element<T>>(out, tensor_at(tensor, index));
    return;
  }
  out.open('[');
  const std::size_t level = index.size();
  index.push_back(0);
  for (; index[level] < shape[level]; ++index[level]) {
    out.separate();
    write_tensor_level(out, tensor, shape, index);
  }
  index.pop_back();
  out.close(']');
}

template <class T>
void write_record_fields(json_writer& out, const T& value) {
  for_each_active_field(value, [&](auto position, const auto& field) {
    write_json_field(out, field_names<T>()[position], field);
  });
}

template <class T>
void write_json_value(json_writer& out, const T& value) {
  constexpr kind k = kind_of<T>;
  if constexpr (std::is_same_v<T, std::monostate>) {
    out.raw("null");
  } else if constexpr (k == kind::boolean) {
    out.raw(value ? std::string_view("true") : std::string_view("false"));
  } else if constexpr (k == kind::integer) {
    if constexpr (std::is_signed_v<T>)
      out.number(static_cast<long long>(value));
    else
      out.number(static_cast<unsigned long long>(value));
  } else if constexpr (k == kind::floating) {
    if (std::isfinite(value))
      out.number(value);
    else if (out.exact)
      out.string(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    else
      out.raw("null");
  } else if constexpr (k == kind::enumeration) {
    out.string(enum_to_text(value));
  } else if constexpr (k == kind::text) {
    out.string(value);
  } else if constexpr (k == kind::duration || k == kind::time_point) {
    out.string(chrono_to_text(value));
  } else if constexpr (k == kind::tensor) {
    tensor_extents<T> index;
    write_tensor_level(out, value, tensor_shape(value), index);
  } else if constexpr (holder<T>) {
    if (!value) return out.raw("null");
    if constexpr (is_shared_pointer<T>) {
      if (out.shared && value.use_count() > 1) return write_shared_value(out, value);
    }
    write_json_value<held_type<T>>(out, *value);
  } else if constexpr (k == kind::variant) {
    if (out.exact) {
      out.open('[');
      out.separate();
      out.number(value.index());
      out.separate();
    }
    std::visit([&](const auto& alternative) { write_json_value(out, alternative); }, value);
    if (out.exact) out.close(']');
  } else if constexpr (k == kind::tuple) {
    out.open('[');
    std::apply(
        [&](const auto&... members) { (..., (out.separate(), write_json_value(out, members))); },
        value);
    out.close(']');
  } else if constexpr (k == kind::map) {
    write_map_value(out, value);
  } else if constexpr (k == kind::record) {
    out.open('{');
    write_record_fields(out, value);
    out.close('}');
  } else {
    out.open('[');
    for (const auto& element : value) {
      out.separate();
      write_json_value(out, element);
    }
    out.close(']');
  }
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/json/compiled/write.hpp>
#endif
