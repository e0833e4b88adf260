// tensacode/control/rebar.hpp -- the REBAR estimator: unbiased gradients of discrete draws, with
// the relaxed program as a control variate. Layer 3. SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/bernoulli.hpp>
#include <tensacode/control/detail/rebar_shard.hpp>
#include <tensacode/control/detail/relaxation.hpp>
#include <tensacode/control/expectation.hpp>
#include <tensacode/core/parallel.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {

struct rebar_options {
  std::size_t samples = 256;  ///< at least 2; each takes three runs of the program
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
  double temperature = 0.3;   ///< positive; temperature of the relaxed runs
};

namespace detail {

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
    // The weights of a fold are fitted on the other folds only, over this and all earlier blocks.
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

/// Returns a function that estimates E[program(arguments)] and its gradient with respect to the
/// arguments, both unbiased (REBAR, Tucker et al. 2017, arXiv:1703.07370). Only the probabilities
/// of `bernoulli` and `one_hot` may be differentiated. The program must also run on numbers between
/// 0 and 1 in their place. The estimator pays off if the program is nearly linear in them.
///
/// Each sample runs the program three times: with the discrete outcomes b, with the relaxed draws
/// s, and with relaxed draws s' from new noise that gives the same outcomes. Its gradient is
///   (f(b) + c - eta f(s')) dlog p(b) + df(b) + eta (df(s) - df(s'))
/// Unlike in the paper, eta and the baseline -c minimise the variance of the gradient, summed over
/// its components. They are fitted on the samples of other folds, so that the estimate stays
/// unbiased. The temperature is not fitted. An outcome of probability 0 is never drawn, so the
/// derivative of its probability is missing from the gradient.
///
/// All other draws are the same in the three runs. Normal draws pass their gradient along the path.
///
/// The function returns what `tc::estimate` returns; `explained` is the fraction of the gradient's
/// variance, with the mean as the baseline, that c and eta remove. Called with variables it returns
/// a variable whose derivative is the estimated gradient.
///
/// Errors   argument_error for fewer than 2 samples, a temperature that is not positive, and
///          programs for which the estimate would be biased: if probabilities or the number of
///          draws depend on earlier draws; if the probability of a `flip`, `categorical`, `poisson`
///          or `score_function` is differentiated; if a hard branch follows a relaxed draw, even
///          one that does not depend on it. A branch on a plain value (`tc::value`) is not noticed
/// Cost     three runs for each sample; two are swept twice and that of b three times
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
