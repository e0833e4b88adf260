// tensacode/control/detail/estimate_as_variable.hpp -- turns an estimate into a variable.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

/// A tape node for a number whose derivatives with respect to some slots are known.
template <class Scalar>
struct known_gradient_node {
  std::span<const adjoint_slot> slots;
  std::span<const Scalar> derivatives;
  void backward(basic_tape<Scalar>& tape, adjoint_slot first) const {
    const Scalar a = tape.adjoint(first);
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (slots[i]) tape.adjoint(slots[i]) += a * derivatives[i];
  }
};

/// Maps the type of a variable, tensor variable or Eigen array of variables to that of its value.
struct unlift_leaf {
  template <class Leaf>
  static consteval auto image() {
    if constexpr (is_var<Leaf>)
      return std::type_identity<typename Leaf::scalar_type>{};
    else if constexpr (is_tensor_var<Leaf>)
      return std::type_identity<matrix_of<typename Leaf::scalar_type>>{};
    else if constexpr (eigen_plain<Leaf>) {
      if constexpr (is_var<typename Leaf::Scalar>)
        return std::type_identity<
            Eigen::Matrix<typename Leaf::Scalar::scalar_type, Leaf::RowsAtCompileTime,
                          Leaf::ColsAtCompileTime>>{};
      else
        return std::type_identity<Leaf>{};
    } else
      return std::type_identity<Leaf>{};
  }
  template <class Leaf>
  using to = typename decltype(image<Leaf>())::type;
};

/// The values of a tree of variables. Appends the slot of every scalar to `slots`, in the order of
/// `flatten`; 0 for a scalar that is not a variable.
template <class T>
rebind_t<T, unlift_leaf> primals_of(const T& variables, std::vector<adjoint_slot>& slots) {
  rebind_t<T, unlift_leaf> numbers{};
  rebuild(variables, numbers, [&](const auto& variable, auto& number) {
    using Variable = std::remove_cvref_t<decltype(variable)>;
    if constexpr (is_var<Variable>) {
      slots.push_back(variable.slot());
      number = variable.value();
    } else if constexpr (is_tensor_var<Variable>) {
      const adjoint_slot first = variable.first_slot();
      for (Eigen::Index i = 0; i < variable.size(); ++i)
        slots.push_back(first ? first + static_cast<adjoint_slot>(i) : 0);
      if (variable.active()) variable.operand();  // its slots are in use from here on
      number = variable.value();
    } else if constexpr (eigen_plain<Variable>) {
      number.resize(variable.rows(), variable.cols());
      for (Eigen::Index i = 0; i < variable.size(); ++i) {
        if constexpr (is_var<typename Variable::Scalar>) {
          slots.push_back(variable.data()[i].slot());
          number.data()[i] = variable.data()[i].value();
        } else {
          slots.push_back(0);
          number.data()[i] = variable.data()[i];
        }
      }
    } else {
      slots.push_back(0);
      number = variable;
    }
  });
  return numbers;
}

template <class T>
inline constexpr bool has_variables = !std::is_same_v<rebind_t<T, unlift_leaf>, T>;

/// Makes the estimate at the values of the arguments, and returns its value as a variable that has
/// the estimated gradient.
template <class Estimate, class... Arguments>
var estimate_as_variable(const Estimate& estimate, const Arguments&... arguments) {
  std::vector<adjoint_slot> slots;
  const auto numbers = std::tuple{primals_of(arguments, slots)...};
  const auto result = std::apply(estimate, numbers);
  std::vector<double> derivatives;
  if constexpr (sizeof...(arguments) == 1)
    derivatives = flatten(std::tuple{result.gradient});
  else
    derivatives = flatten(result.gradient);
  using Scalar = double;
  auto& tape = recording_tape<Scalar>();
  double* kept = tape.template allocate<double>(derivatives.size());
  std::copy(derivatives.begin(), derivatives.end(), kept);
  adjoint_slot* kept_slots = tape.template allocate<adjoint_slot>(slots.size());
  std::copy(slots.begin(), slots.end(), kept_slots);
  return var::at_slot(
      result.value,
      tape.push_node(
          known_gradient_node<Scalar>{{kept_slots, slots.size()}, {kept, derivatives.size()}}, 1));
}

}  // namespace tc::detail
