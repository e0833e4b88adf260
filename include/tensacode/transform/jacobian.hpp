// tensacode/transform/jacobian.hpp -- dense Jacobians.
// Layer 3. Reverse mode computes four rows in one sweep over one recording. Forward mode computes
// three columns in one run on dual numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/transform/forward.hpp>
#include <tensacode/transform/lift.hpp>
#include <tensacode/transform/reverse.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

/// The number of columns of a Jacobian or Hessian that one run on dual numbers computes. A value
/// and three tangents fill two registers. With four tangents, g++ 12 takes 1.7 times as long
/// (Rosenbrock, n = 1000).
inline constexpr std::size_t columns_a_run = 3;

template <class... Arguments>
std::size_t count_numbers(const Arguments&... arguments) {
  std::size_t count = 0;
  const auto add = [&](const auto& argument) {
    const held_object root = trail::root(argument);
    visit_numbers(trail("jacobian", root), argument, [&](const trail&, const auto& leaf) {
      for_each_number(leaf, [&](const auto&) { ++count; });
    });
  };
  (add(arguments), ...);
  return count;
}

/// Calls `f(i, dual)` for the i-th scalar of an object if it is a dual number, in order. Plain
/// scalars are counted but skipped.
template <class T, class F>
void visit_duals(const T& object, std::size_t& next, const F& f) {
  const held_object root = trail::root(object);
  visit_numbers(trail("jacobian", root), object, [&](const trail&, const auto& leaf) {
    using Leaf = std::remove_cvref_t<decltype(leaf)>;
    if constexpr (is_lifted_view<Leaf>) {
      using Record = std::remove_cvref_t<decltype(leaf.value())>;
      for_each_index<field_count<Record>>([&](auto i) {
        if constexpr (!is_ignored<Record, i>) visit_duals(std::get<i>(leaf.fields()), next, f);
      });
    } else {
      for_each_number(leaf, [&](const auto& number) {
        if constexpr (is_dual<std::remove_cvref_t<decltype(number)>>) f(next, number);
        ++next;
      });
    }
  });
}

template <class F, class... Arguments>
auto jacobian_by_runs(const F& f, const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  using Number = dual<Scalar, columns_a_run>;
  const std::size_t columns = count_numbers(arguments...);
  std::vector<Number> results;  // those of the first run, then those of the second, ...
  std::size_t rows = 0;
  for (std::size_t first = 0; first == 0 || first < columns; first += columns_a_run) {
    std::size_t at = 0;
    const auto result = run_on_duals<typename Number::tangent_type>(
        f,
        [&](const auto& number) {
          typename Number::tangent_type tangent{};
          if (at - first < columns_a_run) tangent[at - first] = Scalar(1);
          ++at;
          return Number(static_cast<Scalar>(number), tangent);
        },
        arguments...);
    const std::size_t before = results.size();
    rows = 0;
    visit_duals(result, rows, [&](std::size_t row, const Number& number) {
      results.resize(before + row);  // plain numbers are constants
      results.push_back(number);
    });
    results.resize(before + rows);
  }
  matrix_of<Scalar> jacobian(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  for (std::size_t column = 0; column < columns; ++column)
    for (std::size_t row = 0; row < rows; ++row)
      jacobian(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) =
          results[column / columns_a_run * rows + row].tangent()[column % columns_a_run];
  return jacobian;
}

inline constexpr std::size_t rows_a_sweep = 4;

/// Computes the Jacobian by sweeps of four rows each, and sets `rows` to the number of rows. If
/// `is_too_many(rows, columns)` is true, returns an empty matrix instead.
template <class F, class Refuse, class... Arguments>
auto jacobian_by_sweeps(const F& f, const Refuse& is_too_many, std::size_t& rows,
                        const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  recording<Scalar> recorded;
  const std::tuple<lifted<Arguments>...> variables{lift(arguments)...};
  const auto result = settled(call_with(f, variables));
  // The slots are visited where they are. Collecting them in lists would make the Jacobian of a
  // small function a third slower.
  const auto visit_inputs = [&](const auto& visit) {
    std::apply([&](const auto&... objects) { (visit_slots(objects, visit), ...); }, variables);
  };
  std::size_t columns = 0;
  visit_inputs([&](adjoint_slot) { ++columns; });
  rows = 0;
  visit_slots(result, [&](adjoint_slot) { ++rows; });
  matrix_of<Scalar> jacobian;
  if (is_too_many(rows, columns)) return jacobian;
  jacobian.setZero(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  // Collects up to four rows that depend on the inputs, and sweeps for them together.
  std::size_t row = 0, waiting = 0;
  std::array<std::pair<std::size_t, adjoint_slot>, rows_a_sweep> outputs;
  const auto sweep = [&] {
    const auto write_rows = [&]<std::size_t lanes>(std::integral_constant<std::size_t, lanes>) {
      typename basic_tape<Scalar>::template adjoint_lanes<lanes> adjoints(recorded.tape());
      adjoints.clear(recorded.start());
      for (std::size_t j = 0; j < lanes; ++j) adjoints.lane(j)[outputs[j].second] = Scalar(1);
      adjoints.reverse(recorded.start());
      Eigen::Index column = 0;
      visit_inputs([&](adjoint_slot input) {
        if (input != 0)
          for (std::size_t j = 0; j < lanes; ++j)
            jacobian(static_cast<Eigen::Index>(outputs[j].first), column) = adjoints.lane(j)[input];
        ++column;
      });
    };
    if (waiting == rows_a_sweep)
      write_rows(std::integral_constant<std::size_t, rows_a_sweep>{});
    else if (waiting == 3)
      write_rows(std::integral_constant<std::size_t, 3>{});
    else if (waiting == 2)
      write_rows(std::integral_constant<std::size_t, 2>{});
    else if (waiting == 1)
      write_rows(std::integral_constant<std::size_t, 1>{});
    waiting = 0;
  };
  visit_slots(result, [&](adjoint_slot output) {
    if (output != 0) outputs[waiting++] = {row, output};
    if (waiting == rows_a_sweep) sweep();
    ++row;
  });
  sweep();
  return jacobian;
}

}  // namespace detail

/// Returns a function that computes the Jacobian of `f` as a dense Eigen matrix. It has one row for
/// each scalar of the result and one column for each scalar of the arguments, both in the order of
/// `tc::flatten`. `f` may take and return any trees of numbers. It is called with the same types as
/// by `grad`.
///
/// Errors   as `grad`
/// Cost     one recording, and for every four rows a sweep that does four times the work
template <class F>
auto jacobian_by_rows(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    if constexpr (detail::check_not_nested<Arguments...>()) {
      if constexpr (detail::check_liftable<F, Arguments...>()) {
        std::size_t rows = 0;
        return detail::jacobian_by_sweeps(
            f, [](std::size_t, std::size_t) { return false; }, rows, arguments...);
      }
    }
  };
}

/// The same by forward mode, with three columns in each run. `f` is called with the same types as
/// by `jvp`.
///
/// Errors   as `jvp`
/// Cost     for every three scalars of the arguments, about three times that of the function
template <class F>
auto jacobian_by_columns(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::jacobian_by_runs(f, arguments...);
  };
}

/// The same by the cheaper of the two methods: by rows, unless the result has many more scalars
/// than the arguments. `f` is compiled for both.
///
/// Errors   as `grad` and `jvp`
template <class F>
auto jacobian(F f) {
  return [f = std::move(f)]<class... Arguments>(const Arguments&... arguments) {
    if constexpr (detail::check_not_nested<Arguments...>()) {
      if constexpr (detail::check_liftable<F, Arguments...>()) {
        std::size_t rows = 0;
        const auto by_columns_is_less = [](std::size_t r, std::size_t columns) {
          return 3 * ((columns + detail::columns_a_run - 1) / detail::columns_a_run) < r;
        };
        auto jacobian = detail::jacobian_by_sweeps(f, by_columns_is_less, rows, arguments...);
        if (by_columns_is_less(rows, detail::count_numbers(arguments...)))
          jacobian = detail::jacobian_by_runs(f, arguments...);
        return jacobian;
      }
    }
  };
}

}  // namespace tc
