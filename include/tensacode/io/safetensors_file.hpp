// tensacode/io/safetensors_file.hpp -- named arrays and metadata, the contents of a safetensors
// file. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/deferred.hpp>
#include <tensacode/core/error.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

static_assert(std::endian::native == std::endian::little,
              "tensacode[R14] safetensors: data are little-endian and are copied as they are. Fix: "
              "swap bytes here for this machine.");

enum class dtype { F32, F64, I64, I32, U8 };

/// Bytes of one element.
constexpr std::size_t size_of(dtype type) {
  constexpr std::size_t sizes[] = {4, 8, 8, 4, 1};
  return sizes[static_cast<std::size_t>(type)];
}

constexpr std::string_view dtype_name(dtype type) {
  constexpr std::string_view names[] = {"F32", "F64", "I64", "I32", "U8"};
  return names[static_cast<std::size_t>(type)];
}

/// The dtype of the numbers `Number`: float, double, and integers of 64, 32 and 8 (unsigned) bits.
template <class Number>
constexpr dtype dtype_of() {
  if constexpr (std::is_same_v<Number, float>)
    return dtype::F32;
  else if constexpr (std::is_same_v<Number, double>)
    return dtype::F64;
  else if constexpr (std::is_integral_v<Number> && std::is_signed_v<Number> && sizeof(Number) == 8)
    return dtype::I64;
  else if constexpr (std::is_integral_v<Number> && std::is_signed_v<Number> && sizeof(Number) == 4)
    return dtype::I32;
  else {
    static_assert(std::is_same_v<Number, std::uint8_t>,
                  "tensacode[R15] safetensors: no dtype for this type of number. Fix: use float, "
                  "double, int64_t, int32_t or uint8_t.");
    return dtype::U8;
  }
}

/// A named array, row-major.
struct safetensor {
  std::string name;
  dtype type = dtype::F32;
  std::vector<std::size_t> shape;  ///< empty for a single number
  std::vector<std::byte> bytes;

  /// The elements as numbers of the tensor's own type.
  ///
  /// Errors   argument_error if `Number` is another type
  template <class Number>
  std::vector<Number> values() const {
    TC_CHECK(dtype_of<Number>() == type, argument_error, "tensor '{}' holds {}, not {}", name,
             dtype_name(type), dtype_name(dtype_of<Number>()));
    std::vector<Number> out(bytes.size() / sizeof(Number));
    if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(Number));
    return out;
  }
};

/// The contents of a file: tensors in order, and free text by key.
template <class Lazy = void>
struct basic_safetensors_file {
  detail::deferred<std::map<std::string, std::string>, Lazy> metadata;
  detail::deferred<std::vector<safetensor>, Lazy> tensors;

  /// Appends a tensor of the given numbers.
  template <class Number>
  void add(std::string name, std::vector<std::size_t> shape, std::span<const Number> values) {
    detail::deferred<safetensor, Number> tensor{
        std::move(name), dtype_of<Number>(), std::move(shape), {}};
    tensor.bytes.resize(values.size_bytes());
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    tensors.push_back(std::move(tensor));
  }
  /// The tensor of that name, or null.
  const safetensor* find(std::string_view name) const {
    for (const auto& tensor : tensors)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }
};
using safetensors_file = basic_safetensors_file<>;

}  // namespace tc
