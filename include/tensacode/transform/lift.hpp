// tensacode/transform/lift.hpp -- objects of numbers as objects of variables, and their adjoints
// back as objects of numbers.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/tree/tree.hpp>

#include <concepts>
#include <type_traits>

namespace tc {

template <class Scalar>
inline constexpr bool is_number_container<basic_var<Scalar>> = true;
template <class Scalar>
inline constexpr bool is_number_container<basic_tensor_var<Scalar>> = true;

namespace detail {

struct lift_leaf {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (std::floating_point<Leaf>)
      return std::type_identity<basic_var<Leaf>>{};
    else if constexpr (eigen_dynamic<Leaf>)
      return std::type_identity<basic_tensor_var<typename Leaf::Scalar>>{};
    else if constexpr (eigen_plain<Leaf> && std::is_base_of_v<Eigen::MatrixBase<Leaf>, Leaf>)
      return std::type_identity<
          Eigen::Matrix<basic_var<typename Leaf::Scalar>, Leaf::RowsAtCompileTime,
                        Leaf::ColsAtCompileTime, Leaf::Options>>{};
    else if constexpr (eigen_plain<Leaf>)
      return std::type_identity<
          Eigen::Array<basic_var<typename Leaf::Scalar>, Leaf::RowsAtCompileTime,
                       Leaf::ColsAtCompileTime, Leaf::Options>>{};
    else
      return std::type_identity<Leaf>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
};

/// `T` with variables in place of numbers.
template <class T>
using lifted = rebind_t<T, lift_leaf>;

template <class T>
inline constexpr bool liftable = !std::is_same_v<lifted<T>, T> || !has_fixed_numbers<T>();

/// Whether all arguments can be lifted. The caller stops where they cannot, so that the one
/// sentence stays the whole of the diagnostic.
template <class... Arguments>
consteval bool check_liftable() {
  constexpr bool all = (liftable<Arguments> && ...);
  static_assert(all,
                "tensacode[T01] gradient: the argument holds floating-point fields of a struct "
                "that is no template over its number type. Fix: write `template <class Real> "
                "struct S { Real x; };` and pass S<double>.");
  return all;
}

template <class T>
lifted<T> lift(const T& object) {
  lifted<T> variables{};
  rebuild(object, variables, [](const auto& number, auto& variable) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    if constexpr (eigen_plain<Variable>) {
      variable.resize(number.rows(), number.cols());
      for (Eigen::Index i = 0; i < number.size(); ++i)
        variable.data()[i] = Variable::Scalar::input(number.data()[i]);
    } else {
      variable = Variable::input(number);
    }
  });
  return variables;
}

/// The adjoints of lifted variables in the shape of the numbers they were lifted from.
template <class T, class Scalar>
T adjoints_of(const lifted<T>& variables, basic_tape<Scalar>& tape) {
  T gradient{};
  rebuild(variables, gradient, [&tape](const auto& variable, auto& adjoint) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    if constexpr (is_var<Variable>) {
      adjoint = tape.adjoint(variable.slot());
    } else if constexpr (is_tensor_var<Variable>) {
      adjoint = variable.operand().adjoint(tape).template cast<Scalar>();
    } else {
      adjoint.resize(variable.rows(), variable.cols());
      for (Eigen::Index i = 0; i < variable.size(); ++i)
        adjoint.data()[i] = tape.adjoint(variable.data()[i].slot());
    }
  });
  return gradient;
}

/// The number type of the first variable in the lifted arguments; double if there is none.
template <class T>
struct scalar_of_leaf {
  using type = void;
};
template <std::floating_point T>
struct scalar_of_leaf<T> {
  using type = T;
};
template <eigen_plain T>
struct scalar_of_leaf<T> {
  using type = typename T::Scalar;
};

template <class T, class... Above>
consteval auto find_scalar(type_stack<Above...> = {}) {
  if constexpr (number_leaf<T>)
    return std::type_identity<typename scalar_of_leaf<T>::type>{};
  else if constexpr (holder<T>)
    return find_scalar<held_type<T>>(type_stack<T, Above...>{});
  else if constexpr (kind_of<T> == kind::sequence)
    return find_scalar<typename T::value_type>(type_stack<T, Above...>{});
  else if constexpr (kind_of<T> == kind::map)
    return find_scalar<typename T::mapped_type>(type_stack<T, Above...>{});
  else if constexpr (kind_of<T> == kind::array)
    return find_scalar<array_element<T>>(type_stack<T, Above...>{});
  else
    return std::type_identity<double>{};
}

}  // namespace detail
}  // namespace tc
