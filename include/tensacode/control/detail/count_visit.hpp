// tensacode/control/detail/count_visit.hpp -- counts the visits of a site in the ledger.
// Layer 3.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/autodiff.hpp>
#include <tensacode/control/ledger.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tc::detail {

/// A tape node that adds the derivative of the result with respect to a site's weight to the
/// ledger, whenever a sweep passes it.
template <class Scalar>
struct ledger_node {
  ledger* book;
  control_site site;
  const char* construct;
  adjoint_slot weight;
  void backward(basic_tape<Scalar>& tape, adjoint_slot) const {
    const auto derivative = static_cast<double>(value(tape.adjoint(weight)));
    auto& record = book->at(site, construct);
    ++record.sweeps;
    record.derivative_sum += derivative;
    record.derivative_squares += derivative * derivative;
  }
};

/// Entropy of a choice between two outcomes of probabilities p and 1 - p, in nats.
inline double entropy_of(double p) {
  const auto term = [](double q) { return q > 0 ? -q * std::log(q) : 0.0; };
  return term(p) + term(1 - p);
}

/// Counts a visit with this weight, if this thread has a ledger. The entropy is in nats, the margin
/// in the units of what is compared.
template <class Scalar>
void count_visit(const control_site& site, const char* construct, const basic_var<Scalar>& weight,
                 double entropy, double margin) {
  auto* const book = ledger_in_use();
  if (!book) return;
  auto& record = book->at(site, construct);
  const auto p = static_cast<double>(value(weight));
  ++record.visits;
  record.weight_sum += p;
  record.entropy_sum += entropy;
  record.margin_sum += margin;
  record.margin_squares += margin * margin;
  const auto bin = static_cast<std::size_t>(std::clamp(p, 0.0, 1.0) * record.bins);
  ++record.weights[std::min(bin, record.bins - 1)];
  if (auto* const tape = current_tape<Scalar>; tape && weight.slot())
    tape->push_node(ledger_node<Scalar>{book, site, construct, weight.slot()}, 0);
}
template <class Margin, class Scalar>
void count_visit(const control_site& site, const char* construct,
                 const basic_predicate<Margin>& condition, const basic_var<Scalar>& weight) {
  if (!current_ledger) return;  // saves the logarithms of the entropy
  count_visit(site, construct, weight, entropy_of(static_cast<double>(value(weight))),
              static_cast<double>(value(condition.margin.value())));
}
inline void count_hard_visit(const control_site& site, const char* construct, bool truth) {
  auto* const book = ledger_in_use();
  if (!book) return;
  auto& record = book->at(site, construct);
  ++record.visits;
  ++record.hard_visits;
  record.weight_sum += truth;
  ++record.weights[truth ? record.bins - 1 : 0];
}

}  // namespace tc::detail
