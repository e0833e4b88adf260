// tensacode/transform/forward.hpp -- jvp: the derivative of a function along a direction.
// Layer 3. Forward mode: the function runs once on dual numbers. Nothing is recorded.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/gradient.hpp>
#include <tensacode/transform/lift.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// The result of `jvp`. Made for structured bindings.
template <class Value, class Tangent = Value>
struct value_and_tangent {
  Value value;
  Tangent tangent;
};

namespace detail {

/// Maps scalars to dual numbers. Dynamic Eigen matrices stay Eigen matrices.
template <class Tangent>
struct duals_of_numbers {
  template <class Number>
  using number = basic_dual<Number, Tangent>;
};
template <class Tangent>
using dual_leaf = lift_leaf_to<duals_of_numbers<Tangent>>;

/// The `Map` back from dual numbers to their values.
struct undual_leaf {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (is_dual<Leaf>)
      return std::type_identity<typename Leaf::value_type>{};
    else if constexpr (is_lifted_view<Leaf>)
      return std::type_identity<std::remove_cvref_t<decltype(std::declval<Leaf>().value())>>{};
    else if constexpr (eigen_plain<Leaf>) {
      if constexpr (is_dual<typename Leaf::Scalar>)
        return std::type_identity<
            typename rescaled<Leaf, typename Leaf::Scalar::value_type>::type>{};
      else
        return std::type_identity<Leaf>{};
    } else
      return std::type_identity<Leaf>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
};

/// Copies an object. Each dual number is replaced by `read(dual)`, each other scalar by
/// `constant(number)`.
template <class From, class To, class Read, class Constant>
void read_duals(const From& object, To& to, const Read& read, const Constant& constant) {
  rebuild(object, to, [&](const auto& leaf, auto& number) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    const auto convert = [&](const auto& each) {
      if constexpr (is_dual<std::remove_cvref_t<decltype(each)>> &&
                    !std::is_same_v<Leaf, std::remove_cvref_t<decltype(number)>>)
        return read(each);
      else
        return constant(each);
    };
    if constexpr (is_lifted_view<Leaf>) {
      number = leaf.value();
      using Record = std::remove_cvref_t<decltype(number)>;
      for_each_index<field_count<Record>>([&](auto i) {
        if constexpr (!is_ignored<Record, i>)
          read_duals(std::get<i>(leaf.fields()), fields_of<Record>::template get<i>(number), read,
                     constant);
      });
    } else if constexpr (eigen_plain<Leaf>) {
      number.resize(leaf.rows(), leaf.cols());
      for (Eigen::Index i = 0; i < leaf.size(); ++i) number.data()[i] = convert(leaf.data()[i]);
    } else {
      number = convert(leaf);
    }
  });
}

/// Calls `f` with dual numbers in place of scalars. `make(number)` returns the dual number for each
/// scalar.
template <class Tangent, class F, class Make, class... Arguments>
auto run_on_duals(const F& f, const Make& make, const Arguments&... arguments) {
  std::tuple<rebind_t<Arguments, dual_leaf<Tangent>>...> duals;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (lift_into(arguments, std::get<I>(duals), make), ...);
  }(std::index_sequence_for<Arguments...>{});
  return settled(call_with(f, duals));
}

/// Splits the arguments into two halves and calls `run` with both halves, as tuples of references.
template <class Run, class... All>
decltype(auto) split_in_halves(const Run& run, const All&... all) {
  constexpr std::size_t half = sizeof...(All) / 2;
  const std::tuple<const All&...> given(all...);
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
    return run(std::tie(std::get<I>(given)...), std::tie(std::get<half + I>(given)...));
  }(std::make_index_sequence<half>{});
}

/// Whether the second half of the types repeats the first half.
template <class... All>
consteval bool check_halves() {
  constexpr std::size_t half = sizeof...(All) / 2;
  constexpr bool even = sizeof...(All) % 2 == 0 && sizeof...(All) > 0;
  constexpr bool same = []<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (even)
      return (std::is_same_v<std::tuple_element_t<I, std::tuple<All...>>,
                             std::tuple_element_t<half + I, std::tuple<All...>>> &&
              ...);
    else
      return false;
  }(std::make_index_sequence<half>{});
  static_assert(same,
                "tensacode[T06] jvp, hvp: the arguments are not followed by one tangent each of "
                "the same types. Fix: pass x, y, dx, dy with decltype(dx) equal to decltype(x).");
  return same;
}

/// The scalars of all tangents, in order. Throws shape_error if a tangent differs in shape from its
/// argument.
template <class Scalar, class... Arguments>
std::vector<Scalar> tangents_in_order(const char* caller,
                                      const std::tuple<const Arguments&...>& points,
                                      const std::tuple<const Arguments&...>& tangents) {
  std::vector<Scalar> numbers;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (check_same_tree(caller, std::get<I>(points), std::get<I>(tangents)), ...);
    const auto append = [&](const auto& tangent) {
      const auto more = numbers_of<Scalar>(tangent);
      numbers.insert(numbers.end(), more.begin(), more.end());
    };
    (append(std::get<I>(tangents)), ...);
  }(std::index_sequence_for<Arguments...>{});
  return numbers;
}

template <class F, class... Arguments>
auto differentiate_along(const F& f, const std::tuple<const Arguments&...>& points,
                         const std::tuple<const Arguments&...>& tangents) {
  using Scalar = scalar_in<Arguments...>;
  const auto directions = tangents_in_order<Scalar>("jvp", points, tangents);
  std::size_t next = 0;
  const auto result = std::apply(
      [&](const auto&... arguments) {
        return run_on_duals<Scalar>(
            f,
            [&](const auto& number) {
              return dual<Scalar>(static_cast<Scalar>(number), directions[next++]);
            },
            arguments...);
      },
      points);
  using Value = rebind_t<std::remove_const_t<decltype(result)>, undual_leaf>;
  value_and_tangent<Value> both{};
  read_duals(
      result, both.value, [](const auto& y) { return y.value(); }, [](const auto& y) { return y; });
  read_duals(
      result, both.tangent, [](const auto& y) { return y.tangent(); },
      [](const auto& y) { return std::remove_cvref_t<decltype(y)>{}; });
  return both;
}

}  // namespace detail

/// Returns a function that computes the value of `f` and its derivative along a direction, which is
/// the Jacobian times a tangent. Call it as `jvp(f)(x, dx)`, or for several arguments as
/// `jvp(f)(x, y, dx, dy)`. A tangent has the type and the shape of its argument; parts of it that
/// are not numbers are not used. `f` is called once, with `tc::dual` numbers in place of scalars.
/// Eigen matrices stay Eigen matrices, and a plain struct becomes its `lifted_view`. Value and
/// tangent have the shape of `f`'s result, which may be any tree of numbers.
///
/// Errors   shape_error with the path at which a tangent differs in shape; argument_error if an
///          argument contains itself; at compile time T01, T06
/// Cost     two to three times that of the function
template <class F>
auto jvp(F f) {
  return [f = std::move(f)](const auto&... arguments_and_tangents) {
    if constexpr (detail::check_halves<std::remove_cvref_t<decltype(arguments_and_tangents)>...>())
      return detail::split_in_halves(
          [&f](const auto& points, const auto& tangents) {
            return detail::differentiate_along(f, points, tangents);
          },
          arguments_and_tangents...);
  };
}

}  // namespace tc
