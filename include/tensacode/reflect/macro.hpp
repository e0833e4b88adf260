// tensacode/reflect/macro.hpp -- TC_REFLECT, the macro that users write.
// Layer 1.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/fixed_string.hpp>

namespace tc::detail {

template <class T>
struct tag {};

/// One entry of a field list: the name and the pointer to member.
template <fixed_string Name, auto Member>
struct field {
  static constexpr std::string_view name = Name.view();
  static constexpr auto member = Member;
};

struct no_field {};

/// The first entry is `no_field`, which lets the macro put a comma before every real one.
template <class First, class... Fields>
struct field_list {};

/// The condition that `TC_REFLECT(Type)` asserts. Defined in reflect/fields.hpp.
template <class T>
consteval bool registrable();

}  // namespace tc::detail

/// Write `TC_REFLECT(Type)` at namespace scope, after the definition of an aggregate or an enum.
/// The compiler finds the names and types of the fields.
///
/// Or write `TC_REFLECT(Type, first, second, ...)` inside a class, with at most 256 fields. It
/// reflects exactly the named members, which may be private. This form compiles fastest.
#define TC_REFLECT(Type, ...) TC_DETAIL_REFLECT_##__VA_OPT__(LIST)(Type __VA_OPT__(, ) __VA_ARGS__)

#define TC_DETAIL_REFLECT_(Type)                                                                 \
  static_assert(::tc::detail::registrable<Type>(),                                               \
                "tensacode[R02] TC_REFLECT: the type is neither an aggregate nor an enum. Fix: " \
                "write TC_REFLECT(Type, field, ...) inside the class, naming its members.");

#define TC_DETAIL_REFLECT_LIST(Type, ...)                                     \
  [[maybe_unused]] friend constexpr auto tc_fields(::tc::detail::tag<Type>) { \
    return ::tc::detail::field_list<::tc::detail::no_field TC_DETAIL_EXPAND(  \
        TC_DETAIL_EACH(Type, __VA_ARGS__))>{};                                \
  }

#define TC_DETAIL_FIELD(Type, name) , ::tc::detail::field<#name, &Type::name>

// Recursive macros by deferred expansion (Swenson, "Recursive macros with C++20 __VA_OPT__"). There
// are 4^4 = 256 rescans, one for each field.
#define TC_DETAIL_PARENTHESES ()
#define TC_DETAIL_EXPAND(...) \
  TC_DETAIL_EXPAND3(TC_DETAIL_EXPAND3(TC_DETAIL_EXPAND3(TC_DETAIL_EXPAND3(__VA_ARGS__))))
#define TC_DETAIL_EXPAND3(...) \
  TC_DETAIL_EXPAND2(TC_DETAIL_EXPAND2(TC_DETAIL_EXPAND2(TC_DETAIL_EXPAND2(__VA_ARGS__))))
#define TC_DETAIL_EXPAND2(...) \
  TC_DETAIL_EXPAND1(TC_DETAIL_EXPAND1(TC_DETAIL_EXPAND1(TC_DETAIL_EXPAND1(__VA_ARGS__))))
#define TC_DETAIL_EXPAND1(...) \
  TC_DETAIL_EXPAND0(TC_DETAIL_EXPAND0(TC_DETAIL_EXPAND0(TC_DETAIL_EXPAND0(__VA_ARGS__))))
#define TC_DETAIL_EXPAND0(...) __VA_ARGS__
#define TC_DETAIL_EACH(Type, name, ...) \
  TC_DETAIL_FIELD(Type, name)           \
  __VA_OPT__(TC_DETAIL_EACH_AGAIN TC_DETAIL_PARENTHESES(Type, __VA_ARGS__))
#define TC_DETAIL_EACH_AGAIN() TC_DETAIL_EACH
