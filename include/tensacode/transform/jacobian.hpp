// tensacode/transform/jacobian.hpp -- dense Jacobians.
// Layer 3. By reverse mode, four rows a sweep over one recording, or by forward mode, several
// columns a run on dual numbers.
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

/// Columns of a Jacobian, or of a Hessian, that one run on dual numbers gives. A value and three
/// tangents fill two registers; with four, g++ 12 takes 1.7 times the time (Rosenbrock, n = 1000).
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

/// Calls `f(i, dual)` for the numbers of an object in order, of which some may be plain.
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
  std::vector<Number> results;  // run by run
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
      results.resize(before + row);  // numbers that are no duals are constants
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

/// By sweeps of four rows; `is_too_many(rows, columns)` may refuse, and the result then has no rows
/// although `rows` says how many there are.
template <class F, class Refuse, class... Arguments>
auto jacobian_by_sweeps(const F& f, const Refuse& is_too_many, std::size_t& rows,
                        const Arguments&... arguments) {
  using Scalar = scalar_in<Arguments...>;
  recording<Scalar> recorded;
  const std::tuple<lifted<Arguments>...> variables{lift(arguments)...};
  const auto result = settled(call_with(f, variables));
  // The slots are visited in place: lists of them would cost a small function's Jacobian a third.
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
  // Rows that depend on anything, some at once.
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

/// The function that returns the Jacobian of `f` as a dense Eigen matrix: one row for each number
/// of the result, one column for each number of the arguments, both in the order of `tc::flatten`.
/// `f` may take and return any trees of numbers; what it gets is what `grad` hands it.
///
/// Errors   as `grad`
/// Cost     one recording, and a sweep for every four rows, of four times the work
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

/// The same by forward mode: three columns a run. `f` gets what `jvp` hands it.
///
/// Errors   as `jvp`
/// Cost     about three times the function's for every three numbers of the arguments
template <class F>
auto jacobian_by_columns(F f) {
  return [f = std::move(f)](const auto&... arguments) {
    return detail::jacobian_by_runs(f, arguments...);
  };
}

/// The same by whichever of the two needs less work: rows, unless there are many more numbers in
/// the result than in the arguments. `f` is compiled for both.
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
