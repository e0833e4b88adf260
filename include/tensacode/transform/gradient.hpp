// tensacode/transform/gradient.hpp -- grad and value_and_grad of functions over trees.
// Layer 3. Reverse mode: one recording and one sweep, regardless of the number of inputs.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/lift.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {

/// The result of `value_and_grad`. Made for structured bindings.
template <class Value, class Gradient>
struct value_and_gradient {
  Value value;
  Gradient gradient;
};

namespace detail {

/// The type of a gradient. For one argument it is the argument's type; for several it is the tuple
/// of their types.
template <class... Arguments>
struct gradient_shape {
  using type = std::tuple<Arguments...>;
};
template <class Argument>
struct gradient_shape<Argument> {
  using type = Argument;
};

template <class F, class... Arguments>
auto differentiate(const F& f, const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  using Gradient = typename gradient_shape<Arguments...>::type;

  if constexpr (!check_not_nested<Arguments...>()) {
    return value_and_gradient<Scalar, Gradient>{};
  } else if constexpr (check_liftable<F, Arguments...>()) {
    recording<Scalar> recorded;
    const std::tuple<lifted<Arguments>...> variables{lift<where_it_is>(arguments)...};
    const basic_var<Scalar> y = call_with(f, variables);
    recorded.differentiate(y.slot());
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return value_and_gradient<Scalar, Gradient>{
          y.value(), Gradient{adjoints_of<Arguments>(std::get<I>(variables), recorded.tape())...}};
    }(std::index_sequence_for<Arguments...>{});
  } else {
    return value_and_gradient<Scalar, Gradient>{};
  }
}

}  // namespace detail

/// Returns a function that computes the value of `f` and its gradient. `f` is called once, with
/// variables in place of scalars: `double` becomes `tc::var`, a dynamic Eigen matrix becomes a
/// tensor variable, and a fixed-size one becomes a matrix of variables. Containers and struct
/// templates become the same over variables, and a plain struct becomes its `lifted_view`. Dual
/// numbers become variables over dual numbers, so `jvp` of the gradient is forward over reverse
/// mode.
///
/// The gradient has the type of the argument, or for several arguments the tuple of their types.
/// Fields that are not floating-point are copied. Fields that do not influence the value get 0.
///
/// Errors   argument_error if an argument contains itself; tape_full; at compile time T01, T05
/// Cost     that of the function, and a small multiple of it for the sweep, regardless of the
///          number of inputs
template <class F>
auto value_and_grad(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::differentiate(f, arguments...);
  };
}

/// Returns a function that computes only the gradient of `value_and_grad(f)`.
template <class F>
auto grad(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::differentiate(f, arguments...).gradient;
  };
}

/// Compares `grad(f)` at the arguments with central differences of fourth order, and returns the
/// largest error. The error is relative to the larger of 1 and the derivative. About 1e-9 is the
/// best that doubles can show.
template <class F, class... Arguments>
double check_gradient(const F& f, const Arguments&... arguments) {
  using Tree = std::tuple<Arguments...>;
  const Tree point{arguments...};
  const auto result = detail::differentiate(f, arguments...);
  std::vector<double> gradient;
  if constexpr (sizeof...(Arguments) == 1)
    gradient = flatten(std::tuple<Arguments...>(result.gradient));
  else
    gradient = flatten(result.gradient);

  auto numbers = flatten(point);
  double worst = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double x = numbers[i];
    // The step eps^(1/5) balances the fourth-order truncation error against rounding.
    const double h = 7.4e-4 * std::max(1.0, std::abs(x));
    const auto at = [&](double steps) {
      numbers[i] = x + steps * h;
      const double y = static_cast<double>(
          std::apply([&](const auto&... moved) { return detail::differentiate(f, moved...).value; },
                     unflatten(numbers, point)));
      numbers[i] = x;
      return y;
    };
    const double numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    const double scale = std::max({1.0, std::abs(numeric), std::abs(gradient[i])});
    worst = std::max(worst, std::abs(numeric - gradient[i]) / scale);
  }
  return worst;
}

}  // namespace tc
