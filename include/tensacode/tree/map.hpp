// tensacode/tree/map.hpp -- applies a function to each number of an object or of several.
// Layer 2. The function is the last argument, after the objects:
// `tc::zip(parameters, gradient, step)`. It takes the numbers alone, or a path and the numbers. All
// elements of a matrix have the path of the matrix.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/tree/rebuild.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tc {
namespace detail {

template <class F, class... Numbers>
inline constexpr bool takes_numbers = std::is_invocable_v<F&, const Numbers&...>;
template <class F, class... Numbers>
inline constexpr bool takes_path =
    !takes_numbers<F, Numbers...> && std::is_invocable_v<F&, const path&, const Numbers&...>;

/// The type of `f`'s result for numbers of these types. If the result is a class that converts to
/// the type of the first number, it is an expression over variables; then the type of the variable
/// is used.
template <class F, class First, class... Others>
consteval auto result_of_numbers() {
  constexpr auto kept = []<class Result>(std::type_identity<Result>) {
    if constexpr (std::is_class_v<Result> && std::is_convertible_v<Result, First>)
      return std::type_identity<First>{};
    else
      return std::type_identity<Result>{};
  };
  if constexpr (takes_numbers<F, First, Others...>)
    return kept(std::type_identity<
                std::remove_cvref_t<std::invoke_result_t<F&, const First&, const Others&...>>>{});
  else if constexpr (takes_path<F, First, Others...>)
    return kept(std::type_identity<std::remove_cvref_t<
                    std::invoke_result_t<F&, const path&, const First&, const Others&...>>>{});
  else
    return std::type_identity<First>{};
}

template <class T>
using is_no_number = std::bool_constant<!number_leaf<T>>;

/// The type of the numbers in `Other` that correspond to numbers of type `Number` in `First`. If
/// the two trees have different types, it is the type of the first number in `Other`.
template <class First, class Other, class Number>
consteval auto find_partner() {
  if constexpr (std::is_same_v<First, Other>) {
    return std::type_identity<Number>{};
  } else {
    using found = offender_in<is_no_number, Other>;
    if constexpr (!is_offender<found>)
      return std::type_identity<Number>{};
    else if constexpr (eigen_plain<typename found::type>)
      return std::type_identity<typename found::type::Scalar>{};
    else
      return std::type_identity<typename found::type>{};
  }
}
template <class First, class Other, class Number>
using partner_of = typename decltype(find_partner<First, Other, Number>())::type;

/// The `Map` for `rebind_t` that maps number types to those of `f`'s results.
template <class F, class First, class... Others>
struct result_of_function {
  template <class Number>
  using image =
      typename decltype(result_of_numbers<F, Number, partner_of<First, Others, Number>...>())::type;

  template <class Leaf>
  static consteval auto image_of_leaf() {
    if constexpr (eigen_plain<Leaf>)
      return std::type_identity<typename rescaled<Leaf, image<typename Leaf::Scalar>>::type>{};
    else
      return std::type_identity<image<Leaf>>{};
  }
  template <class Leaf>
  using to = typename decltype(image_of_leaf<Leaf>())::type;
};

/// A `Map` that makes trees of the same shape have the same type: it replaces all number types by
/// double.
struct erase_numbers {
  template <class Leaf>
  static consteval auto image_of_leaf() {
    if constexpr (eigen_plain<Leaf>)
      return std::type_identity<typename rescaled<Leaf, double>::type>{};
    else
      return std::type_identity<double>{};
  }
  template <class Leaf>
  using to = typename decltype(image_of_leaf<Leaf>())::type;
};

/// Fills one leaf with the results of `f`, converted to the leaf's type. Throws shape_error if
/// matrices differ in shape.
template <class F, class To, class From, class... Others>
void apply_to_leaf(F& f, const trail& at, To& to, const From& from, const Others&... others) {
  if constexpr (eigen_plain<From>) {
    check_agreements(at, "has {} rows", from.rows(), others.rows()...);
    check_agreements(at, "has {} columns", from.cols(), others.cols()...);
    to.resize(from.rows(), from.cols());
  }
  const auto fill = [&](const auto& call) {
    if constexpr (eigen_plain<From>)
      for (Eigen::Index i = 0; i < from.size(); ++i)
        to.data()[i] = static_cast<typename To::Scalar>(call(from.data()[i], others.data()[i]...));
    else
      to = static_cast<To>(call(from, others...));
  };
  const auto number_of = [](const auto& leaf) {
    if constexpr (eigen_plain<std::remove_cvref_t<decltype(leaf)>>)
      return std::type_identity<typename std::remove_cvref_t<decltype(leaf)>::Scalar>{};
    else
      return std::type_identity<std::remove_cvref_t<decltype(leaf)>>{};
  };
  if constexpr (takes_path<F, typename decltype(number_of(from))::type,
                           typename decltype(number_of(others))::type...>) {
    const auto where = at.to_path();
    fill([&](const auto&... numbers) { return f(where, numbers...); });
  } else {
    fill([&](const auto&... numbers) { return f(numbers...); });
  }
}

template <class F, class First, class... Others>
using mapped_tree = rebind_t<First, result_of_function<F, First, Others...>>;

template <class F, class First, class... Others>
using mapping_problem = rebuild_problem<First, mapped_tree<F, First, Others...>,
                                        result_of_function<F, First, Others...>>;

template <class F, class First, class... Others>
auto map_trees(const char* caller, F& f, const First& first, const Others&... others) {
  mapped_tree<F, First, Others...> result{};
  const auto root = trail::root(first);
  rebuild_node(
      trail(caller, root),
      [&f](const trail& at, auto& to, const auto&... from) { apply_to_leaf(f, at, to, from...); },
      result, first, others...);
  return result;
}

/// Whether the objects can have the same shape, judging by their types.
template <class First, class... Others>
inline constexpr bool of_one_shape =
    (std::is_same_v<rebind_t<First, erase_numbers>, rebind_t<Others, erase_numbers>> && ...);

template <class F, class First, class... Others>
auto zip_trees(F& f, const First& first, const Others&... others) {
  static_assert(of_one_shape<First, Others...>,
                "tensacode[T03] zip: the objects are of different types. Fix: pass objects of one "
                "type, or of one template over different number types, and the function last.");
  if constexpr (!of_one_shape<First, Others...>) {
    return first;
  } else if constexpr (is_offender<mapping_problem<F, First, Others...>>) {
    static_cast<void>(sizeof(mapping_problem<F, First, Others...>));
    return first;
  } else {
    return map_trees("zip", f, first, others...);
  }
}

}  // namespace detail

/// Returns a copy of `tree` with `f` applied to every number, in the order of `flatten`:
/// `flatten(map(x, f))[i] == f(flatten(x)[i])`. All other parts are copied. Each pointer in the
/// copy holds a new object.
///
/// If `f` returns another number type, so does the resulting tree: `Body<double>` becomes
/// `Body<float>`, and `std::vector<double>` becomes `std::vector<bool>`. A floating-point field
/// whose type is not a template argument keeps its type, and the result is converted to it.
///
/// `f` is called as `f(number)`, or as `f(path, number)` if it takes a `const tc::path&`.
///
/// Errors   argument_error with the path if the object contains itself; at compile time T02, T04
/// Cost     O(size of the object), and the calls; if `f` takes paths, one path for each number
template <class T, class F>
auto map(const T& tree, F&& f) {
  using problem = detail::mapping_problem<std::remove_reference_t<F>, T>;
  if constexpr (detail::is_offender<problem>) {
    static_cast<void>(sizeof(problem));
    return tree;
  } else {
    return detail::map_trees("map", f, tree);
  }
}

/// `tc::zip(a, b, ..., f)` does the same for two or more trees of the same shape. It calls
/// `f(number of a, number of b, ...)`, with the path before the numbers if `f` takes one. The trees
/// may have different number types. Parts without numbers are copied from the first tree.
///
/// Errors   shape_error with the path and both values if the trees differ in sizes of containers,
///          presence of optionals and pointers, alternatives of variants, keys of maps or shapes of
///          matrices; argument_error as `map`; at compile time T02, T03, T04
/// Cost     as `map`
template <class First, class Second, class... Rest>
  requires(sizeof...(Rest) >= 1)
auto zip(const First& first, const Second& second, Rest&&... rest) {
  constexpr std::size_t others = sizeof...(Rest) - 1;
  const std::tuple<Rest&...> given(rest...);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return detail::zip_trees(std::get<others>(given), first, second, std::get<I>(given)...);
  }(std::make_index_sequence<others>{});
}

}  // namespace tc
