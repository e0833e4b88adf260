// tensacode/tree/partition.hpp -- selected numbers of an object as a vector, and back.
// Layer 2. A path or a predicate selects the numbers that an optimiser or a gradient works on:
//
//   auto [selected, rest] = tc::partition(model, "**.weight");
//   auto loss = [&rest](const auto& chosen) { return error_of(tc::combine(chosen, rest)); };
//   auto [value, gradient] = tc::value_and_grad(loss)(selected);
//
// `combine` takes numbers of any type, and returns the object over that type.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/glob.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/tree/flatten.hpp>
#include <tensacode/tree/rebuild.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

/// The part of an object that `partition` leaves and `combine` needs. It is plain data, which can
/// be saved.
template <class T>
struct unselected {
  T tree;  ///< the object; `combine` replaces its selected numbers
  /// Whether each number is selected, in the order of `flatten`.
  std::vector<bool> selected;
};

/// The result of `partition`. Made for structured bindings.
template <class T>
struct partitioned {
  std::vector<double> selected;  ///< the selected numbers, in the order of `flatten`
  unselected<T> rest;
};

namespace detail {

/// The `Map` for `rebind_t` of a tree into which numbers of type `Number` are put. If `Number` is
/// floating-point, no type changes.
template <class Number>
struct put_number {
  template <class Leaf>
  static consteval auto image_of_leaf() {
    if constexpr (std::floating_point<Number>)
      return std::type_identity<Leaf>{};
    else if constexpr (eigen_plain<Leaf>)
      return std::type_identity<typename rescaled<Leaf, Number>::type>{};
    else
      return std::type_identity<Number>{};
  }
  template <class Leaf>
  using to = typename decltype(image_of_leaf<Leaf>())::type;
};

template <class T, class Which>
auto partition_by(const T& tree, const Which& chosen) {
  using problem = rebuild_problem<T, T, keep_numbers>;
  partitioned<T> result{};
  if constexpr (!is_offender<problem>) {
    const auto root = trail::root(tree);
    visit_numbers(trail("partition", root), tree, [&](const trail& at, const auto& leaf) {
      const bool is_chosen = !at.frozen() && chosen(at);
      for_each_number(leaf, [&](const auto& number) {
        result.rest.selected.push_back(is_chosen);
        if (is_chosen) result.selected.push_back(static_cast<double>(number));
      });
    });
    rebuild(tree, result.rest.tree, [](const auto& from, auto& to) { to = from; });
  } else {
    static_cast<void>(sizeof(problem));
  }
  return result;
}

}  // namespace detail

/// Separates the numbers of `tree` that `which` selects from the rest:
/// `auto [selected, rest] = tc::partition(tree, "bodies[*].mass")`. `tc::combine(selected, rest)`
/// puts them together again.
///
/// `which` is a pattern of paths, as a `tc::glob` or as text. It selects the parts that it matches,
/// with all numbers below them. Or `which` is a predicate over the `tc::path` of a number. The
/// elements of a matrix have the path of the matrix. Fields with `tc::frozen`, and all numbers
/// below them, are never selected.
///
/// Errors   argument_error if the text is not a pattern, or the object contains itself; at compile
///          time T04
/// Cost     O(size of the object), a path for each number, and a copy of the object
template <class T, class Which>
partitioned<T> partition(const T& tree, const Which& which) {
  if constexpr (std::is_invocable_r_v<bool, const Which&, const path&>) {
    return detail::partition_by(tree, [&](const detail::trail& at) { return which(at.to_path()); });
  } else if constexpr (std::is_same_v<Which, glob>) {
    return detail::partition_by(tree, [&](const detail::trail& at) {
      return at.any_up([&](const detail::trail& part) { return which.matches(part.to_path()); });
    });
  } else if constexpr (std::is_same_v<Which, path>) {
    return tc::partition(tree, glob(which.text()));
  } else {
    return tc::partition(tree, glob(std::string_view(which)));
  }
}

/// The same with a pattern that is checked against the type at compile time:
/// `tc::partition<"bodies[*].mass">(tree)`. A pattern that cannot match does not compile.
template <fixed_string Pattern, class T>
partitioned<T> partition(const T& tree) {
  if constexpr (detail::is_pattern_of<Pattern, T>()) {
    return tc::partition(tree, glob(Pattern.view()));
  } else {
    static_cast<void>(sizeof(detail::pattern_problem<Pattern, T>));
    return {};
  }
}

/// Returns the object that `partition` separated, with `selected` in place of the selected numbers.
/// `selected` is any object with `size()` and `operator[]`. If it holds floating-point numbers, the
/// result is a `T`. If it holds others, such as `tc::var`, the result is the tree over that type
/// (`rebind_t`), and the numbers that were not selected become constants.
///
/// Errors   shape_error if `selected` has the wrong length; argument_error with the path of a
///          selected number if its field cannot hold the new type; at compile time T02 if no field
///          can, T04
/// Cost     O(size of the object)
template <class Numbers, class T>
auto combine(const Numbers& selected, const unselected<T>& rest) {
  using Number = std::remove_cvref_t<decltype(selected[0])>;
  using Map = detail::put_number<Number>;
  using To = rebind_t<T, Map>;
  // If at least part of the type changes to the new number type, fields of other types are allowed.
  // They must not be selected, which is checked below.
  using Checked = std::conditional_t<std::is_same_v<T, To>, Map, detail::keep_numbers>;
  using problem = detail::rebuild_problem<T, To, Checked>;
  if constexpr (!detail::is_offender<problem>) {
    To tree{};
    std::size_t number = 0, used = 0;
    const auto root = detail::trail::root(rest.tree);
    detail::rebuild_node(
        detail::trail("combine", root),
        [&](const detail::trail& at, auto& to, const auto& from) {
          const auto put = [&](auto& place, const auto& old) {
            using Place = std::remove_cvref_t<decltype(place)>;
            const bool is_chosen = number < rest.selected.size() && rest.selected[number];
            ++number;
            if (!is_chosen) {
              place = static_cast<Place>(old);
              return;
            }
            TC_CHECK(used < static_cast<std::size_t>(selected.size()), shape_error,
                     "combine: more numbers were chosen than the {} given", selected.size());
            if constexpr (std::is_constructible_v<Place, const Number&>)
              place = static_cast<Place>(selected[static_cast<decltype(selected.size())>(used++)]);
            else
              throw argument_error(
                  format("combine: {} is chosen, but is no number of a struct template and stays a "
                         "{}",
                         at.quoted(), type_name<Place>()));
          };
          if constexpr (eigen_plain<std::remove_cvref_t<decltype(from)>>) {
            to.resize(from.rows(), from.cols());
            for (Eigen::Index i = 0; i < from.size(); ++i) put(to.data()[i], from.data()[i]);
          } else {
            put(to, from);
          }
        },
        tree, rest.tree);
    TC_CHECK(used == static_cast<std::size_t>(selected.size()), shape_error,
             "combine: {} numbers were chosen, got {}", used, selected.size());
    TC_CHECK(number == rest.selected.size(), shape_error,
             "combine: the tree has {} numbers, the choice was of {}", number,
             rest.selected.size());
    return tree;
  } else {
    static_cast<void>(sizeof(problem));
    return rest.tree;
  }
}

}  // namespace tc
