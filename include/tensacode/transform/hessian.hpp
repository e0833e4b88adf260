// tensacode/transform/hessian.hpp -- second derivatives: hvp and dense Hessians.
// Layer 3. Forward over reverse mode: the tape records dual numbers, and the sweep yields the
// gradient. The tangent of that gradient is the Hessian times the direction (Pearlmutter 1994).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/forward.hpp>
#include <tensacode/transform/gradient.hpp>
#include <tensacode/transform/jacobian.hpp>
#include <tensacode/transform/lift.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

/// Maps scalars to variables over dual numbers.
template <class Tangent>
struct variables_of_duals {
  template <class Number>
  using number = basic_var<basic_dual<Number, Tangent>>;
  template <class Number>
  using matrix = basic_tensor_var<basic_dual<Number, Tangent>>;
};
template <class Tangent>
using dual_variable_leaf = lift_leaf_to<variables_of_duals<Tangent>>;

/// Records `f` on variables over the dual numbers that `make(number)` returns. Then sweeps back and
/// returns `use(variables, tape, value)`.
template <class Tangent, class F, class Make, class Use, class... Arguments>
auto forward_over_reverse(const F& f, const Make& make, const Use& use,
                          const Arguments&... arguments) {
  using Number = basic_dual<scalar_in<Arguments...>, Tangent>;
  recording<Number> recorded;
  std::tuple<rebind_t<Arguments, dual_variable_leaf<Tangent>>...> variables;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (lift_into(arguments, std::get<I>(variables), make), ...);
  }(std::index_sequence_for<Arguments...>{});
  const basic_var<Number> y = call_with(f, std::as_const(variables));
  recorded.differentiate(y.slot());
  return use(variables, recorded.tape(), y.value());
}

template <class F, class... Arguments>
auto hessian_times(const F& f, const std::tuple<const Arguments&...>& points,
                   const std::tuple<const Arguments&...>& directions) {
  using Scalar = scalar_in<Arguments...>;
  using Gradient = typename gradient_shape<Arguments...>::type;
  const auto tangents = tangents_in_order<Scalar>("hvp", points, directions);
  std::size_t next = 0;
  return std::apply(
      [&](const auto&... arguments) {
        return forward_over_reverse<Scalar>(
            f,
            [&](const auto& number) {
              return dual<Scalar>(static_cast<Scalar>(number), tangents[next++]);
            },
            [](const auto& variables, auto& tape, const auto&) {
              return [&]<std::size_t... I>(std::index_sequence<I...>) {
                const auto tangents_by = [&]<class T>(std::type_identity<T>, const auto& lifted) {
                  T tree{};
                  adjoints_into(lifted, tree, tape, [](const auto& a) { return a.tangent(); });
                  return tree;
                };
                return Gradient{
                    tangents_by(std::type_identity<Arguments>{}, std::get<I>(variables))...};
              }(std::index_sequence_for<Arguments...>{});
            },
            arguments...);
      },
      points);
}

template <class F, class... Arguments>
auto dense_hessian(const F& f, const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  using Number = dual<Scalar, columns_a_run>;
  const std::size_t size = count_numbers(arguments...);
  matrix_of<Scalar> hessian;
  hessian.setZero(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(size));
  for (std::size_t first = 0; first < size; first += columns_a_run) {
    std::size_t at = 0;
    forward_over_reverse<typename Number::tangent_type>(
        f,
        [&](const auto& number) {
          typename Number::tangent_type tangent{};
          if (at - first < columns_a_run) tangent[at - first] = Scalar(1);
          ++at;
          return Number(static_cast<Scalar>(number), tangent);
        },
        [&](const auto& variables, auto& tape, const auto&) {
          std::size_t row = 0;
          const auto read = [&](adjoint_slot slot) {
            for (std::size_t i = 0; i < columns_a_run && first + i < size; ++i)
              if (slot)
                hessian(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(first + i)) =
                    tape.adjoint(slot).tangent()[i];
            ++row;
          };
          std::apply([&](const auto&... objects) { (visit_slots(objects, read), ...); }, variables);
        },
        arguments...);
  }
  return matrix_of<Scalar>((hessian + hessian.transpose()) / Scalar(2));
}

}  // namespace detail

/// Returns a function that computes the Hessian of `f` times a direction, in the shape of `grad`'s
/// result. Call it as `hvp(f)(x, v)`, or for several arguments as `hvp(f)(x, y, vx, vy)`. A
/// direction has the type and the shape of its argument. `f` is called once, with variables over
/// dual numbers. Tensor operations are supported.
///
/// Errors   shape_error with the path at which a direction differs in shape; tape_full; at compile
///          time T01, T05, T06
/// Cost     a small multiple of the gradient's, regardless of the number of inputs
template <class F>
auto hvp(F f) {
  return [f = std::move(f)]<class... All>(const All&... arguments_and_directions) {
    if constexpr (detail::check_halves<All...>()) {
      if constexpr (detail::check_not_nested<All...>()) {
        return detail::split_in_halves(
            [&f](const auto& points, const auto& directions) {
              return detail::hessian_times(f, points, directions);
            },
            arguments_and_directions...);
      }
    }
  };
}

/// Returns a function that computes the Hessian of `f` as a dense symmetric Eigen matrix. Rows and
/// columns are in the order of `tc::flatten` of the arguments. For large sparse Hessians see
/// transform/sparse.hpp.
///
/// Errors   as `grad`
/// Cost     for every three inputs, one gradient in dual numbers with three tangents
template <class F>
auto hessian(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    if constexpr (detail::check_not_nested<Arguments...>()) {
      return detail::dense_hessian(f, arguments...);
    }
  };
}

}  // namespace tc
