// tensacode/control/expectation.hpp -- expectations of random programs and their gradients.
// Layer 3. The gradient is the score function's, with control variates that need nothing from the
// user, plus the path-wise derivative of what the program returns; unbiased. The samples are cut in
// folds; for those of one fold, f is fitted on the others by m + beta M, where M sums increments of
// mean zero over the choices of a run, each times something known before its draw (Henderson &
// Glynn 2002, Approximating martingales for variance reduction in Markov process simulation):
//   g_i = (f_i - m - beta M_i) d log p(path_i) + sum_t beta z_t dE_t[increment_t] + d f_i
// The middle term makes up for what beta M takes away (E[M d log p] = E[sum_t z_t dE_t]). All three
// are seeds of one sweep. See random_choice.hpp for the increments.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/control/detail/sample_shard.hpp>
#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

/// What takes variance out of the score function's gradient; all leave it unbiased.
enum class baseline {
  control_variates,  ///< the fit of the other folds, see above
  leave_one_out,     ///< the mean of the other samples (Kool, van Hoof & Welling 2019)
  /// Samples by twos, whose flips tend to differ; the gradient comes from the difference of their
  /// results. For independent flips of fixed number the DisARM estimator (Dong, Mnih & Tucker
  /// 2020), and unbiased for all programs (detail/antithetic_pair.hpp): what else is drawn, or by
  /// one of the two alone, counts as under leave_one_out of two. The number of samples is even, and
  /// at least 4.
  disarm,
};

struct estimate_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  tc::baseline baseline = tc::baseline::control_variates;
  /// A program that has at most so many paths, and no more than `samples`, is not sampled: all of
  /// them are run, and nothing is left to chance. 0: it is always sampled.
  std::size_t enumerated_paths = 16;
};

namespace detail {

inline constexpr std::size_t samples_a_shard = 64;
/// Mean and sum of squared deviations of a row of numbers, to which others are added (Chan, Golub &
/// LeVeque 1983).
struct running_moments {
  explicit running_moments(std::size_t width) : mean(width), squares(width) {}
  double count = 0;
  std::vector<double> mean, squares;

  void add(const double* row) {
    ++count;
    for (std::size_t p = 0; p < mean.size(); ++p) {
      const double d = row[p] - mean[p];
      mean[p] += d / count;
      squares[p] += d * (row[p] - mean[p]);
    }
  }
  void add(const running_moments& other) {
    const double both = count + other.count;
    for (std::size_t p = 0; p < mean.size(); ++p) {
      const double d = other.mean[p] - mean[p];
      squares[p] += other.squares[p] + d * d * count * other.count / both;
      mean[p] += d * other.count / both;
    }
    count = both;
  }
  /// Standard errors of the means.
  std::vector<double> errors() const {
    std::vector<double> out(mean.size());
    for (std::size_t p = 0; p < out.size(); ++p)
      out[p] = std::sqrt(squares[p] / (count - 1) / count);
    return out;
  }
};

/// All samples; empty if the draws must be by score.
template <class Program, class... Arguments>
auto run_samples(const Program& program, const estimate_options& options, bool by_score,
                 std::size_t& evaluations, const std::tuple<Arguments...>& point,
                 relaxation* relaxation = nullptr) {
  using Gradient = typename gradient_shape<Arguments...>::type;
  constexpr std::size_t block = 64 * samples_a_shard;
  const std::size_t n = options.samples, width = flatten(point).size();
  const bool in_pairs = options.baseline == baseline::disarm;
  const random_key key = random_key(options.seed).split(0x65737469);
  const adjoint_slot first_slot = next_slot_of_thread<double>();
  auto* const book = ledger_in_use();
  using fit_type = martingale_fit;
  running_moments values(1), gradients(width);
  double explained = 0;
  std::size_t sweeps = 0;
  using Shard = sample_shard<Program, Arguments...>;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t count = std::min(block, n - first);
    const std::size_t shards = (count + samples_a_shard - 1) / samples_a_shard;
    std::vector<std::unique_ptr<Shard>> running(shards);
    std::vector<sample_record> records(count);
    std::vector<char> in_order(shards);
    parallel_for(shards, [&](std::size_t s) {
      running[s] = std::make_unique<Shard>(program, point, key, first, s * samples_a_shard,
                                           std::min(count, (s + 1) * samples_a_shard), first_slot,
                                           book != nullptr, in_pairs, relaxation);
      in_order[s] = running[s]->run(by_score, records.data());
    });
    if (std::find(in_order.begin(), in_order.end(), 0) != in_order.end()) {
      for (const auto& shard : running) evaluations += shard->evaluations();
      return std::optional<expectation_estimate<Gradient>>{};
    }

    // The shards know sites in their own order; the fit has one for all.
    sampler all;
    std::vector<std::vector<std::uint32_t>> channels(shards);
    for (std::size_t s = 0; s < shards; ++s)
      for (const auto& known : running[s]->sites()) {
        const std::uint32_t from = all.channels_of(known.site, known.channels);
        for (std::uint32_t c = 0; c < known.channels; ++c) channels[s].push_back(from + c);
      }
    for (std::size_t s = 0; s < shards; ++s)
      for (std::size_t i = s * samples_a_shard; i < std::min(count, (s + 1) * samples_a_shard);
           ++i) {
        std::vector<std::array<double, most_features>> ordered(all.channels);
        for (std::size_t c = 0; c < records[i].martingales.size(); ++c)
          ordered[channels[s][c]] = records[i].martingales[c];
        records[i].martingales = std::move(ordered);
      }

    const control_variates variates(
        records, options.baseline == baseline::control_variates ? all.channels : 0, by_score);
    sweeps += count * variates.stages();
    double total = 0, before = 0, after = 0;
    for (const auto& r : records) total += r.value;
    static const fit_type none;
    const auto without_own = [&](std::size_t i) {
      const double others = in_pairs ? records[i ^ 1].value
                            : count > 1
                                ? (total - records[i].value) / static_cast<double>(count - 1)
                                : 0;
      return std::pair(&none, records[i].value - others);
    };
    for (std::size_t i = 0; i < count; ++i) {
      before += std::pow(without_own(i).second, 2);
      if (!variates.empty()) after += std::pow(variates.fit_of(i, 0).second, 2);
    }
    if (before > 0 && !variates.empty())
      explained += (1 - after / before) * static_cast<double>(count) / static_cast<double>(n);
    std::vector<double> rows(count * width), training(variates.stages() > 1 ? rows.size() : 0);
    parallel_for(shards, [&](std::size_t s) {
      running[s]->sweep(
          [&](std::size_t i) {
            std::vector<std::pair<const fit_type*, double>> fits;
            if (variates.empty()) fits.push_back(without_own(i));
            for (std::size_t k = 0; !variates.empty() && k < variates.stages(); ++k)
              fits.push_back(variates.fit_of(i, k));
            return fits;
          },
          channels[s], width, {rows.data(), training.data()});
    });
    if (variates.stages() > 1) variates.take_from(rows, training, width);
    for (std::size_t s = 0; s < shards; ++s) {
      if (book) book->add(running[s]->book());
      evaluations += running[s]->evaluations();
    }
    // The two of a pair depend on each other; pairs do not.
    const std::size_t step = in_pairs ? 2 : 1;
    for (std::size_t i = 0; i < count; i += step) {
      if (in_pairs) {
        records[i].value = std::midpoint(records[i].value, records[i + 1].value);
        for (double* g = rows.data() + i * width; g != rows.data() + (i + 1) * width; ++g)
          *g = std::midpoint(*g, g[width]);
      }
      values.add(&records[i].value);
      gradients.add(rows.data() + i * width);
    }
  }
  expectation_estimate<Gradient> estimate;
  estimate.value = values.mean[0];
  estimate.value_error = values.errors()[0];
  estimate.gradient = shape_gradient(gradients.mean, point);
  estimate.gradient_error = shape_gradient(gradients.errors(), point);
  estimate.explained = explained;
  estimate.sweeps = sweeps;
  return std::optional(std::move(estimate));
}

template <class Program, class... Arguments>
auto run_estimate(const Program& program, const estimate_options& options,
                  const Arguments&... arguments) {
  TC_CHECK(options.samples >= 2, argument_error,
           "estimate: at least 2 samples are needed for a baseline and an error, got {}",
           options.samples);
  TC_CHECK(
      options.baseline != baseline::disarm || (options.samples >= 4 && options.samples % 2 == 0),
      argument_error,
      "estimate: disarm runs pairs, and needs two of them for an error: samples must be even and "
      "at least 4, got {}",
      options.samples);
  const std::tuple<Arguments...> point{arguments...};
  std::size_t evaluations = 0;
  if (options.enumerated_paths > 0) {
    path_walk paths(std::min(options.enumerated_paths, options.samples));
    if (auto exact = run_paths(program, paths, point)) return *std::move(exact);
    evaluations += paths.finished;
  }
  auto estimate = run_samples(program, options, false, evaluations, point);
  if (!estimate) estimate = run_samples(program, options, true, evaluations, point);
  estimate->evaluations = evaluations;
  return *std::move(estimate);
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

/// The value of an estimate at the variables' values, as a variable with the estimated gradient.
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

}  // namespace detail

/// The function that estimates E[program(arguments)] and its gradient by the arguments.
/// The program is called with variables in place of numbers, as by `value_and_grad`, and may
/// make random choices. If it has few paths, all of them are run and both are exact; see
/// `estimate_options::enumerated_paths`.
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
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_estimate(program, options, plain...); },
          arguments...);
    } else {
      return detail::run_estimate(program, options, arguments...).value;
    }
  };
}

}  // namespace tc
