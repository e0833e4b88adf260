// tensacode/control/relaxed_draws.hpp -- discrete draws that are numbers, and may be relaxed.
// Layer 3. `bernoulli` and `one_hot` are what `flip` and `categorical` are, as numbers that a
// program computes with. `tc::estimate` draws them alike. Relaxed to numbers in between, they pass
// a gradient: `concrete` takes that of the relaxed program, which is biased for the program itself
// (Maddison, Mnih & Teh 2017, arXiv:1611.00712; Jang, Gu & Poole 2017, arXiv:1611.01144); `rebar`
// makes a control variate of it, and is unbiased (Tucker et al. 2017, arXiv:1703.07370).
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/rebar_shard.hpp>
#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/control/expectation.hpp>
#include <tensacode/core/parallel.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

struct concrete_options {
  std::size_t samples = 256;  ///< at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  double temperature = 0.5;   ///< positive; the smaller, the less bias and the more variance
};

struct rebar_options {
  std::size_t samples = 256;  ///< of three runs each; at least 2
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  double temperature = 0.3;   ///< positive; of the relaxed runs
};

namespace detail {

inline void check_path(const sampler& drawn, bool differentiable, const char* what) {
  TC_CHECK(!differentiable || !drawn.continuous_by_score, argument_error,
           "concrete: the program decides by a hard branch after a continuous draw, and {} is "
           "relaxed, which has a derivative along the path only. Fix: use a gate at the branch, or "
           "tc::estimate",
           what);
}

template <class Number, class Variable>
Number draw_relaxed_bit(sampler& drawn, const Variable& q, const control_site& site) {
  auto& relaxed = *drawn.relaxation;
  using draws = typename std::remove_cvref_t<decltype(relaxed)>::draws;
  const double p = q.value(), temperature = relaxed.temperature;
  const bool differentiable = q.slot() != 0;
  relaxed_bit bit;
  if (relaxed.how == draws::concrete) {
    check_path(drawn, differentiable, "bernoulli");
    if (differentiable) drawn.draw_continuously();
    const double u = relaxed.open_uniform(drawn.stream), centred = 2 * u - 1;
    bit = relax_bit(p, u, temperature);
    // Legendre polynomials, as of `uniform`.
    const auto first = drawn.channels_of(site, 2);
    drawn.add(first, std::numbers::sqrt3 * centred, p, 0);
    drawn.add(first + 1, std::sqrt(5.0) * 0.5 * (3 * centred * centred - 1), p, 0);
    drawn.end_of_choice(centred);
  } else {
    relaxed.meet(1, site);
    relaxed.meet(p, site);
    const double u = relaxed.uniform(), v = relaxed.uniform();
    const bool outcome = u > 1 - p;
    if (!differentiable || relaxed.how == draws::outcome) {
      if (differentiable)
        relaxed.log_probabilities.push_back(
            Variable(outcome ? Variable(log(q)) : log1p(-q)).slot());
      bit = {static_cast<double>(outcome), 0};
    } else {
      drawn.draw_continuously();
      bit = relaxed.how == draws::relaxed ? relax_bit(p, u, temperature)
                                          : relax_given_bit(p, outcome, v, temperature);
    }
  }
  if constexpr (std::is_same_v<Number, var>)
    return bit.slope != 0 ? Number(bit.value + bit.slope * (q - p)) : Number(bit.value);
  else
    return bit.value;
}

/// Relaxed outcomes for the probabilities `p` of values `numbers`.
template <class Variables>
relaxed_outcomes draw_relaxed_outcomes(sampler& drawn, const Variables& p,
                                       const std::vector<double>& numbers,
                                       const control_site& site) {
  auto& relaxed = *drawn.relaxation;
  using draws = typename std::remove_cvref_t<decltype(relaxed)>::draws;
  const std::size_t count = numbers.size();
  const bool differentiable =
      std::any_of(p.begin(), p.end(), [](const auto& q) { return q.slot() != 0; });
  std::vector<double> e(count), of_given(count);
  if (relaxed.how == draws::concrete) {
    check_path(drawn, differentiable, "one_hot");
    if (differentiable) drawn.draw_continuously();
    for (double& x : e) x = -std::log(relaxed.open_uniform(drawn.stream));
    const std::size_t outcome = first_outcome(e, numbers);
    const auto first = drawn.channels_of(site, static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      drawn.add(first + static_cast<std::uint32_t>(i), (i == outcome) - numbers[i], numbers[i], 0);
    drawn.end_of_choice(static_cast<double>(outcome));
    return relax_outcomes(e, numbers, relaxed.temperature);
  }
  relaxed.meet(static_cast<double>(count), site);
  for (std::size_t i = 0; i < count; ++i) {
    relaxed.meet(numbers[i], site);
    e[i] = -std::log(relaxed.uniform());
    of_given[i] = -std::log(relaxed.uniform());
  }
  const std::size_t outcome = first_outcome(e, numbers);
  if (differentiable && relaxed.how != draws::outcome) {
    drawn.draw_continuously();
    return relaxed.how == draws::relaxed
               ? relax_outcomes(e, numbers, relaxed.temperature)
               : relax_given_outcome(of_given, numbers, outcome, relaxed.temperature);
  }
  if (p[outcome].slot()) {
    const std::remove_cvref_t<decltype(p[outcome])> log_probability(log(p[outcome]));
    relaxed.log_probabilities.push_back(log_probability.slot());
  }
  return certain_outcome(count, outcome);
}

/// What `one_hot` returns for these probabilities, all 0.
template <class Probabilities>
auto numbers_like(const Probabilities& probabilities) {
  using Element = std::remove_cvref_t<decltype(probabilities[0])>;
  using Number = drawn_number<Element, Element>;
  if constexpr (requires { typename Probabilities::PlainObject; }) {
    using Numbers = typename Probabilities::PlainObject;
    return Numbers(Numbers::Zero(probabilities.rows(), probabilities.cols()));
  } else if constexpr (requires { std::tuple_size<Probabilities>::value; }) {
    return std::array<Number, std::tuple_size_v<Probabilities>>{};
  } else {
    return std::vector<Number>(static_cast<std::size_t>(std::size(probabilities)));
  }
}

}  // namespace detail

/// 1 with probability p, else 0: a number, and a variable where p is one. Under `tc::estimate` and
/// all others that take random programs it is drawn as `flip` is, and its gradient comes from the
/// score of the choice; under `concrete` and `rebar` it is relaxed.
///
/// Errors   argument_error unless 0 <= p <= 1; error outside of an estimate
template <class Probability>
  requires detail::scalar_operand<Probability>
auto bernoulli(const Probability& p, control_site site = {}) {
  using Number = detail::drawn_number<Probability, Probability>;
  auto& drawn = detail::sampler_in_use("bernoulli");
  const auto q = detail::parameter_of(p);
  TC_CHECK(q.value() >= 0 && q.value() <= 1, argument_error,
           "bernoulli: the probability must be in [0, 1], got {}", q.value());
  if (drawn.relaxation) return detail::draw_relaxed_bit<Number>(drawn, q, site);
  return Number(flip(q, site) ? 1.0 : 0.0);
}

/// As many numbers as there are probabilities, of which the i-th is 1 with probability
/// `probabilities[i]` and the others are 0; variables where those are. They come in an array for an
/// array, in an Eigen vector for one, else in a std::vector. Drawn as `categorical` is, and relaxed
/// where `bernoulli` is.
///
/// Errors   argument_error for no or a negative probability, or if they do not sum to 1 within
///          1e-6; error outside of an estimate
template <class Probabilities>
auto one_hot(const Probabilities& probabilities, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("one_hot");
  const auto count = static_cast<std::size_t>(std::size(probabilities));
  TC_CHECK(count > 0, argument_error, "one_hot: there are no probabilities");
  std::vector<var> p;
  std::vector<double> numbers;
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    p.push_back(detail::parameter_of(probabilities[static_cast<Eigen::Index>(i)]));
    numbers.push_back(p[i].value());
    TC_CHECK(numbers[i] >= 0, argument_error,
             "one_hot: probability {} is {}; it must not be negative", i, numbers[i]);
    total += numbers[i];
  }
  TC_CHECK(std::abs(total - 1) <= 1e-6, argument_error,
           "one_hot: the probabilities sum to {}, not to 1", total);
  auto made = detail::numbers_like(probabilities);
  using Number = std::remove_cvref_t<decltype(made[0])>;
  const auto outcomes = drawn.relaxation
                            ? detail::draw_relaxed_outcomes(drawn, p, numbers, site)
                            : detail::certain_outcome(count, detail::draw_categorical(p, site));
  if constexpr (detail::expression<Number>) {
    if (!outcomes.slopes.empty()) {
      // Of s = softmax(y), ds_i = s_i (dy_i - sum_j s_j dy_j); what stands for dy has the value 0.
      const auto change = [&](std::size_t i) { return outcomes.slopes[i] * (p[i] - numbers[i]); };
      Number mean_change = 0;
      for (std::size_t i = 0; i < count; ++i) mean_change += outcomes.values[i] * change(i);
      for (std::size_t i = 0; i < count; ++i)
        made[static_cast<Eigen::Index>(i)] =
            outcomes.values[i] + outcomes.values[i] * (change(i) - mean_change);
      return made;
    }
  }
  for (std::size_t i = 0; i < count; ++i)
    made[static_cast<Eigen::Index>(i)] = static_cast<Number>(outcomes.values[i]);
  return made;
}

namespace detail {

template <class Program, class... Arguments>
auto run_concrete(const Program& program, const concrete_options& options,
                  const Arguments&... arguments) {
  TC_CHECK(options.samples >= 2, argument_error,
           "concrete: at least 2 samples are needed for an error, got {}", options.samples);
  TC_CHECK(options.temperature > 0, argument_error,
           "concrete: the temperature must be positive, got {}", options.temperature);
  const std::tuple<Arguments...> point{arguments...};
  relaxation relaxed;
  relaxed.temperature = options.temperature;
  estimate_options as_estimate;
  as_estimate.samples = options.samples;
  as_estimate.seed = options.seed;
  std::size_t evaluations = 0;
  auto estimate = run_samples(program, as_estimate, false, evaluations, point, &relaxed);
  if (!estimate) estimate = run_samples(program, as_estimate, true, evaluations, point, &relaxed);
  estimate->evaluations = evaluations;
  return *std::move(estimate);
}

template <class Program, class... Arguments>
auto run_rebar(const Program& program, const rebar_options& options,
               const Arguments&... arguments) {
  TC_CHECK(options.samples >= 2, argument_error,
           "rebar: at least 2 samples are needed for a baseline and an error, got {}",
           options.samples);
  TC_CHECK(options.temperature > 0, argument_error,
           "rebar: the temperature must be positive, got {}", options.temperature);
  const std::tuple<Arguments...> point{arguments...};
  constexpr std::size_t block = 64 * samples_a_shard;
  const std::size_t n = options.samples, width = flatten(point).size();
  const random_key key = random_key(options.seed).split(0x72656261);
  const adjoint_slot first_slot = next_slot_of_thread<double>();
  auto* const book = ledger_in_use();
  using Shard = rebar_shard<Program, Arguments...>;
  running_moments values(1), gradients(width);
  rebar_fit fit;
  std::size_t evaluations = 0, sweeps = 0;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t end = std::min(n, first + block);
    const std::size_t shards = (end - first + samples_a_shard - 1) / samples_a_shard;
    std::vector<std::unique_ptr<Shard>> running(shards);
    parallel_for(shards, [&](std::size_t s) {
      const std::size_t begin = first + s * samples_a_shard;
      running[s] = std::make_unique<Shard>(program, point, key, begin,
                                           std::min(end, begin + samples_a_shard), first_slot,
                                           book != nullptr, options.temperature);
      running[s]->run(width);
    });
    // Samples of one fold have part in the weights of others only, also those of earlier blocks.
    for (const auto& shard : running) fit.add(shard->fit());
    const auto weights = fit.weights();
    parallel_for(shards, [&](std::size_t s) { running[s]->sweep(weights, width); });
    for (const auto& shard : running) {
      if (book) book->add(shard->book());
      values.add(shard->values());
      gradients.add(shard->gradients());
      evaluations += shard->evaluations();
      sweeps += shard->sweeps();
    }
  }
  expectation_estimate<typename gradient_shape<Arguments...>::type> estimate;
  estimate.value = values.mean[0];
  estimate.value_error = values.errors()[0];
  estimate.gradient = shape_gradient(gradients.mean, point);
  estimate.gradient_error = shape_gradient(gradients.errors(), point);
  estimate.evaluations = evaluations;
  estimate.sweeps = sweeps;
  double squares = 0;
  for (const double s : gradients.squares) squares += s;
  const double variance = fit.variance_under_mean();
  if (variance > 0) estimate.explained = 1 - squares / static_cast<double>(n - 1) / variance;
  return estimate;
}

}  // namespace detail

/// The function that estimates the expectation of the relaxed program, and its gradient by the
/// arguments: every `bernoulli(p)` is sigmoid((logit p + logit u) / temperature), u uniform, every
/// `one_hot(p)` is softmax((log p + Gumbel numbers) / temperature). The gradient goes along the
/// path through them. Other draws are what they are under `tc::estimate`. Value and gradient are
/// unbiased for the relaxed program, and biased for the program itself. As the temperature falls
/// the value goes to that of the program, and the variance of the gradient grows as the inverse of
/// the temperature. A draw whose probability is 0 or 1 is certain, and passes no gradient.
///
/// Returns what `tc::estimate` returns; of variables a variable whose derivative is the estimated
/// gradient.
///
/// Errors   argument_error for fewer than 2 samples, a temperature that is not positive, and a
///          program that decides by a hard branch after a relaxed draw. A branch on plain values of
///          draws (`tc::value`) is not noticed, and passes no gradient
/// Cost     a run and two sweeps a sample
template <class Program>
auto concrete(Program program, concrete_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...))
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_concrete(program, options, plain...); },
          arguments...);
    else
      return detail::run_concrete(program, options, arguments...);
  };
}

/// The function that estimates E[program(arguments)] and its gradient by the arguments, both
/// unbiased, where what the program draws by `bernoulli` and `one_hot` are the only draws whose
/// probabilities are differentiated. A sample runs the program with the outcomes b, with its draws
/// relaxed, s, and relaxed by other noise of the same outcomes, s'; its gradient is
///   (f(b) + c - eta f(s')) dlog p(b) + df(b) + eta (df(s) - df(s'))
/// (REBAR). Unlike in the paper, eta and the baseline -c are those of the least variance of the
/// gradient, summed over its numbers, over samples of other folds than the sample's own: no sample
/// has part in what is applied to it. The temperature is not fitted. An outcome whose probability
/// is 0 is never seen, nor how its probability moves. It needs a program that can
/// be computed with numbers in between, and pays where it is nearly linear in them.
///
/// Returns what `tc::estimate` returns, of variables a variable whose derivative is the estimated
/// gradient; `explained` is the part of the gradient's variance under the mean as a baseline
/// that c and eta take away.
///
/// Draws by `flip` and all others are the same in the three runs, and normal numbers pass their
/// gradient along the path.
///
/// Errors   argument_error for fewer than 2 samples, a temperature that is not positive, and where
///          it would be biased: draws whose probabilities or number depend on draws before,
///          differentiated probabilities of `flip`, `categorical`, `poisson` and `score_function`,
///          and a hard branch after a relaxed draw. The last is also met where the branch has
///          nothing to do with the draw; and a branch on plain values (`tc::value`) is not noticed
/// Cost     three runs a sample, each of which is swept twice, that of b three times
template <class Program>
auto rebar(Program program, rebar_options options = {}) {
  return [program = std::move(program), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...))
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_rebar(program, options, plain...); },
          arguments...);
    else
      return detail::run_rebar(program, options, arguments...);
  };
}

}  // namespace tc
