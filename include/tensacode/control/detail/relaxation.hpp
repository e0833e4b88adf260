// tensacode/control/detail/relaxation.hpp -- discrete draws relaxed to numbers between 0 and 1.
// Layer 3. Two kinds of draws are relaxed (Maddison, Mnih & Teh 2017, arXiv:1611.00712):
//   - A bit of probability p is 1 if z = logit p + logit u is positive, where u is uniform. The
//     relaxed bit is sigmoid(z / temperature).
//   - Of several outcomes, the one with the smallest time t_i = e_i / p_i is drawn. The e_i are
//     exponential with mean 1, so z_i = -log t_i is log p_i plus a Gumbel number. The relaxed
//     outcomes are softmax(z / temperature).
//
// If the outcome is given, the noise has another distribution (Tucker et al. 2017,
// arXiv:1703.07370, appendix C). With v uniform,
//   z = logit p + logit v', where v' = 1 - p (1 - v) for a bit 1 and (1 - p) v for a bit 0;
//   t_k = e_k for the given outcome k, and t_i = e_k + e_i / p_i for the others, since the rest of
//   an exponential time has the same distribution as the whole.
// v' and t_i depend on p, so they have derivatives too. The functions below compute these formulas
// in a form without cancellation.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/ledger.hpp>
#include <tensacode/control/random_choice.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tc::detail {

/// A relaxed bit and its derivative with respect to the probability.
struct relaxed_bit {
  double value = 0, slope = 0;
};

/// sigmoid(z / temperature), where `slope` is the derivative of z with respect to p.
inline relaxed_bit relaxed_sign(double z, double slope, double temperature) {
  const double y = z / temperature, small = std::exp(-std::abs(y)), rest = 1 / (1 + small);
  return {y < 0 ? small * rest : rest, small * rest * rest / temperature * slope};
}
/// Whether 1 / p is finite in practice. Smaller probabilities count as 0.
inline bool is_possible(double p) { return p > 1e-290; }
/// A relaxed bit by the noise u in (0, 1). A bit of probability 0 or 1 is certain and has
/// derivative 0.
inline relaxed_bit relax_bit(double p, double u, double temperature) {
  if (!is_possible(p) || p == 1) return {std::round(p), 0};
  return relaxed_sign(std::log(p * u / ((1 - p) * (1 - u))), 1 / (p * (1 - p)), temperature);
}
/// A relaxed bit whose outcome is given, by the noise v in (0, 1).
inline relaxed_bit relax_given_bit(double p, bool outcome, double v, double temperature) {
  if (!is_possible(p) || p == 1) return {std::round(p), 0};
  if (outcome)
    return relaxed_sign(std::log1p(v / ((1 - p) * (1 - v))), v / ((1 - p) * (1 - p * (1 - v))),
                        temperature);
  return relaxed_sign(-std::log1p((1 - v) / (p * v)), (1 - v) / (p * (1 - v * (1 - p))),
                      temperature);
}

/// The outcomes as numbers. If they are relaxed, `slopes` holds the derivatives of
/// -log t_i / temperature with respect to p_i.
struct relaxed_outcomes {
  std::vector<double> values, slopes;
};
inline relaxed_outcomes certain_outcome(std::size_t count, std::size_t outcome) {
  relaxed_outcomes made;
  made.values.resize(count);
  made.values[outcome] = 1;
  return made;
}

/// The index of the smallest time e_i / p_i. Each `e[i]` is exponential with mean 1.
inline std::size_t first_outcome(const std::vector<double>& e, const std::vector<double>& p) {
  std::size_t first = 0;
  for (std::size_t i = 1; i < p.size(); ++i)
    if (is_possible(p[i]) && (!is_possible(p[first]) || e[i] * p[first] < e[first] * p[i]))
      first = i;
  return first;
}
/// Softmax of -log t_i / temperature. The time t_i is `shift` + e_i / p_i, and `shift` alone for
/// the outcome `given`.
relaxed_outcomes relax_times(const std::vector<double>& e, const std::vector<double>& p,
                             double shift, std::size_t given, double temperature);
relaxed_outcomes relax_outcomes(const std::vector<double>& e, const std::vector<double>& p,
                                double temperature);
relaxed_outcomes relax_given_outcome(const std::vector<double>& e, const std::vector<double>& p,
                                     std::size_t outcome, double temperature);

/// How a sampler makes the draws of relaxed_draws.hpp, and what rebar compares between its runs.
struct relaxation {
  enum class draws {
    concrete,  ///< relaxed, by the sample's random stream
    // A sample of rebar has three runs with the same noise, in this order.
    relaxed,
    given_outcome,  ///< relaxed, by separate noise given the outcome
    outcome,
  };
  draws how = draws::concrete;
  double temperature = 1;
  // The members below are used by rebar.
  random_key key;
  random_stream stream;
  /// For each draw of the first run: the number of probabilities, and their values.
  std::vector<double> met;
  std::size_t next = 0;                         ///< position in `met` during a later run
  std::vector<adjoint_slot> log_probabilities;  ///< slots of the log-probabilities of the outcomes

  void begin(draws run);
  /// Records a number in the first run. In a later run, throws if it is not the same number.
  void meet(double number, const control_site& site) {
    if (how == draws::relaxed)
      met.push_back(number);
    else if (next < met.size() && met[next] == number)
      ++next;
    else
      throw_dependent(name_of(site));
  }
  void end_of_run() const {
    if (how != draws::relaxed && next != met.size()) throw_dependent("the end of the program");
  }
  double uniform() { return open_uniform(stream); }
  /// A uniform number in (0, 1), never 0.
  static double open_uniform(random_stream& from) { return std::max(from.uniform(), 0x1p-54); }

  static std::string name_of(const control_site& site);

 private:
  [[noreturn]] static void throw_dependent(const std::string& place);
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/detail/compiled/relaxation.hpp>
#endif
