// tensacode/control/detail/run_samples.hpp -- runs the samples of an estimate on all threads.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/detail/control_variates.hpp>
#include <tensacode/control/detail/running_moments.hpp>
#include <tensacode/control/detail/sample_shard.hpp>
#include <tensacode/control/enumeration.hpp>
#include <tensacode/control/estimate_options.hpp>
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
#include <tuple>
#include <utility>
#include <vector>

namespace tc::detail {

/// One thread runs this many samples one after the other, on one tape.
inline constexpr std::size_t samples_a_shard = 64;

/// Runs all samples and makes the estimate. `by_score`: continuous draws get their gradient from
/// their score instead of along the path. Returns nothing if the program takes a hard branch after
/// a continuous draw, so that it must be run `by_score`.
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

    // Each shard numbers the sites in the order in which it met them. The fit needs one numbering.
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
    // The two samples of a pair depend on each other, so a pair counts as one.
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

}  // namespace tc::detail
