// tensacode/control/mixture.hpp -- weighted sums of objects, leaf by leaf.
// Layer 3. Variables and tensor variables are mixed; everything else (integers, enums, strings,
// plain doubles, sizes of containers) must agree, and an error names the path where it does not.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/estimator.hpp>
#include <tensacode/transform/lift.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tc::detail {

/// What a branch result is stored as: expressions become variables, the rest stays.
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

/// The common type of two branches' results.
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

[[noreturn]] inline void raise_disagreement(const std::string& path) {
  throw branch_disagreement(format(
      "gate: the branches leave different values in '{}', which is not differentiable and cannot "
      "be mixed. Make it a tc::var, keep it equal, or use tc::hard or tc::score_function here.",
      path.empty() ? "the result" : path));
}

template <class Lazy = void>
std::string joined(const std::string& path, std::string_view field) {
  return path.empty() ? std::string(field) : path + "." + std::string(field);
}
template <class Lazy = void>
std::string indexed(const std::string& path, std::size_t i) {
  return path + format("[{}]", i);
}

/// Multiplies every variable of `object` by `weight`.
template <class T, class Weight>
void scale_variables(T& object, const Weight& weight) {
  constexpr kind k = kind_of<T>;
  if constexpr (is_var<T> || is_tensor_var<T>) {
    object = object * weight;
  } else if constexpr (eigen_plain<T>) {
    for (Eigen::Index i = 0; i < object.size(); ++i) scale_variables(object.data()[i], weight);
  } else if constexpr (k == kind::record) {
    for_each_field(object, [&](std::string_view, auto& field) { scale_variables(field, weight); });
  } else if constexpr (k == kind::sequence || k == kind::array) {
    for (auto& element : object) scale_variables(element, weight);
  } else if constexpr (k == kind::map) {
    for (auto& [key, element] : object) scale_variables(element, weight);
  } else if constexpr (k == kind::optional) {
    if (object) scale_variables(*object, weight);
  } else if constexpr (k == kind::tuple) {
    std::apply([&](auto&... member) { (scale_variables(member, weight), ...); }, object);
  } else if constexpr (k == kind::variant) {
    std::visit([&](auto& alternative) { scale_variables(alternative, weight); }, object);
  }
}

/// Adds weight * term to `sum`, variable by variable; throws `branch_disagreement` where the two
/// trees differ in anything else.
template <class T, class Weight>
void add_weighted(T& sum, const T& term, const Weight& weight, const std::string& path = "") {
  constexpr kind k = kind_of<T>;
  if constexpr (is_var<T>) {
    sum = sum + weight * term;
  } else if constexpr (is_tensor_var<T>) {
    if (sum.rows() != term.rows() || sum.cols() != term.cols()) raise_disagreement(path);
    sum = sum + term * weight;
  } else if constexpr (eigen_plain<T>) {
    if (sum.rows() != term.rows() || sum.cols() != term.cols()) raise_disagreement(path);
    for (Eigen::Index i = 0; i < sum.size(); ++i)
      add_weighted(sum.data()[i], term.data()[i], weight,
                   indexed(path, static_cast<std::size_t>(i)));
  } else if constexpr (k == kind::record) {
    for_each_field([&](std::string_view name, auto& a,
                       const auto& b) { add_weighted(a, b, weight, joined(path, name)); },
                   sum, term);
  } else if constexpr (k == kind::sequence) {
    if (sum.size() != term.size()) raise_disagreement(path);
    auto b = term.begin();
    std::size_t i = 0;
    for (auto& a : sum) add_weighted(a, *b++, weight, indexed(path, i++));
  } else if constexpr (k == kind::array) {
    for (std::size_t i = 0; i < array_extent<T>; ++i)
      add_weighted(sum[i], term[i], weight, indexed(path, i));
  } else if constexpr (k == kind::map) {
    if (sum.size() != term.size()) raise_disagreement(path);
    for (auto& [key, a] : sum) {
      const auto b = term.find(key);
      if (b == term.end()) raise_disagreement(path);
      add_weighted(a, b->second, weight, path + "[...]");
    }
  } else if constexpr (k == kind::optional) {
    if (sum.has_value() != term.has_value()) raise_disagreement(path);
    if (sum) add_weighted(*sum, *term, weight, path);
  } else if constexpr (k == kind::tuple) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (add_weighted(std::get<I>(sum), std::get<I>(term), weight, indexed(path, I)), ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::variant) {
    if (sum.index() != term.index()) raise_disagreement(path);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto visit = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
        if (sum.index() == J)
          add_weighted(std::get<J>(sum), std::get<J>(term), weight, indexed(path, J));
      };
      (visit(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<std::variant_size_v<T>>{});
  } else {
    if (!(sum == term)) raise_disagreement(path);
  }
}

}  // namespace tc::detail
