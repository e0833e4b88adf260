// tensacode/tree/flatten.hpp -- all numbers of an object as one vector, and back.
// Layer 2. The order is: fields by declaration, containers by position, maps by key
// (tree/rebuild.hpp), matrices as they are stored, which is column by column unless they are
// row-major.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/tensor/tensor.hpp>
#include <tensacode/tree/rebuild.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace tc {
namespace detail {

template <class Number, class F>
void for_each_number(Number& leaf, const F& f) {
  if constexpr (eigen_plain<std::remove_const_t<Number>>)
    for (Eigen::Index i = 0; i < leaf.size(); ++i) f(leaf.data()[i]);
  else
    f(leaf);
}

}  // namespace detail

/// Returns the floating-point numbers of `object`, in order. Other parts do not count as numbers:
/// integers, enums, strings, keys, sets, xtensor arrays and fields with `tc::ignore`. An object
/// that two pointers share is visited twice.
///
/// Errors   argument_error with the path if the object contains itself
/// Cost     O(size of the object)
template <class T>
std::vector<double> flatten(const T& object) {
  std::vector<double> numbers;
  const auto root = detail::trail::root(object);
  detail::visit_numbers(
      detail::trail("flatten", root), object, [&](const detail::trail&, const auto& leaf) {
        detail::for_each_number(
            leaf, [&](const auto& number) { numbers.push_back(static_cast<double>(number)); });
      });
  return numbers;
}

/// Returns a copy of `like` with its numbers replaced by `numbers`, in the order of `flatten`. Each
/// pointer in the copy holds a new object.
///
/// Errors   shape_error if `numbers` has the wrong length; argument_error if `like` contains
///          itself; at compile time T04
/// Cost     O(size of the object)
template <class T>
T unflatten(std::span<const double> numbers, const T& like) {
  using problem = detail::rebuild_problem<T, T, detail::keep_numbers>;
  if constexpr (!detail::is_offender<problem>) {
    T object{};
    std::size_t used = 0;
    const auto root = detail::trail::root(like);
    detail::rebuild_node(
        detail::trail("unflatten", root),
        [&](const detail::trail&, auto& copy, const auto& leaf) {
          copy = leaf;
          detail::for_each_number(copy, [&](auto& number) {
            TC_CHECK(used < numbers.size(), shape_error,
                     "unflatten: the object has more numbers than the {} given", numbers.size());
            number = static_cast<std::remove_reference_t<decltype(number)>>(numbers[used++]);
          });
        },
        object, like);
    TC_CHECK(used == numbers.size(), shape_error, "unflatten: the object has {} numbers, got {}",
             used, numbers.size());
    return object;
  } else {
    static_cast<void>(sizeof(problem));
    return like;
  }
}

}  // namespace tc
