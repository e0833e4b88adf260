// tensacode/control/smooth.hpp -- the gradient of a black box, by Gaussian smoothing.
// Layer 3. Of E f(x + s e), e normal, value and gradient need plain evaluations of f only, whatever
// it decides by: the gradient is E[f(x + s e) e] / s (Stein's lemma; as a method for optimisation
// Nesterov & Spokoiny 2017). Two things take variance out of it and leave it unbiased. Evaluations
// come in pairs x + s e, x - s e, of which half the difference d counts, so that the even part of f
// is gone. And its linear part is known: with a slope g from the pairs of other folds, the row of a
// pair is (d - s g.e) e / s + g. Not part of the room's door.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/expectation.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/core/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

struct smooth_options {
  double deviation = 1;       ///< in the units of the arguments
  std::size_t samples = 256;  ///< evaluations, in pairs; at least 4
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
};

namespace detail {

template <class F, class... Arguments>
auto run_smooth(const F& f, const smooth_options& options, const Arguments&... arguments) {
  TC_CHECK(options.deviation > 0, argument_error, "smooth: the deviation must be positive, got {}",
           options.deviation);
  TC_CHECK(options.samples >= 4, argument_error,
           "smooth: at least 4 samples are needed for an error, got {}", options.samples);
  const std::tuple<Arguments...> point{arguments...};
  const std::vector<double> x = flatten(point);
  const std::size_t width = x.size(), pairs = options.samples / 2;
  constexpr std::size_t pairs_a_chunk = 32;
  const std::size_t chunks = (pairs + pairs_a_chunk - 1) / pairs_a_chunk;
  const double s = options.deviation;
  const random_key key = random_key(options.seed).split(0x736d6f6f);
  const auto draw = [&](std::size_t pair, std::vector<double>& noise) {
    const random_key own = key.split(pair);
    for (std::size_t p = 0; p < width; ++p) noise[p] = own.normal(p);
  };
  const auto in_chunk = [&](std::size_t c, const auto& visit) {
    std::vector<double> noise(width);
    for (std::size_t i = c * pairs_a_chunk; i < std::min(pairs, (c + 1) * pairs_a_chunk); ++i) {
      draw(i, noise);
      visit(i, noise);
    }
  };

  // Evaluations, and the sum of the rows of each fold without a slope.
  std::vector<double> odd(pairs), even(pairs), sums(chunks * folds * width);
  parallel_for(chunks, [&](std::size_t c) {
    std::vector<double> moved(width);
    in_chunk(c, [&](std::size_t i, const std::vector<double>& noise) {
      const auto at = [&](double t) {
        for (std::size_t p = 0; p < width; ++p) moved[p] = x[p] + t * noise[p];
        return static_cast<double>(value(call_with(f, unflatten(moved, point))));
      };
      const double above = at(s), below = at(-s);
      odd[i] = 0.5 * (above - below);
      even[i] = 0.5 * (above + below);
      double* sum = sums.data() + (c * folds + i % folds) * width;
      for (std::size_t p = 0; p < width; ++p) sum[p] += odd[i] * noise[p] / s;
    });
  });

  // The slope for each fold. That of a linear function, by n pairs, is off by (width + 1) / n of
  // its square; it is shrunk by as much.
  std::vector<double> slopes(folds * width);
  for (std::size_t k = 0; k < folds; ++k) {
    std::size_t count = 0;
    for (std::size_t other = 0; other < folds; ++other)
      if (other != k && other < pairs) count += (pairs - other + folds - 1) / folds;
    const double shrunk = 1 / static_cast<double>(count + width + 1);
    for (std::size_t c = 0; c < chunks; ++c)
      for (std::size_t other = 0; other < folds; ++other)
        for (std::size_t p = 0; p < width && other != k; ++p)
          slopes[k * width + p] += shrunk * sums[(c * folds + other) * width + p];
  }

  using moments = running_moments<deferred<void, F>>;
  std::vector<moments> of_chunk(chunks, moments(width));
  parallel_for(chunks, [&](std::size_t c) {
    std::vector<double> row(width);
    in_chunk(c, [&](std::size_t i, const std::vector<double>& noise) {
      const double* slope = slopes.data() + (i % folds) * width;
      double rest = odd[i];
      for (std::size_t p = 0; p < width; ++p) rest -= s * slope[p] * noise[p];
      for (std::size_t p = 0; p < width; ++p) row[p] = rest * noise[p] / s + slope[p];
      of_chunk[c].add(row.data());
    });
  });
  moments gradients(width), values(1);
  for (const auto& part : of_chunk) {
    const double both = gradients.count + part.count;
    for (std::size_t p = 0; p < width; ++p) {
      const double d = part.mean[p] - gradients.mean[p];
      gradients.squares[p] += part.squares[p] + d * d * gradients.count * part.count / both;
      gradients.mean[p] += d * part.count / both;
    }
    gradients.count = both;
  }
  for (const double& each : even) values.add(&each);

  expectation_estimate<typename gradient_shape<Arguments...>::type> result;
  result.value = values.mean[0];
  result.value_error = values.errors()[0];
  result.gradient = shape_gradient(gradients.mean, point);
  result.gradient_error = shape_gradient(gradients.errors(), point);
  result.evaluations = 2 * pairs;
  return result;
}

}  // namespace detail

/// The function that estimates E f(x + deviation e), e standard normal, and its gradient by x, from
/// values of `f` alone, which is called with plain numbers and may decide by them as it likes. All
/// floating-point numbers of the arguments are smoothed. Of variables it is a variable whose
/// derivative is the estimated gradient.
///
/// Errors   argument_error unless the deviation is positive, and for fewer than 4 samples
/// Cost     `samples` evaluations on all threads; the variance of a gradient grows with the number
///          of arguments where f is not linear
template <class F>
auto smooth(F f, smooth_options options = {}) {
  return [f = std::move(f), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...))
      return detail::estimate_as_variable<F>(
          [&](const auto&... plain) { return detail::run_smooth(f, options, plain...); },
          arguments...);
    else
      return detail::run_smooth(f, options, arguments...);
  };
}

}  // namespace tc
