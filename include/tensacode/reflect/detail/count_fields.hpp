// tensacode/reflect/detail/count_fields.hpp -- the number of fields of an aggregate.
// Layer 1. Boost.PFR 1.81 counts initialisers, but an array takes one for each element. It also
// tries conversions to every field, and some fields fail to compile then (an optional Eigen matrix
// for instance). Here `{}` is used: it initialises any field that has a default, arrays included.
// If a field has no default, the fields are counted by conversions.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tc::detail {

/// Converts to any type. For unevaluated expressions only.
struct any_initialiser {
  std::size_t position;
  template <class T>
  operator T() const;
};

// --- by `{}` ------------------------------------------------------------------------------------
/// The largest number of `{}` that is tried. Larger numbers would slow down every compilation.
inline constexpr std::size_t most_braces = 64;

/// `braces<N>::init<T>` says whether `T{{}, {}, ...}` with N pairs of braces is valid;
/// `init<T, More>` whether it is valid with an initialiser of type `More` after them. A pack cannot
/// expand to `{}`, so the macros write out the braces.
template <std::size_t count>
struct braces;

#define TC_DETAIL_COUNT(count, ...)                                       \
  template <>                                                             \
  struct braces<count> {                                                  \
    template <class T, class... More>                                     \
    static constexpr bool init = requires { T{__VA_ARGS__, More{}...}; }; \
  };
#define TC_DETAIL_EIGHT \
  {}, {}, {}, {}, {}, {}, {}, {}
#define TC_DETAIL_EIGHT_COUNTS(eights, ...)                              \
  TC_DETAIL_COUNT(eights * 8 + 1, __VA_ARGS__{})                         \
  TC_DETAIL_COUNT(eights * 8 + 2, __VA_ARGS__{}, {})                     \
  TC_DETAIL_COUNT(eights * 8 + 3, __VA_ARGS__{}, {}, {})                 \
  TC_DETAIL_COUNT(eights * 8 + 4, __VA_ARGS__{}, {}, {}, {})             \
  TC_DETAIL_COUNT(eights * 8 + 5, __VA_ARGS__{}, {}, {}, {}, {})         \
  TC_DETAIL_COUNT(eights * 8 + 6, __VA_ARGS__{}, {}, {}, {}, {}, {})     \
  TC_DETAIL_COUNT(eights * 8 + 7, __VA_ARGS__{}, {}, {}, {}, {}, {}, {}) \
  TC_DETAIL_COUNT(eights * 8 + 8, __VA_ARGS__{}, {}, {}, {}, {}, {}, {}, {})

// clang-format off
TC_DETAIL_EIGHT_COUNTS(0, )
TC_DETAIL_EIGHT_COUNTS(1, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(2, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(3, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(4, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(5, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(6, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
TC_DETAIL_EIGHT_COUNTS(7, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT, TC_DETAIL_EIGHT,)
// clang-format on
#undef TC_DETAIL_COUNT
#undef TC_DETAIL_EIGHT
#undef TC_DETAIL_EIGHT_COUNTS

/// The largest number of `{}` that `T` accepts. It is at least `low` and less than `high`.
template <class T, std::size_t low, std::size_t high>
consteval std::size_t bisect_braces() {
  if constexpr (high - low == 1)
    return low;
  else if constexpr (braces<(low + high) / 2>::template init<T>)
    return bisect_braces<T, (low + high) / 2, high>();
  else
    return bisect_braces<T, low, (low + high) / 2>();
}
template <class T, std::size_t taken = 1>
consteval std::size_t count_braces() {
  if constexpr (taken == most_braces)
    return taken;
  else if constexpr (braces<taken * 2>::template init<T>)
    return count_braces<T, taken * 2>();
  else
    return bisect_braces<T, taken, taken * 2>();
}

// --- by conversions -----------------------------------------------------------------------------
// `{}` initialises a whole array, which otherwise takes one initialiser for each element. So if
// `{}` replaces only one of an array's initialisers, too many are left and the expression is
// invalid. This is how arrays are found.

template <class T, std::size_t count>
consteval bool takes_initialisers() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return requires { T{any_initialiser{I}...}; };
  }(std::make_index_sequence<count>{});
}
/// The largest number of initialisers that `T` accepts. It is at least `low` and less than `high`.
template <class T, std::size_t low, std::size_t high>
consteval std::size_t bisect_initialisers() {
  if constexpr (high - low == 1)
    return low;
  else if constexpr (takes_initialisers<T, (low + high) / 2>())
    return bisect_initialisers<T, (low + high) / 2, high>();
  else
    return bisect_initialisers<T, low, (low + high) / 2>();
}
template <class T, std::size_t taken>
consteval std::size_t double_initialisers() {
  if constexpr (takes_initialisers<T, taken * 2>())
    return double_initialisers<T, taken * 2>();
  else
    return bisect_initialisers<T, taken, taken * 2>();
}
/// The same, trying one number after the other. For types that do not accept fewer initialisers
/// than they have fields.
template <class T, std::size_t count = 1, bool found = false>
consteval std::size_t step_initialisers() {
  if constexpr (takes_initialisers<T, count>())
    return step_initialisers<T, count + 1, true>();
  else if constexpr (found || count > sizeof(T) * 8)
    return count - 1;
  else
    return step_initialisers<T, count + 1, false>();
}
template <class T>
consteval std::size_t count_initialisers() {
  if constexpr (std::is_empty_v<T>)
    return 0;
  else if constexpr (requires { T{}; } && takes_initialisers<T, 1>())
    return double_initialisers<T, 1>();
  else
    return step_initialisers<T>();
}

/// Whether T{any, ..., {}, any, ...} is valid with `before` and `after` initialisers around `{}`.
template <class T, std::size_t before, std::size_t after>
consteval bool takes_braces() {
  return
      []<std::size_t... B, std::size_t... A>(std::index_sequence<B...>, std::index_sequence<A...>) {
        return requires { T{any_initialiser{B}..., {}, any_initialiser{A}...}; };
      }(std::make_index_sequence<before>{}, std::make_index_sequence<after>{});
}
/// The same with eight `{}` among `total` initialisers. If there is no array, this needs one
/// instantiation instead of eight.
template <class T, std::size_t total, std::size_t before>
consteval bool takes_eight_braces() {
  if constexpr (before + 8 > total)
    return false;
  else
    return []<std::size_t... B, std::size_t... A>(std::index_sequence<B...>,
                                                  std::index_sequence<A...>) {
      return requires {
        T{any_initialiser{B}..., {}, {}, {}, {}, {}, {}, {}, {}, any_initialiser{A}...};
      };
    }(std::make_index_sequence<before>{}, std::make_index_sequence<total - before - 8>{});
}

/// How many of the `total` initialisers the field at `position` takes: the smallest number for
/// which `{}` in their place is valid. 1 for a field without a default constructor.
template <class T, std::size_t total, std::size_t position, std::size_t width = 1>
consteval std::size_t initialisers_of_field() {
  if constexpr (position + width > total)
    return 1;
  else if constexpr (takes_braces<T, position, total - position - width>())
    return width;
  else
    return initialisers_of_field<T, total, position, width + 1>();
}
template <class T, std::size_t total, std::size_t position = 0>
consteval std::size_t count_fields_from() {
  if constexpr (position >= total)
    return 0;
  else if constexpr (takes_eight_braces<T, total, position>())
    return 8 + count_fields_from<T, total, position + 8>();
  else
    return 1 +
           count_fields_from<T, total, position + initialisers_of_field<T, total, position>()>();
}

/// The number of fields of the aggregate `T`.
template <class T>
consteval std::size_t count_fields() {
  if constexpr (std::is_empty_v<T>) {
    return 0;
  } else if constexpr (braces<1>::template init<T>) {
    constexpr std::size_t count = count_braces<T>();
    if constexpr (braces<count>::template init<T, any_initialiser>)
      return count_fields_from<T, count_initialisers<T>()>();
    else
      return count;
  } else {
    return count_fields_from<T, count_initialisers<T>()>();
  }
}

}  // namespace tc::detail
