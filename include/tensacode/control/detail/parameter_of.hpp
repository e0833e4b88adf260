// tensacode/control/detail/parameter_of.hpp -- the parameter of a draw as a variable.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>

#include <type_traits>

namespace tc::detail {

/// The parameter of a draw as a variable.
template <class T>
var parameter_of(const T& x) {
  if constexpr (expression<T>) {
    using Variable = basic_var<typename T::scalar_type>;
    const Variable variable(x);
    if constexpr (std::is_same_v<Variable, var>) {
      return variable;
    } else {
      if (variable.slot())
        throw tc::error("a random choice has first derivatives only, by tc::estimate");
      return static_cast<double>(value(variable));
    }
  } else {
    return static_cast<double>(value(x));
  }
}

}  // namespace tc::detail
