// tensacode/io/arrays/dtype.hpp -- the element types of arrays in files.
// Layer 3. The names are those of the safetensors format; io/arrays/npy_format.hpp has the names
// that numpy uses.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tc {

static_assert(std::endian::native == std::endian::little,
              "tensacode[R22] arrays in files: numbers are written as they lie in memory, which "
              "must be little-endian. Fix: swap bytes in io/arrays/number_bytes.hpp for this "
              "machine.");

enum class dtype { BOOL, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

namespace detail {

struct dtype_facts {
  std::string_view name;
  std::size_t size;
  bool is_floating;
  bool is_signed;
  int digits;  ///< all integers of up to this many bits are exact
};
inline constexpr dtype_facts facts_of_dtypes[] = {
    {"BOOL", 1, false, false, 1}, {"U8", 1, false, false, 8},   {"I8", 1, false, true, 7},
    {"U16", 2, false, false, 16}, {"I16", 2, false, true, 15},  {"F16", 2, true, true, 11},
    {"BF16", 2, true, true, 8},   {"U32", 4, false, false, 32}, {"I32", 4, false, true, 31},
    {"F32", 4, true, true, 24},   {"U64", 8, false, false, 64}, {"I64", 8, false, true, 63},
    {"F64", 8, true, true, 53},
};
inline constexpr std::size_t dtype_count = sizeof facts_of_dtypes / sizeof *facts_of_dtypes;

constexpr const dtype_facts& facts_of(dtype type) {
  return facts_of_dtypes[static_cast<std::size_t>(type)];
}

/// Whether there is a dtype for this C++ type.
template <class Number>
inline constexpr bool has_dtype = std::is_same_v<Number, float> || std::is_same_v<Number, double> ||
                                  (std::is_integral_v<Number> && sizeof(Number) <= 8);

/// Whether every value of type `from` can be represented exactly in type `to`.
constexpr bool loses_nothing(dtype from, dtype to) {
  const dtype_facts& source = facts_of(from);
  const dtype_facts& target = facts_of(to);
  if (from == to) return true;
  if (to == dtype::BOOL || to == dtype::BF16 || source.is_signed > target.is_signed) return false;
  // The number of digits does not decide here: BF16 has fewer than F16, but a larger range.
  if (source.is_floating)
    return target.is_floating && to != dtype::F16 && source.size < target.size;
  return source.digits <= target.digits;
}

}  // namespace detail

/// The size of one element in bytes.
constexpr std::size_t size_of(dtype type) { return detail::facts_of(type).size; }

constexpr std::string_view dtype_name(dtype type) { return detail::facts_of(type).name; }

/// The dtype of a C++ type: bool, float, double, or an integer of 8 to 64 bits.
template <class Number>
constexpr dtype dtype_of() {
  static_assert(detail::has_dtype<Number>,
                "tensacode[R23] dtype_of: no dtype for this type of number. Fix: use bool, float, "
                "double or an integer of at most 64 bits.");
  if constexpr (std::is_same_v<Number, bool>)
    return dtype::BOOL;
  else if constexpr (std::is_floating_point_v<Number>)
    return sizeof(Number) == 4 ? dtype::F32 : dtype::F64;
  else if constexpr (sizeof(Number) == 1)
    return std::is_signed_v<Number> ? dtype::I8 : dtype::U8;
  else if constexpr (sizeof(Number) == 2)
    return std::is_signed_v<Number> ? dtype::I16 : dtype::U16;
  else if constexpr (sizeof(Number) == 4)
    return std::is_signed_v<Number> ? dtype::I32 : dtype::U32;
  else
    return std::is_signed_v<Number> ? dtype::I64 : dtype::U64;
}

}  // namespace tc
