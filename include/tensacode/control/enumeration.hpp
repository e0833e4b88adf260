// tensacode/control/enumeration.hpp -- exact expectations of random programs, by running every
// path. Layer 3. A program that makes few choices has few paths. Each path is run once, and its
// probability is a variable. The result is the Rao-Blackwell estimate over all choices, and exact.
// See detail/path_walk.hpp for how a program is led along a path. For loops over discrete states
// see enumerate_states.hpp, which control.hpp does not include.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

/// An estimate of E[program(arguments)] and of its gradient. The errors are standard errors of the
/// mean. They are 0 if every path was run.
template <class Gradient>
struct expectation_estimate {
  double value = 0;
  double value_error = 0;
  Gradient gradient{};
  Gradient gradient_error{};
  std::size_t evaluations = 0;  ///< how often the program was run
  std::size_t sweeps = 0;       ///< how often a recorded run was swept
  /// The fraction of the variance of the program's value that the control variates explain. 0
  /// without control variates, 1 if every path was run.
  double explained = 0;
};

struct enumerate_options {
  std::size_t max_paths = 1'000'000;
};

namespace detail {

/// The gradient in the shape of the arguments: that of the argument if there is one, else a tuple.
template <class... Arguments>
auto shape_gradient(const std::vector<double>& numbers, const std::tuple<Arguments...>& point) {
  auto tree = unflatten(numbers, point);
  if constexpr (sizeof...(Arguments) == 1)
    return std::get<0>(std::move(tree));
  else
    return tree;
}

template <class... Arguments>
auto exact_estimate(double value, const std::vector<double>& gradient, std::size_t evaluations,
                    std::size_t sweeps, const std::tuple<Arguments...>& point) {
  expectation_estimate<typename gradient_shape<Arguments...>::type> exact;
  exact.value = value;
  exact.gradient = shape_gradient(gradient, point);
  exact.gradient_error = shape_gradient(std::vector<double>(gradient.size()), point);
  exact.evaluations = evaluations;
  exact.sweeps = sweeps;
  exact.explained = 1;
  return exact;
}

/// Runs every path of the program. Returns nothing if there are more paths than `paths` allows, or
/// if the program makes a draw whose outcomes cannot be enumerated.
template <class Program, class... Arguments>
auto run_paths(const Program& program, path_walk& paths, const std::tuple<Arguments...>& point)
    -> std::optional<expectation_estimate<typename gradient_shape<Arguments...>::type>> {
  auto* const book = ledger_in_use();
  ledger counted;
  double value = 0;
  std::vector<double> gradient(flatten(point).size());
  {
    recording<double> recorded;
    auto& tape = recorded.tape();
    std::tuple<lifted<Arguments>...> variables;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (lift_into(std::get<I>(point), std::get<I>(variables), as_it_is{}), ...);
    }(std::index_sequence_for<Arguments...>{});
    const auto behind_arguments = tape.mark();
    sampler chosen;
    chosen.paths = &paths;
    const sampler_scope choosing(chosen);
    std::optional<ledger_scope> counting;
    if (book) counting.emplace(counted);
    do {
      tape.rewind(behind_arguments);
      paths.begin_path();
      var part;
      try {
        const var result(call_with(program, std::as_const(variables)));
        part = paths.weight * result;
      } catch (const paths_end&) {
        return std::nullopt;
      } catch (...) {
        // A path of probability 0 may throw: the program need not expect to be there.
        if (paths.stopped || paths.weight.value() != 0) throw;
        continue;
      }
      if (paths.stopped) return std::nullopt;
      if (paths.weight.value() != 0) value += part.value();
      recorded.differentiate(part.slot());
      std::vector<double> row;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        row = flatten(
            std::tuple<Arguments...>{adjoints_of<Arguments>(std::get<I>(variables), tape)...});
      }(std::index_sequence_for<Arguments...>{});
      if (paths.weight.value() == 0 &&
          !std::all_of(row.begin(), row.end(), [](double d) { return std::isfinite(d); }))
        continue;
      for (std::size_t p = 0; p < row.size(); ++p) gradient[p] += row[p];
    } while (paths.end_path());
  }
  if (book) book->add(counted);
  return exact_estimate(value, gradient, paths.finished, paths.finished, point);
}

}  // namespace detail

/// Returns a function that computes E[program(arguments)] and its gradient with respect to the
/// arguments, by running every path of the program. The program may draw by `tc::flip` and
/// `tc::categorical`. An outcome of probability 0 is run too if its probability depends on the
/// arguments; it is ignored if it throws or its gradient is not finite.
///
/// Errors   error for more than `max_paths` paths, and for draws that have no list of outcomes
/// Cost     a run and a sweep for each path
template <class Program>
auto enumerate(Program program, enumerate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    detail::path_walk paths(options.max_paths);
    auto exact = detail::run_paths(program, paths, std::tuple{arguments...});
    if (!exact && paths.drew)
      throw tc::error(format("enumerate: {} draws from more than can be counted; use tc::estimate",
                             paths.drew));
    if (!exact)
      throw tc::error(
          format("enumerate: the program has more than {} paths; use tc::estimate, or "
                 "tc::enumerate_states for a loop over discrete states",
                 options.max_paths));
    return *std::move(exact);
  };
}

}  // namespace tc
