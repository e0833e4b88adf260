// tensacode/control/detail/sampler.hpp -- makes the draws of a run of a random program, and records
// them.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/control/detail/path_walk.hpp>
#include <tensacode/control/estimator.hpp>
#include <tensacode/core/random.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace tc::detail {

/// A function of one draw that has mean zero, whatever was drawn before.
struct choice_increment {
  std::uint32_t channel = 0;  ///< identifies the function and the site
  adjoint_slot mean = 0;      ///< slot of a variable that has the derivatives of the mean; 0: none
  double increment = 0;
  // Known before the draw: a parameter of it, the sum of the increments and the number of draws.
  double parameter = 0, sum = 0, draws = 0;
};

struct relaxation;  // detail/relaxation.hpp

struct sampler {
  /// A site that draws, and the numbers of its channels. Each channel is one increment function.
  struct choice_site {
    control_site site;
    std::uint32_t first_channel, channels;
  };

  path_walk* paths = nullptr;  ///< if set, it makes the choices instead of the stream
  /// If set, it makes the flips instead of the stream. Its arguments are the sampler, the
  /// probability and the slot of the probability; see detail/antithetic_pair.hpp.
  bool (*flip_instead)(sampler&, double, adjoint_slot) = nullptr;
  detail::relaxation* relaxation = nullptr;  ///< if set, it relaxes `bernoulli` and `one_hot`
  random_stream stream;
  std::vector<adjoint_slot> log_probabilities;
  std::vector<choice_increment> increments;
  std::vector<choice_site> sites;
  std::uint32_t channels = 0;
  double sum = 0, draws = 0;
  bool continuous_by_score = false;
  bool drew_continuously = false;  ///< whether a continuous draw had differentiable parameters
  std::size_t decisions = 0;       ///< `hard_decisions` of this thread at the first such draw

  /// The first of the `count` channels of a site.
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
  /// Called before a draw whose outcomes cannot be enumerated. Ends an enumeration.
  void need_stream(const char* what) const {
    if (!paths) return;
    paths->drew = what;
    paths->stop();
  }
  void draw_continuously() {
    if (!std::exchange(drew_continuously, true)) decisions = hard_decisions;
  }
  /// Whether the derivatives along the path are complete: no hard branch followed a continuous
  /// draw.
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
  template <class Sampler>
  explicit sampler_scope(Sampler& s) : enclosing_(std::exchange(current_sampler, &s)) {}
  sampler_scope(const sampler_scope&) = delete;
  sampler_scope& operator=(const sampler_scope&) = delete;
  ~sampler_scope() { current_sampler = enclosing_; }

 private:
  sampler* enclosing_;
};

inline sampler& sampler_in_use(const char* what) {
  // A checkpointed part records nothing at first, and the sweep runs it again. It would then draw
  // other numbers.
  if (!current_sampler || (!current_tape<double> && paused_tape<double>))
    throw tc::error(
        format("{}: random choices are made inside a program run by tc::estimate or "
               "tc::expectation, and not in a part of it that its sweep runs again: a loop with "
               "snapshots, tc::checkpoint",
               what));
  return *current_sampler;
}

inline void add_log_probability(sampler& drawn, const var& log_probability) {
  if (log_probability.slot()) drawn.log_probabilities.push_back(log_probability.slot());
}

/// The result type of a continuous draw: a variable if one of its parameters is one.
template <class A, class B>
using drawn_number = std::conditional_t<expression<A> || expression<B>, var, double>;

}  // namespace tc::detail
