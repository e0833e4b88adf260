// tensacode/control/detail/antithetic_pair.hpp -- pairs of runs whose flips tend to differ.
// Layer 3. Two runs A and B of a program, the k-th flip of one drawn together with the k-th of the
// other so that they differ as often as they can; all other draws are independent. With f the
// results, a and b the probabilities of a pair of flips, and P_ij the probability that they come
// out i and j, the gradient is
//   sum over flips of (f_A - f_B) m_ij / P_ij,   m_11 + m_10 = da / 2, m_01 + m_00 = -da / 2,
//                                                m_11 + m_01 = -db / 2, m_10 + m_00 = db / 2
// It is unbiased, whatever the program's draws depend on. For let H be what both runs drew before.
// Given H and i, A's result does not depend on j, and the rows say that the mean of m_ij / P_ij is
// then half of A's score, s_A(1) = da / a, s_A(0) = -da / (1 - a); so f_A m_ij / P_ij has the mean
// of f_A s_A / 2. The columns say the same of -f_B. A flip that the other run has no partner for
// counts by half of its score, as every other draw does: the leave-one-out baseline of two.
//
// For independent flips of fixed number this is DisARM (Dong, Mnih & Tucker 2020, arXiv:2006.10680,
// after the ARM of Yin & Zhou 2019, arXiv:1807.11143): there a = b and da = db, so that flips which
// agree have m = 0. Where the runs have drawn the same so far, that is known. Where they have not,
// da and db may be different, and m_11 or m_00 is not 0: then flips agree at least a quarter as
// often as independent ones do, which bounds 1 / P_ij.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace tc::detail {

/// Of the frequency at which independent flips agree, the part that is left to pairs with different
/// pasts.
inline constexpr double least_agreement = 0.25;

/// A flip of a run of a pair.
struct paired_flip {
  double probability = 0;
  adjoint_slot slot = 0;  ///< of the probability
  bool heads = false;
  bool has_one_past = false;  ///< of a second run: both drew the same before
  double weight = 0;          ///< of the derivative of the probability, times the residual
};

/// How often the first of two flips, of probabilities a and b, is heads and the second is not.
inline double heads_then_tails(double a, double b, bool has_one_past) {
  const double farthest = std::min(a, 1 - b);
  if (has_one_past) return farthest;
  const double agreement = std::abs(a + b - 1), independent = a * b + (1 - a) * (1 - b);
  const double wanted = least_agreement * independent;
  if (agreement >= wanted) return farthest;
  const double part = (wanted - agreement) / (independent - agreement);
  return (1 - part) * farthest + part * a * (1 - b);
}

/// Draws the flips of two runs, one after the other.
struct paired_sampler : sampler {
  std::vector<paired_flip> flips;
  std::vector<std::size_t> logs_of_flips;  ///< which of the logarithms of probabilities
  const std::vector<paired_flip>* first_run = nullptr;  ///< null: this is the first
  bool has_one_past = false;

  void begin_run(const std::vector<paired_flip>* other) {
    first_run = other;
    flips.clear();
    logs_of_flips.clear();
    has_one_past = other != nullptr;
    this->flip_instead = [](sampler& drawn, double p, adjoint_slot slot) {
      return static_cast<paired_sampler&>(drawn).flip(p, slot);
    };
  }
  /// The logarithms of the probabilities of what is no flip.
  std::vector<adjoint_slot> take_other_logs() {
    auto logs = std::move(this->log_probabilities);
    for (const std::size_t k : logs_of_flips) logs[k] = 0;
    std::erase(logs, adjoint_slot{0});
    return logs;
  }

 private:
  bool flip(double p, adjoint_slot slot) {
    if (slot) logs_of_flips.push_back(this->log_probabilities.size());
    const double u = this->stream.uniform();
    const std::size_t k = flips.size();
    paired_flip now{.probability = p, .slot = slot, .heads = u < p};
    if (first_run && k < first_run->size()) {
      const paired_flip& before = (*first_run)[k];
      const double a = before.probability;
      // Something else was drawn if there were more draws than flips.
      has_one_past = has_one_past && this->draws == static_cast<double>(k) && a == p;
      now.has_one_past = has_one_past;
      const double only_first = heads_then_tails(a, p, has_one_past);
      const double only_second = only_first + (p - a);
      now.heads = before.heads ? u * a >= only_first : u * (1 - a) < only_second;
      has_one_past = has_one_past && now.heads == before.heads;
    }
    flips.push_back(now);
    return now.heads;
  }
};

/// The weights of the flips of both runs. The gradient of the pair is the mean of two rows, each
/// the weights times its run's residual, the result less that of the other run.
inline void weigh_flips(std::vector<paired_flip>& first, std::vector<paired_flip>& second) {
  const auto score = [](const paired_flip& f) {
    return f.heads ? 1 / f.probability : -1 / (1 - f.probability);
  };
  const std::size_t both = std::min(first.size(), second.size());
  for (std::size_t k = 0; k < both; ++k) {
    paired_flip &f = first[k], &g = second[k];
    const double a = f.probability, b = g.probability;
    const double only_first = heads_then_tails(a, b, g.has_one_past);
    const double only_second = only_first + (b - a);
    const double both_heads = std::max(0.0, a - only_first);
    const double both_tails = std::max(0.0, 1 - b - only_first);
    const double agree = both_heads + both_tails;
    // m_11 is this part of (da - db) / 2, and -m_00 the rest, so that both ways to agree weigh the
    // same.
    const double part = g.has_one_past || agree == 0 ? 0.5 : both_heads / agree;
    if (f.heads != g.heads) {
      const double weight = f.heads ? 1 / only_first : -1 / only_second;
      f.weight = weight * (f.heads ? 1 - part : part);
      g.weight = -weight * (f.heads ? part : 1 - part);
    } else {
      const double weight = g.has_one_past || agree == 0 ? 0.0 : 1 / agree;
      f.weight = g.weight = f.heads ? weight : -weight;
    }
  }
  for (std::size_t k = both; k < first.size(); ++k) first[k].weight = score(first[k]);
  for (std::size_t k = both; k < second.size(); ++k) second[k].weight = score(second[k]);
}

}  // namespace tc::detail
