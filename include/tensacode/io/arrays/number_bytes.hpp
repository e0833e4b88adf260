// tensacode/io/arrays/number_bytes.hpp -- converts the bytes of a file to numbers, of the stored
// type or a wider one.
// Layer 3. Start reading at `load_numbers`.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/io/arrays/dtype.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

/// An array in a file. The caller has checked that the number of bytes matches the shape.
struct stored_array {
  dtype type = dtype::F64;
  std::vector<std::size_t> shape;  ///< empty for a single number
  std::string_view bytes;
  bool is_swapped = false;    ///< big-endian
  bool column_major = false;  ///< the first index runs fastest
};

constexpr float float_of_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0) {  // zero or subnormal: there is no leading 1
    const float size = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -size : size;
  }
  // The exponent bias is 15 in a half and 127 in a float.
  const std::uint32_t wide = exponent == 0x1F ? 0xFFU : exponent + 127 - 15;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

template <dtype type>
consteval auto stored_type_of() {
  if constexpr (type == dtype::F32)
    return std::type_identity<float>{};
  else if constexpr (type == dtype::F64)
    return std::type_identity<double>{};
  else if constexpr (size_of(type) == 1)
    return std::type_identity<std::conditional_t<type == dtype::I8, std::int8_t, std::uint8_t>>{};
  else if constexpr (size_of(type) == 2)
    return std::type_identity<
        std::conditional_t<type == dtype::I16, std::int16_t, std::uint16_t>>{};
  else if constexpr (size_of(type) == 4)
    return std::type_identity<
        std::conditional_t<type == dtype::I32, std::int32_t, std::uint32_t>>{};
  else
    return std::type_identity<
        std::conditional_t<type == dtype::I64, std::int64_t, std::uint64_t>>{};
}

template <dtype type, class Number>
Number number_from_bytes(const char* bytes, bool is_swapped) {
  typename decltype(stored_type_of<type>())::type stored{};
  char reversed[sizeof stored];
  if (is_swapped) {
    std::reverse_copy(bytes, bytes + sizeof stored, reversed);
    bytes = reversed;
  }
  std::memcpy(&stored, bytes, sizeof stored);
  if constexpr (type == dtype::BOOL)
    return static_cast<Number>(stored != 0);
  else if constexpr (type == dtype::F16)
    return static_cast<Number>(float_of_half(stored));
  else if constexpr (type == dtype::BF16)
    return static_cast<Number>(std::bit_cast<float>(std::uint32_t{stored} << 16));
  else
    return static_cast<Number>(stored);
}

/// Copies `count` elements to `to`, starting at element `first` and advancing by `step` elements.
/// Every value of the stored type must be exact as `Number`.
template <class Number>
void load_numbers(const stored_array& array, std::size_t first, std::size_t step, std::size_t count,
                  Number* to) {
  if (count == 0) return;
  const char* from = array.bytes.data() + first * size_of(array.type);
  // bool is not copied: any byte except 0 means true, but a C++ bool may only hold 0 or 1.
  if (!std::is_same_v<Number, bool> && array.type == dtype_of<Number>() && !array.is_swapped &&
      step == 1) {
    std::memcpy(to, from, count * sizeof(Number));
    return;
  }
  const auto load_as = [&]<dtype type>(std::integral_constant<dtype, type>) {
    if constexpr (loses_nothing(type, dtype_of<Number>())) {
      if (type != array.type) return;
      for (std::size_t i = 0; i < count; ++i, from += step * size_of(type))
        to[i] = number_from_bytes<type, Number>(from, array.is_swapped);
    }
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (load_as(std::integral_constant<dtype, static_cast<dtype>(I)>{}), ...);
  }(std::make_index_sequence<dtype_count>{});
}

/// The strides along each axis, in elements. The number of elements must fit in std::size_t.
std::vector<std::size_t> strides_of(const std::vector<std::size_t>& shape, bool column_major);

/// Sets `count` to the number of elements of an array of that shape, with elements of `size` bytes.
/// Returns false if the number of bytes would exceed PTRDIFF_MAX, where an extent of 0 counts as 1.
bool count_elements(const std::vector<std::size_t>& shape, std::size_t size, std::size_t& count);

/// Calls `f(offset)` for each line along the last axis, in row-major order of the other axes. The
/// shape must have at least one axis and no extent of 0.
template <class F>
void for_each_line(const std::vector<std::size_t>& shape, const std::vector<std::size_t>& strides,
                   const F& f) {
  std::vector<std::size_t> index(shape.size());
  std::size_t offset = 0;
  while (true) {
    f(offset);
    std::size_t axis = shape.size() - 1;
    while (true) {
      if (axis-- == 0) return;
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/number_bytes.hpp>
#endif
