// tensacode/tree/flatten.hpp -- all numbers of an object as one vector, and back.
// Layer 2. Order: fields by declaration, containers by position, matrices column by column.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/deferred.hpp>
#include <tensacode/core/error.hpp>
#include <tensacode/tensor/tensor.hpp>
#include <tensacode/tree/rebind.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace tc {

template <eigen_plain T>
inline constexpr bool is_number_container<T> = true;

namespace detail {

template <class Number, class F>
void for_each_number(Number& leaf, const F& f) {
  if constexpr (std::floating_point<std::remove_const_t<Number>>)
    f(leaf);
  else
    for (Eigen::Index i = 0; i < leaf.size(); ++i) f(leaf.data()[i]);
}

}  // namespace detail

/// The floating-point numbers of `object`, in order. Integers, enums and strings are not numbers
/// here: they pass through every transformation unchanged.
template <class T>
std::vector<double> flatten(const T& object) {
  detail::deferred<std::vector<double>, T> numbers;
  T copy = object;
  detail::rebuild(object, copy, [&](const auto& leaf, auto&) {
    detail::for_each_number(leaf,
                            [&](auto number) { numbers.push_back(static_cast<double>(number)); });
  });
  return numbers;
}

/// A copy of `like` whose numbers are replaced by `numbers`, in the order of `flatten`.
/// Throws `shape_error` if their count differs.
template <class T>
T unflatten(std::span<const double> numbers, const T& like) {
  T object = like;
  std::size_t used = 0;
  detail::rebuild(like, object, [&](const auto& leaf, auto& copy) {
    copy = leaf;
    detail::for_each_number(copy, [&](auto& number) {
      TC_CHECK(used < numbers.size(), shape_error,
               "unflatten: the object has more numbers than the {} given", numbers.size());
      number = static_cast<std::remove_reference_t<decltype(number)>>(numbers[used++]);
    });
  });
  TC_CHECK(used == numbers.size(), shape_error, "unflatten: the object has {} numbers, got {}",
           used, numbers.size());
  return object;
}

}  // namespace tc
