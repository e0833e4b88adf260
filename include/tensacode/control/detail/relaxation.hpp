// tensacode/control/detail/relaxation.hpp -- discrete draws relaxed to numbers in between.
// Layer 3. A bit of probability p is 1 where z = logit p + logit u is positive, u uniform; relaxed
// it is sigmoid(z / temperature). Of some outcomes the one whose exponential time t_i = e_i / p_i,
// e_i of mean 1, is the first comes out (z_i = -log t_i is the Gumbel number of the literature);
// relaxed they are softmax(z / temperature) (Maddison, Mnih & Teh 2017, arXiv:1611.00712). With
// given outcomes, z is (Tucker et al. 2017, arXiv:1703.07370, appendix C)
//   logit p + logit v', v' = 1 - p (1 - v) for 1 and (1 - p) v for 0, v uniform;
//   t_k = e_k for the first of the times, and t_i = e_k + e_i / p_i for the others,
// since what is left of an exponential time has the distribution of the whole. v' and t_i move with
// p. The formulas below are these in a form in which nothing cancels.
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

/// A relaxed bit, and its derivative by the probability.
struct relaxed_bit {
  double value = 0, slope = 0;
};

/// sigmoid(z / temperature), where the derivative of z is `slope`.
inline relaxed_bit relaxed_sign(double z, double slope, double temperature) {
  const double y = z / temperature, small = std::exp(-std::abs(y)), rest = 1 / (1 + small);
  return {y < 0 ? small * rest : rest, small * rest * rest / temperature * slope};
}
/// A probability whose inverse is no number counts as 0.
inline bool is_possible(double p) { return p > 1e-290; }
// What is certain stays so, and passes no derivative. `u` and `v` are in (0, 1).
inline relaxed_bit relax_bit(double p, double u, double temperature) {
  if (!is_possible(p) || p == 1) return {std::round(p), 0};
  return relaxed_sign(std::log(p * u / ((1 - p) * (1 - u))), 1 / (p * (1 - p)), temperature);
}
inline relaxed_bit relax_given_bit(double p, bool outcome, double v, double temperature) {
  if (!is_possible(p) || p == 1) return {std::round(p), 0};
  if (outcome)
    return relaxed_sign(std::log1p(v / ((1 - p) * (1 - v))), v / ((1 - p) * (1 - p * (1 - v))),
                        temperature);
  return relaxed_sign(-std::log1p((1 - v) / (p * v)), (1 - v) / (p * (1 - v * (1 - p))),
                      temperature);
}

/// Outcomes as numbers, and, if they are relaxed, the derivatives of -log t_i / temperature by p_i.
struct relaxed_outcomes {
  std::vector<double> values, slopes;
};
inline relaxed_outcomes certain_outcome(std::size_t count, std::size_t outcome) {
  relaxed_outcomes made;
  made.values.resize(count);
  made.values[outcome] = 1;
  return made;
}

/// The first of the times e_i / p_i; `e` has mean 1.
inline std::size_t first_outcome(const std::vector<double>& e, const std::vector<double>& p) {
  std::size_t first = 0;
  for (std::size_t i = 1; i < p.size(); ++i)
    if (is_possible(p[i]) && (!is_possible(p[first]) || e[i] * p[first] < e[first] * p[i]))
      first = i;
  return first;
}
/// The times are `shift` + e_i / p_i, but for that of outcome `given`, which is `shift`.
relaxed_outcomes relax_times(const std::vector<double>& e, const std::vector<double>& p,
                             double shift, std::size_t given, double temperature);
relaxed_outcomes relax_outcomes(const std::vector<double>& e, const std::vector<double>& p,
                                double temperature);
relaxed_outcomes relax_given_outcome(const std::vector<double>& e, const std::vector<double>& p,
                                     std::size_t outcome, double temperature);

/// How a sampler makes the draws of relaxed_draws.hpp.
struct relaxation {
  enum class draws {
    concrete,  ///< relaxed, by the noise of the sample
    // A sample of rebar has three runs by the same noise, in this order.
    relaxed,
    given_outcome,  ///< relaxed, by noise of its own given the outcome
    outcome,
  };
  draws how = draws::concrete;
  double temperature = 1;
  // Of rebar:
  random_key key;
  random_stream stream;
  std::vector<double> met;  ///< of each draw of the first run, how many probabilities, and which
  std::size_t next = 0;     ///< of `met`, in a later run
  std::vector<adjoint_slot> log_probabilities;  ///< of outcomes

  void begin(draws run);
  /// That a run comes to a number of `met`.
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
  /// In (0, 1).
  static double open_uniform(random_stream& from) { return std::max(from.uniform(), 0x1p-54); }

  static std::string name_of(const control_site& site);

 private:
  [[noreturn]] static void throw_dependent(const std::string& place);
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/control/detail/compiled/relaxation.hpp>
#endif
