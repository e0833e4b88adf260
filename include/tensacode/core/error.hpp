// tensacode/core/error.hpp -- the exceptions of the library and the message formatter.
// Layer 0. Start reading at `tc::error`, from which all other exceptions derive.
// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace tc {

/// The base class of all exceptions that the library throws itself.
struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Two shapes that must agree differ.
struct shape_error : error {
  using error::error;
};

/// A file could not be opened, read, written or renamed. The message has the path.
struct file_error : error {
  using error::error;
};

/// An argument is outside the domain of the function.
struct argument_error : error {
  using error::error;
};

namespace detail {

inline void append_value(std::string& out, std::string_view text) { out += text; }
inline void append_value(std::string& out, const char* text) { out += text; }
inline void append_value(std::string& out, const std::string& text) { out += text; }
inline void append_value(std::string& out, char character) { out += character; }
inline void append_value(std::string& out, bool truth) { out += truth ? "true" : "false"; }

template <class Number>
  requires std::is_arithmetic_v<Number>
void append_value(std::string& out, Number number) {
  char digits[64];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, result.ptr);
}

}  // namespace detail

/// Replaces each `{}` of `pattern` by the next argument. Arguments are strings, characters, bools
/// and numbers; a number is written in the shortest form that reads back equal. Surplus `{}` are
/// kept. libstdc++ 12 has no `std::format`; this is the part of it that messages need.
template <class... Arguments>
std::string format(std::string_view pattern, const Arguments&... arguments) {
  std::string out;
  [[maybe_unused]] const auto up_to_next_hole = [&] {
    const auto hole = pattern.find("{}");
    out += pattern.substr(0, hole);
    pattern.remove_prefix(hole == std::string_view::npos ? pattern.size() : hole + 2);
  };
  ((up_to_next_hole(), detail::append_value(out, arguments)), ...);
  out += pattern;
  return out;
}

}  // namespace tc

/// Throws `exception_type` with the formatted message if `condition` is false.
#define TC_CHECK(condition, exception_type, ...)                       \
  do {                                                                 \
    if (!(condition)) throw exception_type(::tc::format(__VA_ARGS__)); \
  } while (false)
