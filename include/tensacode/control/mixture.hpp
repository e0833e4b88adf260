// tensacode/control/mixture.hpp -- mixes the results of two branches, variable by variable.
// Layer 3. Reflection walks both trees side by side. If they differ in anything but variables they
// cannot be mixed, and the error names the path. A variable that both sides share is left as it is.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>
#include <tensacode/transform/lift.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

/// The type in which a branch result is stored: an expression becomes a variable, any other type
/// stays as it is.
template <class T>
struct stored_result {
  using type = T;
};
template <expression T>
struct stored_result<T> {
  using type = basic_var<typename T::scalar_type>;
};
template <class T>
using stored_t = typename stored_result<std::remove_cvref_t<T>>::type;

/// The common type of the results of two branches. A variable and a plain number make a variable.
template <class A, class B>
struct branch_result {
  using type = std::common_type_t<stored_t<A>, stored_t<B>>;
};
template <class A, class B>
  requires std::same_as<stored_t<A>, stored_t<B>>
struct branch_result<A, B> {
  using type = stored_t<A>;
};
template <class A, class B>
  requires(is_var<stored_t<A>> && std::is_arithmetic_v<stored_t<B>>)
struct branch_result<A, B> {
  using type = stored_t<A>;
};
template <class A, class B>
  requires(is_var<stored_t<B>> && std::is_arithmetic_v<stored_t<A>>)
struct branch_result<A, B> {
  using type = stored_t<B>;
};
template <class A, class B>
using branch_result_t = typename branch_result<A, B>::type;

/// The path to a part of a tree, as a list from the leaf up. It lives on the stack, and becomes
/// text only when an error needs it.
struct place {
  const place* above = nullptr;
  std::string_view field = {};
  std::size_t index = 0;

  std::string text() const;
};

[[noreturn]] void raise_disagreement(const place& at);

/// Calls `f(variable)` for every variable and tensor variable of `object`.
template <class T, class F>
void for_each_variable(T& object, const F& f) {
  using Object = std::remove_const_t<T>;
  constexpr kind k = kind_of<Object>;
  if constexpr (is_var<Object> || is_tensor_var<Object>) {
    f(object);
  } else if constexpr (eigen_plain<Object>) {
    for (Eigen::Index i = 0; i < object.size(); ++i) for_each_variable(object.data()[i], f);
  } else if constexpr (k == kind::record) {
    for_each_field(object, [&](std::string_view, auto& field) { for_each_variable(field, f); });
  } else if constexpr (k == kind::sequence || k == kind::array) {
    for (auto& element : object) for_each_variable(element, f);
  } else if constexpr (k == kind::map) {
    for (auto& [key, element] : object) for_each_variable(element, f);
  } else if constexpr (k == kind::optional) {
    if (object) for_each_variable(*object, f);
  } else if constexpr (k == kind::tuple) {
    std::apply([&](auto&... member) { (for_each_variable(member, f), ...); }, object);
  } else if constexpr (k == kind::variant) {
    std::visit([&](auto& alternative) { for_each_variable(alternative, f); }, object);
  }
}

/// Calls `f(a, b)` for every two variables at the same path of two trees. Throws
/// `branch_disagreement` if the trees differ in anything else, or if two tensor variables have
/// different shapes.
template <class T, class F>
void for_each_pair(T& first, const T& second, const F& f, const place& at = {}) {
  constexpr kind k = kind_of<T>;
  if constexpr (is_var<T>) {
    f(first, second);
  } else if constexpr (is_tensor_var<T>) {
    if (first.rows() != second.rows() || first.cols() != second.cols()) raise_disagreement(at);
    f(first, second);
  } else if constexpr (eigen_plain<T>) {
    if (first.rows() != second.rows() || first.cols() != second.cols()) raise_disagreement(at);
    for (Eigen::Index i = 0; i < first.size(); ++i)
      for_each_pair(first.data()[i], second.data()[i], f,
                    place{&at, {}, static_cast<std::size_t>(i)});
  } else if constexpr (k == kind::record) {
    for_each_field([&](std::string_view name, auto& a,
                       const auto& b) { for_each_pair(a, b, f, place{&at, name}); },
                   first, second);
  } else if constexpr (k == kind::sequence) {
    if (first.size() != second.size()) raise_disagreement(at);
    auto b = second.begin();
    std::size_t i = 0;
    for (auto& a : first) for_each_pair(a, *b++, f, place{&at, {}, i++});
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<T>; ++i)
      for_each_pair(first[i], second[i], f, place{&at, {}, i});
  } else if constexpr (k == kind::map) {
    if (first.size() != second.size()) raise_disagreement(at);
    for (auto& [key, a] : first) {
      const auto b = second.find(key);
      if (b == second.end()) raise_disagreement(at);
      for_each_pair(a, b->second, f, place{&at, "[...]"});
    }
  } else if constexpr (k == kind::optional) {
    if (first.has_value() != second.has_value()) raise_disagreement(at);
    if (first) for_each_pair(*first, *second, f, at);
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (for_each_pair(std::get<I>(first), std::get<I>(second), f, place{&at, {}, I}), ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::variant) {
    if (first.index() != second.index()) raise_disagreement(at);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto visit = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
        if (first.index() == J)
          for_each_pair(std::get<J>(first), std::get<J>(second), f, place{&at, {}, J});
      };
      (visit(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<std::variant_size_v<T>>{});
  } else {
    if (!(first == second)) raise_disagreement(at);
  }
}

/// Whether two variables are the same one. They are if neither branch changed them.
template <class Scalar>
bool is_same(const basic_var<Scalar>& a, const basic_var<Scalar>& b) {
  return a.slot() == b.slot() && a.value() == b.value();
}
template <class Scalar>
bool is_same(const basic_tensor_var<Scalar>& a, const basic_tensor_var<Scalar>& b) {
  return a.value().data() == b.value().data();
}
template <class Scalar>
bool is_finite(const basic_var<Scalar>& a) {
  return std::isfinite(static_cast<double>(value(a)));
}
template <class Scalar>
bool is_finite(const basic_tensor_var<Scalar>& a) {
  for (Eigen::Index i = 0; i < a.size(); ++i)
    if (!std::isfinite(static_cast<double>(value(a.value().data()[i])))) return false;
  return true;
}
/// Sum of the absolute differences of the elements.
template <class Scalar>
double distance(const basic_var<Scalar>& a, const basic_var<Scalar>& b) {
  return std::abs(static_cast<double>(value(a)) - static_cast<double>(value(b)));
}
template <class Scalar>
double distance(const basic_tensor_var<Scalar>& a, const basic_tensor_var<Scalar>& b) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i)
    sum += std::abs(static_cast<double>(value(a.value().data()[i])) -
                    static_cast<double>(value(b.value().data()[i])));
  return sum;
}

/// Adds weight * term to `sum`, or replaces `sum` by it if `is_first`.
template <class T, class Weight>
void accumulate(T& sum, const T& term, const Weight& weight, bool is_first) {
  for_each_pair(sum, term, [&](auto& a, const auto& b) {
    if (is_first)
      a = b * weight;
    else
      a = a + b * weight;
  });
}

/// `taken` becomes weight * taken + (1 - weight) * other. Variables that neither side changed, or
/// that are not finite in `other`, stay as they are. Returns the sum of the absolute changes.
template <class T, class Weight>
double blend(T& taken, const T& other, const Weight& weight) {
  double change = 0;
  for_each_pair(taken, other, [&](auto& a, const auto& b) {
    if (is_same(a, b) || !is_finite(b)) return;
    const auto before = a;
    a = b + (a - b) * weight;
    change += distance(a, before);
  });
  return change;
}

/// Keeps the values of `taken`, but gives them the derivative of the mixture with respect to
/// `weight_of_taken`, which is taken - other. To do so it adds (taken - other) times a variable
/// that has the value 0 and the slot of the weight.
template <class T, class Scalar>
void pass_straight_through(T& taken, const T& other, const basic_var<Scalar>& weight_of_taken) {
  if (weight_of_taken.slot() == 0) return;
  const auto zero = basic_var<Scalar>::at_slot(Scalar(0), weight_of_taken.slot());
  for_each_pair(taken, other, [&](auto& a, const auto& b) {
    if (is_same(a, b) || !is_finite(a) || !is_finite(b)) return;
    a = a + (a - b) * zero;
  });
}

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/compiled/mixture.hpp>
#endif
