// tensacode/io/arrays/safetensors_file.hpp -- named arrays and metadata, the contents of a
// safetensors file. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/lookup.hpp>
#include <tensacode/io/arrays/dtype.hpp>
#include <tensacode/io/arrays/number_bytes.hpp>

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tc {

/// A named array in row-major order.
struct safetensor {
  std::string name;
  dtype type = dtype::F32;
  std::vector<std::size_t> shape;  ///< empty for a single number
  std::vector<std::byte> bytes;

  /// The elements as C++ numbers. `Number` must hold every value of the tensor's type exactly. F16
  /// and BF16 have no C++ type; read them as float or double.
  ///
  /// Errors   argument_error if `Number` does not hold all values of the type
  template <class Number>
  std::vector<Number> values() const {
    TC_CHECK(detail::loses_nothing(type, dtype_of<Number>()), argument_error,
             "tensor '{}' holds {}, which {} does not", name, dtype_name(type),
             dtype_name(dtype_of<Number>()));
    detail::stored_array array;
    array.type = type;
    array.bytes = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    const std::size_t count = bytes.size() / size_of(type);
    std::vector<Number> out(count);
    if constexpr (std::is_same_v<Number, bool>)
      for (std::size_t i = 0; i < count; ++i) out[i] = bytes[i] != std::byte{0};
    else
      detail::load_numbers(array, 0, 1, count, out.data());
    return out;
  }
};

/// The contents of a safetensors file: the tensors in order, and text entries by key.
struct safetensors_file {
  std::unordered_map<std::string, std::string, detail::text_hash> metadata;
  std::vector<safetensor> tensors;

  /// Appends a tensor with the given values.
  template <class Number>
  void add(std::string name, std::vector<std::size_t> shape, std::span<const Number> values) {
    safetensor tensor{std::move(name), dtype_of<Number>(), std::move(shape), {}};
    tensor.bytes.resize(values.size_bytes());
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    tensors.push_back(std::move(tensor));
  }
  /// The tensor of that name, or null if there is none.
  const safetensor* find(std::string_view name) const;
};

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/io/arrays/compiled/safetensors_file.hpp>
#endif
