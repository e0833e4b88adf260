// tensacode/control/expectation.hpp -- expectations of random programs and their gradients.
// Layer 3. The gradient is the score function's with a leave-one-out baseline (Kool, van Hoof &
// Welling 2019), plus the path-wise derivative of what the program returns: unbiased.
//   g = 1/N sum_i [ (f_i - b_i) d log p(path_i) + d f_i ],  b_i = mean of f_j over j != i.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/random_choice.hpp>
#include <tensacode/core/deferred.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

struct estimate_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
};

/// An estimate of E[program(arguments)]. Errors are standard errors of the mean.
template <class Gradient>
struct expectation_estimate {
  double value = 0;
  double value_error = 0;
  Gradient gradient{};
  Gradient gradient_error{};
  std::size_t evaluations = 0;  ///< runs of the program
};

namespace detail {

inline constexpr std::size_t samples_a_shard = 64;

/// One run of the program: its value, and the derivatives of value and log-probability by each
/// number of the arguments, written to `value_row` and `score_row`. `first_slot`: see `recording`.
template <class Program, class... Arguments>
double run_sample(const Program& program, const std::tuple<Arguments...>& arguments, random_key key,
                  adjoint_slot first_slot, double* value_row, double* score_row) {
  recording<deferred<double, Program>> recorded(first_slot);
  const auto variables = std::apply(
      [](const auto&... a) { return std::tuple<lifted<Arguments>...>{lift(a)...}; }, arguments);
  sampler drawn{random_stream{key}};
  deferred<var, Program> result;
  {
    const sampler_scope scope(drawn);
    result = var(std::apply(program, variables));
  }
  const auto write_gradient = [&](adjoint_slot slot, double* row) {
    recorded.differentiate(slot);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto adjoints = std::tuple<Arguments...>{
          adjoints_of<Arguments>(std::get<I>(variables), recorded.tape())...};
      const auto numbers = flatten(adjoints);
      std::copy(numbers.begin(), numbers.end(), row);
    }(std::index_sequence_for<Arguments...>{});
  };
  write_gradient(result.slot(), value_row);
  write_gradient(drawn.log_probability.slot(), score_row);
  return result.value();
}

template <class Program, class... Arguments>
auto run_estimate(const Program& program, const estimate_options& options,
                  const Arguments&... arguments) {
  using Gradient = typename gradient_shape<Arguments...>::type;
  TC_CHECK(options.samples >= 2, argument_error,
           "estimate: at least 2 samples are needed for a baseline and an error, got {}",
           options.samples);
  const std::tuple<Arguments...> point{arguments...};
  const std::size_t n = options.samples, width = flatten(point).size();
  std::vector<double> values(n), value_rows(n * width), score_rows(n * width);
  const random_key key = random_key(options.seed).split(0x65737469);
  const adjoint_slot first_slot = next_slot_of_thread<deferred<double, Program>>();
  parallel_for((n + samples_a_shard - 1) / samples_a_shard, [&](std::size_t shard) {
    const std::size_t end = std::min(n, (shard + 1) * samples_a_shard);
    for (std::size_t i = shard * samples_a_shard; i < end; ++i)
      values[i] = run_sample(program, point, key.split(i), first_slot,
                             value_rows.data() + i * width, score_rows.data() + i * width);
  });

  double total = 0;
  for (const double f : values) total += f;
  const auto count = static_cast<double>(n);
  expectation_estimate<Gradient> estimate;
  estimate.value = total / count;
  estimate.evaluations = n;
  double squares = 0;
  for (const double f : values) squares += (f - estimate.value) * (f - estimate.value);
  estimate.value_error = std::sqrt(squares / (count - 1) / count);
  std::vector<double> mean(width), deviation(width);
  const auto term = [&](std::size_t i, std::size_t p) {
    const double baseline = (total - values[i]) / (count - 1);
    return (values[i] - baseline) * score_rows[i * width + p] + value_rows[i * width + p];
  };
  for (std::size_t p = 0; p < width; ++p) {
    for (std::size_t i = 0; i < n; ++i) mean[p] += term(i, p) / count;
    for (std::size_t i = 0; i < n; ++i)
      deviation[p] += (term(i, p) - mean[p]) * (term(i, p) - mean[p]);
    deviation[p] = std::sqrt(deviation[p] / (count - 1) / count);
  }
  const auto shaped = [&](const std::vector<double>& numbers) {
    const auto tree = unflatten(numbers, point);
    if constexpr (sizeof...(Arguments) == 1)
      return std::get<0>(tree);
    else
      return tree;
  };
  estimate.gradient = shaped(mean);
  estimate.gradient_error = shaped(deviation);
  return estimate;
}

/// A number with known derivatives by given slots, as a node.
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

/// The primal values of a tree of variables; the slot of every number is appended to `slots`, in
/// the order of `flatten`.
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

}  // namespace detail

/// The function that estimates E[program(arguments)] and its gradient by the arguments.
/// The program is called with variables in place of numbers, as by `value_and_grad`, and may
/// make random choices.
template <class Program>
auto estimate(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    return detail::run_estimate(program, options, arguments...);
  };
}

/// E[program(arguments)] as a function of its own: of numbers it is a number, of variables a
/// variable whose derivative is the estimated gradient, so it composes with `tc::grad`.
template <class Program>
auto expectation(Program program, estimate_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...)) {
      detail::deferred<std::vector<adjoint_slot>, Program> slots;
      const auto numbers = std::tuple{detail::primals_of(arguments, slots)...};
      const auto result = std::apply(
          [&](const auto&... plain) { return detail::run_estimate(program, options, plain...); },
          numbers);
      detail::deferred<std::vector<double>, Program> derivatives;
      if constexpr (sizeof...(arguments) == 1)
        derivatives = flatten(std::tuple{result.gradient});
      else
        derivatives = flatten(result.gradient);
      using Scalar = detail::deferred<double, Program>;
      auto& tape = detail::recording_tape<Scalar>();
      double* kept = tape.template allocate<double>(derivatives.size());
      std::copy(derivatives.begin(), derivatives.end(), kept);
      adjoint_slot* kept_slots = tape.template allocate<adjoint_slot>(slots.size());
      std::copy(slots.begin(), slots.end(), kept_slots);
      return var::at_slot(
          result.value,
          tape.push_node(detail::known_gradient_node<Scalar>{{kept_slots, slots.size()},
                                                             {kept, derivatives.size()}},
                         1));
    } else {
      return detail::run_estimate(program, options, arguments...).value;
    }
  };
}

}  // namespace tc
