// tensacode/control/smooth.hpp -- the gradient of a black box, by Gaussian smoothing.
// Layer 3. The smoothed function is E f(x + s e), where e is standard normal. Its gradient is
// E[f(x + s e) e] / s (Stein's lemma; as a method for optimisation Nesterov & Spokoiny 2017), which
// needs only values of f. Two control variates reduce the variance and keep the estimate unbiased:
//   - Evaluations come in pairs x + s e, x - s e, and the gradient uses only d, half of their
//     difference. So the even part of f cancels.
//   - A slope g is fitted on the pairs of other folds. A pair then gives (d - s g.e) e / s + g, so
//     the linear part of f adds no variance.
// control.hpp does not include this file.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/expectation.hpp>
#include <tensacode/core/normal_numbers.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/core/random.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace tc {

struct smooth_options {
  double deviation = 1;       ///< standard deviation of the noise, in the units of the arguments
  std::size_t samples = 256;  ///< number of evaluations, made in pairs; at least 4
  std::uint64_t seed = 1;     ///< the same seed gives the same bits at any number of threads
};

namespace detail {

/// Calls `f(i)` for i in [0, n). It uses all threads if the first call shows that there is enough
/// work, and this thread alone if not, since starting threads takes some microseconds.
template <class F>
void parallel_where_it_pays(std::size_t n, const F& f) {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  f(std::size_t{0});
  if ((clock::now() - start) * (n - 1) > std::chrono::microseconds(50))
    parallel_for(n - 1, [&](std::size_t i) { f(i + 1); });
  else
    for (std::size_t i = 1; i < n; ++i) f(i);
}

template <class F, class... Arguments>
auto run_smooth(const F& f, const smooth_options& options, const Arguments&... arguments) {
  TC_CHECK(options.deviation > 0, argument_error, "smooth: the deviation must be positive, got {}",
           options.deviation);
  TC_CHECK(options.samples >= 4, argument_error,
           "smooth: at least 4 samples are needed for an error, got {}", options.samples);
  const std::tuple<Arguments...> point{arguments...};
  const std::vector<double> x = flatten(point);
  const std::size_t width = x.size(), pairs = options.samples / 2;
  constexpr std::size_t pairs_a_chunk = 128, most_kept = std::size_t{1} << 20;
  const std::size_t chunks = (pairs + pairs_a_chunk - 1) / pairs_a_chunk;
  const double s = options.deviation;
  const normal_numbers draw(random_key(options.seed).split(0x736d6f6f));
  using column = Eigen::ArrayXd;
  using columns = Eigen::ArrayXXd;
  const auto size_of = [&](std::size_t c) {
    return std::min(pairs - c * pairs_a_chunk, pairs_a_chunk);
  };
  // The noise of one chunk: a row for each pair, a column for each scalar argument.
  const auto draw_chunk = [&](std::size_t c) {
    columns noise(size_of(c), width);
    for (std::size_t p = 0; p < width; ++p) {
      double* const of_argument = noise.data() + p * size_of(c);
      for (std::size_t i = 0; i < size_of(c); ++i)
        of_argument[i] = draw((c * pairs_a_chunk + i) * width + p);
    }
    return noise;
  };
  // Each chunk is cut into folds of consecutive rows. Calls visit(fold, first row, number of rows).
  const auto in_folds = [&](std::size_t c, const auto& visit) {
    for (std::size_t k = 0; k < folds; ++k) {
      const std::size_t begin = size_of(c) * k / folds, end = size_of(c) * (k + 1) / folds;
      if (begin < end) visit(k, begin, end - begin);
    }
  };

  // First pass: evaluate f, and sum the rows d e / s of each fold. If the noise would take too much
  // memory it is not kept but drawn again in the second pass.
  column odd(pairs), even(pairs);
  columns sums = columns::Zero(width, chunks * folds);
  std::vector<columns> kept(pairs * width <= most_kept ? chunks : 0);
  parallel_where_it_pays(chunks, [&](std::size_t c) {
    columns noise = draw_chunk(c);
    std::vector<double> moved(width);
    for (std::size_t i = 0; i < size_of(c); ++i) {
      const auto at = [&](double t) {
        // A single number needs no unflatten, which would cost more than a cheap f.
        if constexpr (sizeof...(Arguments) == 1 && (std::floating_point<Arguments> && ...)) {
          return static_cast<double>(value(f((Arguments(x[0] + t * noise(i, 0)), ...))));
        } else {
          for (std::size_t p = 0; p < width; ++p) moved[p] = x[p] + t * noise(i, p);
          return static_cast<double>(value(call_with(f, unflatten(moved, point))));
        }
      };
      const double above = at(s), below = at(-s);
      odd[c * pairs_a_chunk + i] = 0.5 * (above - below);
      even[c * pairs_a_chunk + i] = 0.5 * (above + below);
    }
    in_folds(c, [&](std::size_t k, std::size_t first, std::size_t count) {
      const auto odd_here = odd.segment(c * pairs_a_chunk + first, count);
      for (std::size_t p = 0; p < width; ++p)
        sums(p, c * folds + k) = (odd_here * noise.col(p).segment(first, count)).sum() / s;
    });
    if (!kept.empty()) kept[c] = std::move(noise);
  });

  // The slope for each fold, from the pairs of the other folds. For a linear function, the mean of
  // n rows is off by (width + 1) / n of the squared slope. It is shrunk by as much.
  columns slopes = columns::Zero(width, folds);
  std::array<std::size_t, folds> counts{};
  for (std::size_t c = 0; c < chunks; ++c)
    in_folds(c, [&](std::size_t k, std::size_t, std::size_t count) { counts[k] += count; });
  for (std::size_t k = 0; k < folds; ++k) {
    for (std::size_t c = 0; c < chunks; ++c)
      for (std::size_t other = 0; other < folds; ++other)
        if (other != k) slopes.col(k) += sums.col(c * folds + other);
    slopes.col(k) /= static_cast<double>(pairs - counts[k] + width + 1);
  }

  using moments = running_moments;
  std::vector<moments> of_chunk(chunks, moments(width));
  parallel_where_it_pays(chunks, [&](std::size_t c) {
    columns rows = kept.empty() ? draw_chunk(c) : std::move(kept[c]);
    in_folds(c, [&](std::size_t k, std::size_t first, std::size_t count) {
      column rest = odd.segment(c * pairs_a_chunk + first, count);
      for (std::size_t p = 0; p < width; ++p)
        rest -= s * slopes(p, k) * rows.col(p).segment(first, count);
      for (std::size_t p = 0; p < width; ++p) {
        auto row = rows.col(p).segment(first, count);
        row = rest * row * (1 / s) + slopes(p, k);
      }
    });
    of_chunk[c].count = static_cast<double>(size_of(c));
    for (std::size_t p = 0; p < width; ++p) {
      of_chunk[c].mean[p] = rows.col(p).mean();
      of_chunk[c].squares[p] = (rows.col(p) - of_chunk[c].mean[p]).square().sum();
    }
  });
  moments gradients(width);
  for (const auto& part : of_chunk) gradients.add(part);
  moments values(1);
  values.count = static_cast<double>(pairs);
  values.mean[0] = even.mean();
  values.squares[0] = (even - values.mean[0]).square().sum();

  expectation_estimate<typename gradient_shape<Arguments...>::type> result;
  result.value = values.mean[0];
  result.value_error = values.errors()[0];
  result.gradient = shape_gradient(gradients.mean, point);
  result.gradient_error = shape_gradient(gradients.errors(), point);
  result.evaluations = 2 * pairs;
  return result;
}

}  // namespace detail

/// Returns a function that estimates E f(x + deviation e) and its gradient with respect to x, where
/// e is standard normal. It calls `f` with plain numbers only, so `f` may branch on them. Noise is
/// added to every floating-point number in the arguments. Called with variables, the function
/// returns a variable whose derivative is the estimated gradient.
///
/// Errors   argument_error unless the deviation is positive, and for fewer than 4 samples
/// Cost     `samples` evaluations on all threads; if f is not linear, the variance of the gradient
///          grows with the number of arguments
template <class F>
auto smooth(F f, smooth_options options = {}) {
  return [f = std::move(f), options](const auto&... arguments) {
    if constexpr ((detail::has_variables<std::remove_cvref_t<decltype(arguments)>> || ...))
      return detail::estimate_as_variable(
          [&](const auto&... plain) { return detail::run_smooth(f, options, plain...); },
          arguments...);
    else
      return detail::run_smooth(f, options, arguments...);
  };
}

}  // namespace tc
