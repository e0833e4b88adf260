// tensacode/control/detail/path_walk.hpp -- leads a random program along each of its paths.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/core/error.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace tc::detail {

/// Thrown out of a program if not all of its paths can be run.
struct paths_end {};

/// Tells a program what to choose, so that each of its runs takes another path. A run repeats the
/// choices of the run before it, up to the last choice that has an outcome left to try. There it
/// takes the next outcome.
struct path_walk {
  struct fork {
    std::size_t outcome;
    std::vector<std::size_t> others;  ///< still to be taken, the next one last
  };
  std::size_t most;  ///< more paths than this are not run
  std::vector<fork> forks;
  std::size_t next = 0;                ///< the fork that this run reaches next
  std::size_t finished = 0, open = 0;  ///< paths that were run, and that are known and still to run
  const char* drew = nullptr;          ///< the draw whose outcomes cannot be enumerated, if any
  bool stopped = false;
  var weight = 1;  ///< the probability of the choices so far

  explicit path_walk(std::size_t most_paths) : most(most_paths) {}

  void begin_path(const var& weight_of_start = 1) {
    next = 0;
    weight = weight_of_start;
  }
  /// Moves on to the next path. Returns false if there is none.
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
  /// The outcome of the next choice; outcome i has probability `probabilities[i]`. An outcome of
  /// probability 0 is tried if its probability has a derivative.
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

}  // namespace tc::detail
