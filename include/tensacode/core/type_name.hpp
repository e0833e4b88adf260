// tensacode/core/type_name.hpp -- names of types and values as the compiler spells them.
// Layer 0. The only file that parses __PRETTY_FUNCTION__. tests/core/type_name.cpp checks it on
// every supported compiler.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tc {
namespace detail {

template <class T>
constexpr std::string_view pretty_type() {
  return __PRETTY_FUNCTION__;
}

template <auto Value>
constexpr std::string_view pretty_value() {
  return __PRETTY_FUNCTION__;
}

/// Several addresses at once, which takes one instantiation instead of one for each.
template <const void*... Addresses>
constexpr std::string_view pretty_addresses() {
  return __PRETTY_FUNCTION__;
}

// g++:   "... pretty_type() [with T = int; std::string_view = ...]"
// clang: "... pretty_type() [T = int]"
// The text around the name does not depend on the argument. So its length is measured once, with
// `int` or the value '!'.
constexpr std::size_t type_prefix = pretty_type<int>().find("int");
constexpr std::size_t type_suffix = pretty_type<int>().size() - type_prefix - 3;
constexpr std::size_t value_prefix = pretty_value<'!'>().find("'!'");
constexpr std::size_t value_suffix = pretty_value<'!'>().size() - value_prefix - 3;

/// The spellings of the addresses, separated by ", ".
// g++:   "... pretty_addresses() [with const void* ...Addresses = {(& a), (& b)}; ..."
// clang: "... pretty_addresses() [Addresses = <&a, &b>]"
constexpr std::size_t addresses_prefix = pretty_addresses<nullptr>().find('=') + 3;
constexpr std::size_t addresses_suffix =
    pretty_addresses<nullptr>().size() -
    pretty_addresses<nullptr>().find_first_of("}>", addresses_prefix);
template <const void*... Addresses>
constexpr std::string_view spelled_addresses() {
  constexpr auto text = pretty_addresses<Addresses...>();
  return {text.data() + addresses_prefix, text.size() - addresses_prefix - addresses_suffix};
}

template <auto Value>
constexpr std::string_view value_spelling() {
  constexpr auto text = pretty_value<Value>();
  return text.substr(value_prefix, text.size() - value_prefix - value_suffix);
}

}  // namespace detail

/// The fully qualified name of `T` as the compiler spells it, e.g. `app::Person`. It is the same
/// with all compilers for plain classes, enums and arithmetic types. The spelling of standard
/// templates differs, so it is never part of a schema hash or a file.
template <class T>
constexpr std::string_view qualified_type_name() {
  constexpr auto text = detail::pretty_type<T>();
  return text.substr(detail::type_prefix, text.size() - detail::type_prefix - detail::type_suffix);
}

/// The name of `T` without namespaces or enclosing classes: `Person` for `app::Person`.
template <class T>
constexpr std::string_view type_name() {
  constexpr auto full = qualified_type_name<T>();
  // Look for the last "::" outside of template arguments and parentheses.
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (full[i] == '<' || full[i] == '(' || full[i] == '{') ++depth;
    if (full[i] == '>' || full[i] == ')' || full[i] == '}') --depth;
    if (depth == 0 && full[i] == ':') start = i + 1;
  }
  return full.substr(start);
}

}  // namespace tc
