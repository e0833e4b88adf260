// tensacode/control/detail/antithetic_pair.hpp -- pairs of runs whose flips tend to differ.
// Layer 3. The program is run twice, as A and B. The k-th flips of the two runs are drawn together,
// such that they differ as often as possible. All other draws are independent. Let f_A and f_B be
// the results, a and b the probabilities of a pair of flips, da and db their derivatives, and P_ij
// the probability that the flips come out as i and j. The gradient of the pair is
//   sum over flips of (f_A - f_B) m_ij / P_ij,   m_11 + m_10 = da / 2, m_01 + m_00 = -da / 2,
//                                                m_11 + m_01 = -db / 2, m_10 + m_00 = db / 2
// It is unbiased, whatever the draws of the program depend on. Proof: let H be everything that both
// runs drew before this flip. Given H and i, the result of A does not depend on j. The sums over j
// above say that the mean of m_ij / P_ij is then half of A's score, where s_A(1) = da / a and
// s_A(0) = -da / (1 - a). So f_A m_ij / P_ij has the mean of f_A s_A / 2. The sums over i say the
// same of -f_B. A flip without a partner in the other run counts with half of its score, and so
// does every other draw. This is the leave-one-out baseline for two samples.
//
// For a fixed number of independent flips this is DisARM (Dong, Mnih & Tucker 2020,
// arXiv:2006.10680, after the ARM of Yin & Zhou 2019, arXiv:1807.11143). There a = b and da = db,
// so m = 0 for flips that agree. The same holds as long as both runs have drawn the same so far.
// After they have drawn differently, da and db may differ, and m_11 or m_00 is not 0. Then flips
// agree at least a quarter as often as independent flips would, which bounds 1 / P_ij.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace tc::detail {

/// Pairs whose runs drew differently before agree at least this often, relative to independent
/// flips.
inline constexpr double least_agreement = 0.25;

/// One flip of one run of a pair.
struct paired_flip {
  double probability = 0;
  adjoint_slot slot = 0;  ///< the slot of the probability
  bool heads = false;
  bool has_one_past = false;  ///< second run only: both runs drew the same before
  double weight = 0;          ///< the residual times this multiplies the probability's derivative
};

/// The probability that the first of two flips is heads and the second is tails. Their
/// probabilities of heads are a and b.
inline double heads_then_tails(double a, double b, bool has_one_past) {
  const double farthest = std::min(a, 1 - b);
  if (has_one_past) return farthest;
  const double agreement = std::abs(a + b - 1), independent = a * b + (1 - a) * (1 - b);
  const double wanted = least_agreement * independent;
  if (agreement >= wanted) return farthest;
  const double part = (wanted - agreement) / (independent - agreement);
  return (1 - part) * farthest + part * a * (1 - b);
}

/// Draws the flips of the two runs, which are made one after the other.
struct paired_sampler : sampler {
  std::vector<paired_flip> flips;
  std::vector<std::size_t> logs_of_flips;               ///< indices into `log_probabilities`
  const std::vector<paired_flip>* first_run = nullptr;  ///< null in the first run
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
  /// The logarithms of the probabilities of all draws that are not flips.
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
      // More draws than flips mean that something else was drawn, which may differ between the
      // runs.
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

/// Computes the weights of the flips of both runs. The gradient of the pair is the mean of two
/// rows. Each row is the sum of the weighted derivatives of one run, times that run's residual: its
/// result minus the result of the other run.
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
    // m_11 gets this part of (da - db) / 2, and -m_00 gets the rest. This gives both kinds of
    // agreement the same weight.
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
