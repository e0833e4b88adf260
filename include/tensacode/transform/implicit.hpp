// tensacode/transform/implicit.hpp -- derivatives of the solutions of equations.
// Layer 3. A root, a fixed point or a minimum is found without recording how. The sweep solves one
// linear system, by the implicit function theorem (Griewank & Walther 2008, section 15.1):
//   r(x, p) = 0  gives  dx/dp = -(dr/dx)^-1 dr/dp.
// With the cotangent w of x, let v = -(dr/dx)^-T w. Then the gradient with respect to p is that of
// <v, r(x, p)> with x held constant. Not included by transform.hpp, since it includes Eigen/LU.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/block_setting.hpp>
#include <tensacode/transform/active.hpp>
#include <tensacode/transform/hessian.hpp>

#include <Eigen/LU>

#include <cmath>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

/// Solves transposed(matrix) v = right. Throws error if the matrix is singular.
template <class Scalar>
std::vector<Scalar> solve_transposed(const char* caller, const matrix_of<Scalar>& matrix,
                                     const std::vector<Scalar>& right) {
  const auto size = static_cast<Eigen::Index>(right.size());
  column_of<Scalar> v(size);
  for (Eigen::Index i = 0; i < size; ++i) v(i) = right[static_cast<std::size_t>(i)];
  v = Eigen::PartialPivLU<matrix_of<Scalar>>(matrix.transpose()).solve(v).eval();
  std::vector<Scalar> solution(right.size());
  for (Eigen::Index i = 0; i < size; ++i) {
    using std::isfinite;
    if (!isfinite(v(i)))
      throw tc::error(format("{}: the Jacobian by the solution is singular", caller));
    solution[static_cast<std::size_t>(i)] = v(i);
  }
  return solution;
}

/// The block on the tape for a root of `equation(x, parameters...)`, or for a fixed point of it.
template <bool is_fixed_point, class Equation, class Solution, class... Parameters>
struct implicit_block {
  Equation equation;
  Solution solution;
  std::tuple<Parameters...> parameters;
  block_setting setting = current_block_setting;

  static constexpr const char* caller = is_fixed_point ? "fixed_point" : "implicit";

  template <class Scalar>
  void backward(basic_tape<Scalar>& tape, const std::vector<Scalar>& cotangent) const {
    const block_setting_scope scope(setting);
    const auto weights = solve_transposed(caller, system(tape, cotangent.size()), cotangent);
    scratch_recording<Scalar> again(tape);
    lifted<Solution> x{};
    constants_into(solution, x);
    const auto outputs = slots_of(evaluate(x, parameters));
    again.clear();
    add_adjoints(tape, outputs, weights);
    again.sweep();
  }

 private:
  template <class Known>
  auto evaluate(const lifted<Solution>& x, const Known& known) const {
    return std::apply([&](const auto&... p) { return settled(equation(x, p...)); }, known);
  }

  /// The matrix of the linear system: -(dr/dx), or 1 - dg/dx for a fixed point of g.
  template <class Scalar>
  matrix_of<Scalar> system(basic_tape<Scalar>& tape, std::size_t size) const {
    separate_recording<Scalar> again(tape);
    const auto constants = std::apply(
        [](const auto&... p) { return std::tuple<Parameters...>{detached(p)...}; }, parameters);
    lifted<Solution> x{};
    lift_into(solution, x, as_it_is{});
    const auto inputs = slots_of(x);
    const auto result = evaluate(x, constants);
    const auto outputs = slots_of(result);
    TC_CHECK(outputs.size() == size, shape_error,
             "{}: the solution has {} numbers, what should be equal has {}", caller, size,
             outputs.size());
    const auto n = static_cast<Eigen::Index>(size);
    matrix_of<Scalar> matrix = matrix_of<Scalar>::Zero(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const adjoint_slot output = outputs[static_cast<std::size_t>(i)];
      if (output != 0) {
        again.clear();
        tape.adjoint(output) = Scalar(1);
        again.sweep();
        for (Eigen::Index j = 0; j < n; ++j)
          matrix(i, j) = -tape.adjoint(inputs[static_cast<std::size_t>(j)]);
      }
      if (is_fixed_point) matrix(i, i) += Scalar(1);
    }
    return matrix;
  }
};

/// The block on the tape for a minimum of `objective(x, parameters...)`, which is a root of its
/// gradient with respect to x.
template <class Objective, class Solution, class Plain, class... Parameters>
struct minimum_block {
  Objective objective;
  Solution solution;
  Plain parameters;
  std::vector<adjoint_slot> slots;
  block_setting setting = current_block_setting;

  template <class Scalar>
  void backward(basic_tape<Scalar>& tape, const std::vector<Scalar>& cotangent) const {
    const block_setting_scope scope(setting);
    auto weights = std::apply(
        [&](const auto&... p) {
          const auto by_solution = [&](const auto& x) { return objective(x, p...); };
          return solve_transposed("minimum", dense_hessian(by_solution, solution), cotangent);
        },
        parameters);
    // Let v be `weights` and g the gradient of the objective with respect to x. The sweep needs the
    // derivative of -<v, g> with respect to the parameters. Forward over reverse mode along the
    // direction (-v, 0) gives it as the parameters' part of the result.
    const std::size_t count = weights.size();
    std::size_t at = 0;
    std::vector<Scalar> adjoints;
    std::apply(
        [&](const auto&... p) {
          forward_over_reverse<Scalar>(
              objective,
              [&](const auto& number) {
                const Scalar direction = at < count ? -weights[at] : Scalar(0);
                ++at;
                return dual<Scalar>(static_cast<Scalar>(number), direction);
              },
              [&](const auto& variables, auto& dual_tape, const auto&) {
                std::size_t number = 0;
                const auto read = [&](adjoint_slot slot) {
                  if (number++ >= count)
                    adjoints.push_back(slot ? dual_tape.adjoint(slot).tangent() : Scalar(0));
                };
                std::apply([&](const auto&... objects) { (visit_slots(objects, read), ...); },
                           variables);
              },
              solution, p...);
        },
        parameters);
    add_adjoints(tape, slots, adjoints);
  }
};

template <class Solution, class Scalar, class Block>
lifted<Solution> record_solution(const Solution& solution, Block block) {
  basic_tape<Scalar>* const tape = current_tape<Scalar>;
  if (tape) return record_block<lifted<Solution>>(*tape, solution, std::move(block));
  lifted<Solution> constants{};
  constants_into(solution, constants);
  return constants;
}

template <bool is_fixed_point, class Solve, class Equation, class... Parameters>
auto solve_implicitly(const Solve& solve, const Equation& equation,
                      const Parameters&... parameters) {
  using Scalar = active_scalar<Parameters...>;
  if constexpr (std::is_void_v<Scalar>) {
    return settled(solve(parameters...));
  } else {
    const auto solution = settled(solve(values_of(parameters)...));
    using Solution = std::remove_const_t<decltype(solution)>;
    return record_solution<Solution, Scalar>(
        solution, implicit_block<is_fixed_point, Equation, Solution, Parameters...>{
                      equation, solution, {parameters...}});
  }
}

template <class Solve, class Objective, class... Parameters>
auto minimize_implicitly(const Solve& solve, const Objective& objective,
                         const Parameters&... parameters) {
  using Scalar = active_scalar<Parameters...>;
  if constexpr (std::is_void_v<Scalar>) {
    return settled(solve(parameters...));
  } else {
    const std::tuple<plain_of<Parameters>...> plain{values_of(parameters)...};
    const auto solution = settled(call_with(solve, plain));
    using Solution = std::remove_const_t<decltype(solution)>;
    return record_solution<Solution, Scalar>(
        solution,
        minimum_block<Objective, Solution, std::remove_const_t<decltype(plain)>, Parameters...>{
            objective, solution, plain, slots_of(parameters...)});
  }
}

}  // namespace detail

/// Returns a function of the parameters. Its value is the `x` that solves
/// `residual(x, parameters...) = 0`:
/// `auto root = tc::implicit(solve, residual); auto x = root(p);`. `solve(parameters...)` finds
/// `x`, on plain numbers and by any method. `residual` returns as many scalars as `x` has, and is
/// evaluated only in the sweep. `x` and the parameters are any trees. `residual` is kept until the
/// recording ends; variables that it captures get their gradients just as parameters do. Under
/// `hvp` and `hessian` both functions run on dual numbers, and `solve` must then propagate
/// tangents.
///
/// Errors   in the sweep error if the Jacobian with respect to `x` is singular, shape_error if the
///          residual has another number of scalars than `x`
/// Cost     in the sweep a Jacobian with respect to `x`, which takes n sweeps for n scalars, and an
///          LU factorisation
template <class Solve, class Residual>
auto implicit(Solve solve, Residual residual) {
  return [solve = std::move(solve), residual = std::move(residual)](const auto&... parameters) {
    return detail::solve_implicitly<false>(solve, residual, detail::settled(parameters)...);
  };
}

/// The same for the `x` that minimises `objective(x, parameters...)`, or that is another point
/// where its gradient with respect to `x` is zero. The objective's Hessian is computed by forward
/// over reverse mode.
///
/// Errors   in the sweep error if the Hessian with respect to `x` is singular
/// Cost     in the sweep a Hessian with respect to `x` and an LU factorisation of it
template <class Solve, class Objective>
auto implicit_minimum(Solve solve, Objective objective) {
  return [solve = std::move(solve), objective = std::move(objective)](const auto&... parameters) {
    return detail::minimize_implicitly(solve, objective, detail::settled(parameters)...);
  };
}

/// When `fixed_point` stops.
struct fixed_point_options {
  double tolerance = 1e-12;  ///< largest change of a scalar x in a step, times max(1, |x|)
  std::size_t max_iterations = 1000;
};

/// Returns a function of `(start, parameters...)`. Its value is the fixed point
/// `x = step(x, parameters...)` that the iteration from `start` reaches. The derivatives with
/// respect to the parameters are those of the fixed point, regardless of the number of steps. The
/// derivative with respect to `start` is zero.
///
/// Errors   error if it does not converge in `max_iterations` steps; in the sweep as `implicit`
/// Cost     the steps, on plain numbers; in the sweep as `implicit`
template <class Step>
auto fixed_point(Step step, fixed_point_options options = {}) {
  return [step = std::move(step), options](const auto& start, const auto&... parameters) {
    const auto first = detail::values_of(detail::settled(start));
    using Solution = std::remove_const_t<decltype(first)>;
    const auto solve = [&](const auto&... plain) {
      Solution x = first;
      for (std::size_t i = 0; i < options.max_iterations; ++i) {
        using Number = detail::scalar_in<Solution>;
        Solution next = detail::settled(step(std::as_const(x), plain...));
        const auto before = detail::numbers_of<Number>(x), after = detail::numbers_of<Number>(next);
        bool content = before.size() == after.size();
        for (std::size_t k = 0; content && k < after.size(); ++k) {
          using std::abs, std::max;
          content = abs(after[k] - before[k]) <=
                    Number(options.tolerance) * max(Number(1), abs(after[k]));
        }
        x = std::move(next);
        if (content) return x;
      }
      throw tc::error(format("fixed_point: not reached after {} steps", options.max_iterations));
    };
    return detail::solve_implicitly<true>(solve, step, detail::settled(parameters)...);
  };
}

}  // namespace tc
