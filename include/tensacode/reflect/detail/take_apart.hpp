// tensacode/reflect/detail/take_apart.hpp -- the fields of an aggregate as references.
// Layer 1. Boost.PFR makes a tuple type for each aggregate, which costs the compiler about a
// millisecond. Up to 16 fields are passed on directly from a structured binding instead.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include <boost/pfr/core.hpp>

namespace tc::detail {

/// Returns `f(field, ...)` for the `count` fields of an aggregate. `count` is at most 100.
template <std::size_t count, class Object, class F>
constexpr decltype(auto) take_apart(Object& object, F&& f) {
  // clang-format off
#define TC_DETAIL_TAKE(number, ...)      \
  else if constexpr (count == number) {  \
    auto& [__VA_ARGS__] = object;        \
    return f(__VA_ARGS__);               \
  }
  if constexpr (count == 0) return f();
  TC_DETAIL_TAKE(1, a)
  TC_DETAIL_TAKE(2, a, b)
  TC_DETAIL_TAKE(3, a, b, c)
  TC_DETAIL_TAKE(4, a, b, c, d)
  TC_DETAIL_TAKE(5, a, b, c, d, e)
  TC_DETAIL_TAKE(6, a, b, c, d, e, g)
  TC_DETAIL_TAKE(7, a, b, c, d, e, g, h)
  TC_DETAIL_TAKE(8, a, b, c, d, e, g, h, i)
  TC_DETAIL_TAKE(9, a, b, c, d, e, g, h, i, j)
  TC_DETAIL_TAKE(10, a, b, c, d, e, g, h, i, j, k)
  TC_DETAIL_TAKE(11, a, b, c, d, e, g, h, i, j, k, l)
  TC_DETAIL_TAKE(12, a, b, c, d, e, g, h, i, j, k, l, m)
  TC_DETAIL_TAKE(13, a, b, c, d, e, g, h, i, j, k, l, m, n)
  TC_DETAIL_TAKE(14, a, b, c, d, e, g, h, i, j, k, l, m, n, o)
  TC_DETAIL_TAKE(15, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p)
  TC_DETAIL_TAKE(16, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q)
#undef TC_DETAIL_TAKE
  // clang-format on
  else {
    return [&, fields = boost::pfr::detail::tie_as_tuple(
                   object, boost::pfr::detail::size_t_<count>{})]<std::size_t... I>(
               std::index_sequence<I...>) mutable -> decltype(auto) {
      return f(boost::pfr::detail::sequence_tuple::get<I>(fields)...);
    }(std::make_index_sequence<count>{});
  }
}

template <std::size_t>
using any_pointer = const void*;

/// `get(pointer, ...)` returns the pointer after the first N, where N is the length of the index
/// sequence.
template <class Before>
struct nth_pointer;
template <std::size_t... Before>
struct nth_pointer<std::index_sequence<Before...>> {
  template <class Nth, class... After>
  static constexpr Nth* get(any_pointer<Before>..., Nth* nth, After*...) {
    return nth;
  }
};

}  // namespace tc::detail
