// tensacode/control/random_choice.hpp -- random choices inside a program, and their scores.
// Layer 3. While `tc::estimate` runs a sample, this thread has a sampler: a random stream that
// belongs to the sample alone, and a record of what was drawn. A choice leaves the logarithm of its
// probability, where the score function's gradient comes from (Williams 1992), and increments of
// mean zero with the derivatives of their means, from which expectation.hpp makes control variates.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/core/random.hpp>
#include <tensacode/reflect/attributes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc {
namespace detail {

/// A function of one draw, of mean zero given what came before.
struct choice_increment {
  std::uint32_t channel = 0;  ///< which function of which site
  adjoint_slot mean = 0;      ///< of a variable with the derivatives of its mean; 0 for none
  double increment = 0;
  // What was known before the draw: a parameter of it, the sum of increments, the draws so far.
  double parameter = 0, sum = 0, draws = 0;
};

/// Thrown out of a program whose paths cannot all be run.
struct paths_end {};

/// `Lazy`: see core/deferred.hpp. Leads a program along its paths, one run after the other, by what
/// it is to choose: each run repeats the choices of the one before up to the last that had another
/// outcome.
struct path_walk {
  struct fork {
    std::size_t outcome;
    std::vector<std::size_t> others;  ///< still to be taken, the next one last
  };
  std::size_t most;  ///< paths
  std::vector<fork> forks;
  std::size_t next = 0;                ///< the fork that the run comes to
  std::size_t finished = 0, open = 0;  ///< paths
  const char* drew = nullptr;          ///< what has no outcomes to count
  bool stopped = false;
  var weight = 1;  ///< the probability of the choices so far

  explicit path_walk(std::size_t most_paths) : most(most_paths) {}

  void begin_path(const var& weight_of_start = 1) {
    next = 0;
    weight = weight_of_start;
  }
  /// False if that was the last path.
  bool end_path() {
    ++finished;
    for (; !forks.empty(); forks.pop_back()) {
      fork& last = forks.back();
      if (last.others.empty()) continue;
      last.outcome = last.others.back();
      last.others.pop_back();
      --open;
      return true;
    }
    return false;
  }
  [[noreturn]] void stop() {
    stopped = true;
    throw paths_end{};
  }
  /// An outcome, `probabilities[i]` that of i. One of probability 0 is possible if that moves with
  /// what is differentiated by.
  template <class Probabilities>
  std::size_t choose(const Probabilities& probabilities) {
    if (stopped) stop();
    if (next == forks.size()) {
      fork here{};
      for (std::size_t i = std::size(probabilities); i-- > 0;)
        if (probabilities[i].value() > 0 || probabilities[i].slot()) here.others.push_back(i);
      here.outcome = here.others.back();
      here.others.pop_back();
      open += here.others.size();
      forks.push_back(std::move(here));
      if (finished + 1 + open > most) stop();
    }
    const std::size_t outcome = forks[next++].outcome;
    if (outcome >= std::size(probabilities))
      throw tc::error(
          "enumerate: the program does not repeat its choices: it decides by something else than "
          "its arguments and tc::flip, tc::categorical");
    weight = weight * probabilities[outcome];
    return outcome;
  }
};

struct relaxation;  // detail/relaxation.hpp

struct sampler {
  /// A site of choices and the first of its channels.
  struct choice_site {
    control_site site;
    std::uint32_t first_channel, channels;
  };

  path_walk* paths = nullptr;  ///< who chooses instead of the stream
  /// Who flips with a probability instead of the stream; see detail/antithetic_pair.hpp.
  bool (*flip_instead)(sampler&, double, adjoint_slot) = nullptr;
  detail::relaxation* relaxation = nullptr;  ///< of draws that may be relaxed
  random_stream stream;
  std::vector<adjoint_slot> log_probabilities;
  std::vector<choice_increment> increments;
  std::vector<choice_site> sites;
  std::uint32_t channels = 0;
  double sum = 0, draws = 0;
  bool continuous_by_score = false;
  bool drew_continuously = false;  ///< by differentiable parameters
  std::size_t decisions = 0;       ///< of this thread, before the first such draw

  /// First channel of a site.
  std::uint32_t channels_of(const control_site& site, std::uint32_t count) {
    for (const auto& known : sites)
      if (known.channels >= count && is_one_site(known.site, site)) return known.first_channel;
    sites.push_back({site, channels, count});
    return std::exchange(channels, channels + count);
  }
  void add(std::uint32_t channel, double increment, double parameter, adjoint_slot mean) {
    increments.push_back({channel, mean, increment, parameter, sum, draws});
  }
  void end_of_choice(double first_increment) {
    sum += first_increment;
    ++draws;
  }
  /// Before a draw whose outcomes are not counted.
  void need_stream(const char* what) {
    if (!paths) return;
    paths->drew = what;
    paths->stop();
  }
  void draw_continuously() {
    if (!std::exchange(drew_continuously, true)) decisions = hard_decisions;
  }
  /// Whether the derivatives along the path are all: no branch was taken after a continuous draw.
  bool is_smooth() const { return !drew_continuously || decisions == hard_decisions; }
  void begin(random_key key) {
    stream = random_stream{key};
    log_probabilities.clear();
    increments.clear();
    sum = draws = 0;
    drew_continuously = false;
  }

  static bool is_one_site(const control_site& a, const control_site& b) {
    if (a.label || b.label) return a.label == b.label;
    return a.where.line() == b.where.line() && a.where.column() == b.where.column() &&
           a.where.file_name() == b.where.file_name();
  }
};

inline constinit thread_local sampler* current_sampler = nullptr;

class sampler_scope {
 public:
  template <class Sampler>  // see core/deferred.hpp
  explicit sampler_scope(Sampler& s) : enclosing_(std::exchange(current_sampler, &s)) {}
  sampler_scope(const sampler_scope&) = delete;
  sampler_scope& operator=(const sampler_scope&) = delete;
  ~sampler_scope() { current_sampler = enclosing_; }

 private:
  sampler* enclosing_;
};

inline sampler& sampler_in_use(const char* what) {
  // A part whose first run records nothing is run again in the sweep, and would draw anew.
  if (!current_sampler || (!current_tape<double> && paused_tape<double>))
    throw tc::error(
        format("{}: random choices are made inside a program run by tc::estimate or "
               "tc::expectation, and not in a part of it that its sweep runs again: a loop with "
               "snapshots, tc::checkpoint",
               what));
  return *current_sampler;
}

/// A parameter of a draw as a variable.
template <class T>
var parameter_of(const T& x) {
  if constexpr (expression<T>) {
    using Variable = basic_var<typename T::scalar_type>;
    const Variable variable(x);
    if constexpr (std::is_same_v<Variable, var>) {
      return variable;
    } else {
      if (variable.slot())
        throw tc::error("a random choice has first derivatives only, by tc::estimate");
      return static_cast<double>(value(variable));
    }
  } else {
    return static_cast<double>(value(x));
  }
}
inline void add_log_probability(sampler& drawn, const var& log_probability) {
  if (log_probability.slot()) drawn.log_probabilities.push_back(log_probability.slot());
}

/// What a draw of a continuous distribution returns beside its parameters.
template <class A, class B>
using drawn_number = std::conditional_t<expression<A> || expression<B>, var, double>;

}  // namespace detail

/// True with probability p. A hard branch may depend on it: the gradient of the expectation by p
/// comes from the score of the choice.
///
/// Errors   argument_error unless 0 <= p <= 1; error outside of an estimate
template <class Probability>
  requires detail::scalar_operand<Probability>
bool flip(const Probability& p, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("flip");
  const auto q = detail::parameter_of(p);  // not `var`: see core/deferred.hpp
  TC_CHECK(q.value() >= 0 && q.value() <= 1, argument_error,
           "flip: the probability must be in [0, 1], got {}", q.value());
  if (drawn.paths) return drawn.paths->choose(std::array<var, 2>{q, 1 - q}) == 0;
  const bool heads = drawn.flip_instead ? drawn.flip_instead(drawn, q.value(), q.slot())
                                        : drawn.stream.uniform() < q.value();
  if (q.slot()) detail::add_log_probability(drawn, heads ? var(log(q)) : var(log1p(-q)));
  const double increment = heads - q.value();
  drawn.add(drawn.channels_of(site, 1), increment, q.value(), q.slot());
  drawn.end_of_choice(increment);
  return heads;
}

namespace detail {

/// `tc::categorical(probabilities)`, which is called through the attribute of that name: i with
/// probability `probabilities[i]`, a vector, array, or Eigen or tensor vector of numbers or
/// variables. Gradients as those of `flip`.
///
/// Errors   argument_error for a negative probability, or if they do not sum to 1 within 1e-6;
///          error outside of an estimate
template <class Probabilities>
std::size_t draw_categorical(const Probabilities& probabilities, const control_site& site) {
  auto& drawn = sampler_in_use("categorical");
  const auto count = static_cast<std::size_t>(std::size(probabilities));
  TC_CHECK(count > 0, argument_error, "categorical: there are no probabilities");
  std::vector<var> p;
  p.reserve(count);
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    p.push_back(parameter_of(probabilities[static_cast<Eigen::Index>(i)]));
    TC_CHECK(p[i].value() >= 0, argument_error,
             "categorical: probability {} is {}; it must not be negative", i, p[i].value());
    total += p[i].value();
  }
  TC_CHECK(std::abs(total - 1) <= 1e-6, argument_error,
           "categorical: the probabilities sum to {}, not to 1", total);
  if (drawn.paths) return drawn.paths->choose(p);
  const double u = drawn.stream.uniform() * total;
  std::size_t chosen = 0;
  double below = p[0].value();
  // The last one that is possible takes what rounding leaves.
  for (std::size_t i = 1; i < count; ++i) {
    if (u >= below && p[i].value() > 0) chosen = i;
    below += p[i].value();
  }
  if (p[chosen].slot()) add_log_probability(drawn, log(p[chosen]));
  const auto first = drawn.channels_of(site, static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i)
    drawn.add(first + static_cast<std::uint32_t>(i), (i == chosen) - p[i].value(), p[i].value(),
              p[i].slot());
  drawn.end_of_choice(static_cast<double>(chosen));
  return chosen;
}
template <class Probabilities>
std::size_t call_by_name(flag_attribute<"categorical">, const Probabilities& probabilities,
                         const char* label, std::source_location where) {
  return draw_categorical(probabilities, control_site(label, where));
}

}  // namespace detail

/// A normal number. Its gradient is path-wise, mean + deviation * noise, as long as the program
/// decides nothing by a hard branch after it; else the draw counts as a plain number, and its
/// gradient comes from its score.
///
/// Errors   argument_error unless the deviation is positive; error outside of an estimate
template <class Mean, class Deviation>
  requires detail::scalar_operand<Mean> && detail::scalar_operand<Deviation>
auto normal(const Mean& mean, const Deviation& deviation, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("normal");
  const auto m = detail::parameter_of(mean), s = detail::parameter_of(deviation);
  TC_CHECK(s.value() > 0, argument_error, "normal: the deviation must be positive, got {}",
           s.value());
  drawn.need_stream("normal");
  const double noise = drawn.stream.normal();
  const bool differentiable = m.slot() || s.slot();
  if (differentiable) drawn.draw_continuously();
  const double x = m.value() + s.value() * noise;
  const bool by_score = differentiable && drawn.continuous_by_score;
  // Hermite polynomials of the noise, of variance 1; the means of the first two move with the
  // parameters.
  const auto first = drawn.channels_of(site, 4);
  const double n2 = noise * noise;
  var mean_of_first, mean_of_second;
  if (by_score) {
    const auto standardised = (x - m) / s;
    detail::add_log_probability(drawn, -0.5 * standardised * standardised - log(s));
    if (m.slot()) mean_of_first = m / s.value();
    if (s.slot()) mean_of_second = s * (std::numbers::sqrt2 / s.value());
  }
  drawn.add(first, noise, m.value(), mean_of_first.slot());
  drawn.add(first + 1, (n2 - 1) / std::numbers::sqrt2, m.value(), mean_of_second.slot());
  drawn.add(first + 2, noise * (n2 - 3) / std::sqrt(6.0), m.value(), 0);
  drawn.add(first + 3, (n2 * n2 - 6 * n2 + 3) / std::sqrt(24.0), m.value(), 0);
  drawn.end_of_choice(noise);
  using Number = detail::drawn_number<Mean, Deviation>;
  if constexpr (std::is_same_v<Number, var>)
    return by_score ? var(x) : var(m + s * noise);
  else
    return x;
}

/// A number uniform in [a, b). Its gradient by the bounds is path-wise.
///
/// Errors   argument_error unless a <= b, and where the program decides by a hard branch after a
///          draw with differentiable bounds, since no score exists; error outside of an estimate
template <class Low, class High>
  requires detail::scalar_operand<Low> && detail::scalar_operand<High>
auto uniform(const Low& a, const High& b, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("uniform");
  const auto low = detail::parameter_of(a), high = detail::parameter_of(b);
  TC_CHECK(low.value() <= high.value(), argument_error, "uniform: the bounds {} and {} are turned",
           low.value(), high.value());
  const bool differentiable = low.slot() || high.slot();
  TC_CHECK(!differentiable || !drawn.continuous_by_score, argument_error,
           "uniform: the bounds are differentiable, and a hard branch follows: where the density "
           "ends depends on them, so that there is no score. Draw from constant bounds, or use a "
           "gate or score_function at the branch");
  drawn.need_stream("uniform");
  if (differentiable) drawn.draw_continuously();
  const double u = drawn.stream.uniform();
  // Legendre polynomials, of variance 1.
  const auto first = drawn.channels_of(site, 2);
  const double centred = 2 * u - 1;
  drawn.add(first, std::numbers::sqrt3 * centred, low.value(), 0);
  drawn.add(first + 1, std::sqrt(5.0) * 0.5 * (3 * centred * centred - 1), low.value(), 0);
  drawn.end_of_choice(centred);
  using Number = detail::drawn_number<Low, High>;
  if constexpr (std::is_same_v<Number, var>)
    return var(low + (high - low) * u);
  else
    return low.value() + (high.value() - low.value()) * u;
}

/// A Poisson number of that rate. Gradients as those of `flip`.
///
/// Errors   argument_error unless 0 <= rate < 1e9; error outside of an estimate
template <class Rate>
  requires detail::scalar_operand<Rate>
std::size_t poisson(const Rate& rate, control_site site = {}) {
  auto& drawn = detail::sampler_in_use("poisson");
  const auto r = detail::parameter_of(rate);
  TC_CHECK(r.value() >= 0 && r.value() < 1e9, argument_error,
           "poisson: the rate must be in [0, 1e9), got {}", r.value());
  drawn.need_stream("poisson");
  // In parts of at most 500, whose probability of 0 is a normal number (the sum of independent
  // Poisson numbers is one); each by inversion.
  std::size_t count = 0;
  for (double rest = r.value(); rest > 0;) {
    const double part = std::min(rest, 500.0);
    rest -= part;
    const double u = drawn.stream.uniform();
    double term = std::exp(-part), below = term;
    for (std::size_t k = 1; u >= below && term > 0; ++k) {
      term *= part / static_cast<double>(k);
      below += term;
      ++count;
    }
  }
  const auto n = static_cast<double>(count);
  if (r.slot()) detail::add_log_probability(drawn, n * log(r) - r);
  const double deviation = std::sqrt(std::max(r.value(), 1e-300));
  var mean;
  if (r.slot()) mean = r / deviation;
  const double increment = (n - r.value()) / deviation;
  drawn.add(drawn.channels_of(site, 1), increment, r.value(), mean.slot());
  drawn.end_of_choice(increment);
  return count;
}

}  // namespace tc
