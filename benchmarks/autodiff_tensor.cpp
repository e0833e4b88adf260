// benchmarks/autodiff_tensor.cpp -- what do tensor statements cost over matrix code by hand?
// Question: time of a gradient by tensor statements over that of the same adjoint written by hand
//   with Eigen, for a network in double and for the Gaussian mixture of ADBench (Srajer et al.
//   2018) with d 10, k 25, n 1000; and the time of one node. Training steps: training_step.cpp.
// Baseline: the hand-written adjoints below, which use the same tanh and exp as the statements and
//   are checked to give the same gradients.
// Command: script/bench autodiff_tensor, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/autodiff_tensor.cpp -ltbb && ./a.out
//   An argument `gradient`, `mixture` or `node` runs that part alone.
// Prints JSON lines. The two sides run in turns; times are the CPU time of the fastest turn.
// Last numbers (AMD EPYC with AVX-512, shared, 2 cores, g++ 12.2 -O3 -march=native, 2026-11-24):
//   network gradient 451 us, 1.02 times by hand; mixture 1.61 ms, 1.93 times by hand
//   one node 27 ns, recorded and swept
// SPDX-License-Identifier: MIT
#include <tensacode/autodiff/tensor/gather.hpp>
#include <tensacode/transform/transform.hpp>

#include "record.hpp"
#include "workloads/network.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

using workloads::HandNetwork, workloads::Matrix, workloads::Network, workloads::random_matrix;

/// CPU seconds of the fastest of `turns` turns of each of two functions, taken alternately.
template <class F, class G>
std::pair<double, double> best_of(int turns, const F& f, const G& g) {
  double best_f = 1e9, best_g = 1e9;
  for (int i = 0; i < turns; ++i) {
    best_f = std::min(best_f, bench::cpu_seconds_of(f));
    best_g = std::min(best_g, bench::cpu_seconds_of(g));
  }
  return {best_f, best_g};
}

// --- a network ----------------------------------------------------------------------------------
void network_gradient() {
  auto p = Network<double>::random(64, 128);
  const Matrix<double> x = random_matrix<double>(64, 128, 1),
                       target = random_matrix<double>(1, 128, 1);
  const double difference = workloads::gradient_difference(p, x, target);
  HandNetwork<double> hand;
  Network<double> d = p;
  double sum = 0;
  const auto [ours, by_hand] = best_of(
      400,
      [&] {
        sum += workloads::network_statements(
            p, x, target, [&](const auto&, const auto& gradient) { sum += gradient(0); });
      },
      [&] { sum += hand(p, x, target); });
  std::printf(
      "{\"benchmark\": \"autodiff_tensor\", \"case\": \"network gradient, double 64-128-128-1, "
      "batch 128\", \"ours_us\": %.1f, \"hand_us\": %.1f, \"ratio\": %.3f, \"difference\": %.1g, "
      "\"checksum\": %.3g}\n",
      ours * 1e6, by_hand * 1e6, ours / by_hand, difference, sum);
}

// --- the Gaussian mixture of ADBench ------------------------------------------------------------
// log p = sum over i of log-sum-exp over k of alpha_k + tr(log Q_k) - |Q_k (x_i - mu_k)|^2 / 2
//   - n log-sum-exp(alpha) + the Wishart prior of Q, Q_k lower triangular with exp(q) as diagonal.
struct Mixture {
  static constexpr Eigen::Index d = 10, k = 25, n = 1000;
  static constexpr double prior_gamma = 1;
  static constexpr Eigen::Index prior_m = 0;
  Matrix<double> alpha, mu, q, lower;  // (k, 1), (d, k), (d, k), (d (d - 1) / 2, k)
  Matrix<double> x;                    // (d, n)
  std::vector<Eigen::Index> position;  // of elements of Q below the diagonal in `lower`, else -1

  Mixture()
      : alpha(random_matrix<double>(k, 1, 1)),
        mu(random_matrix<double>(d, k, 1)),
        q(random_matrix<double>(d, k, 0.3)),
        lower(random_matrix<double>(d * (d - 1) / 2, k, 0.3)),
        x(random_matrix<double>(d, n, 1)),
        position(d * d, -1) {
    Eigen::Index next = 0;
    for (Eigen::Index j = 0; j < d; ++j)
      for (Eigen::Index i = j + 1; i < d; ++i)
        position[static_cast<std::size_t>(i + j * d)] = next++;
  }
};

struct MixtureGradient {
  double value = 0;
  Matrix<double> alpha, mu, q, lower;
};

void mixture_by_hand(const Mixture& m, MixtureGradient& g) {
  constexpr auto d = Mixture::d, k = Mixture::k, n = Mixture::n;
  static std::vector<Matrix<double>> factor(k), distance(k);
  static Matrix<double> term(n, k), offset(d, k);
  const Matrix<double> diagonal = m.q.array().exp().matrix();
  const Eigen::RowVectorXd sum_q = m.q.colwise().sum();
  for (Eigen::Index c = 0; c < k; ++c) {
    auto& f = factor[static_cast<std::size_t>(c)];
    auto& y = distance[static_cast<std::size_t>(c)];
    f = Matrix<double>::Zero(d, d);
    for (Eigen::Index i = 0; i < d * d; ++i)
      if (m.position[static_cast<std::size_t>(i)] >= 0)
        f.data()[i] = m.lower(m.position[static_cast<std::size_t>(i)], c);
    f.diagonal() = diagonal.col(c);
    offset.col(c).noalias() = f * m.mu.col(c);
    y.noalias() = f * m.x;
    y.colwise() -= offset.col(c);
    term.col(c) = (m.alpha(c) + sum_q(c) - 0.5 * y.colwise().squaredNorm().array()).transpose();
  }
  const Eigen::VectorXd greatest = term.rowwise().maxCoeff();
  term.colwise() -= greatest;
  tc::detail::map_lanes<tc::detail::exp_lanes>(term.data(), term.data(),
                                               static_cast<std::size_t>(term.size()));
  const Eigen::VectorXd sum = term.rowwise().sum();
  g.value = greatest.sum() + sum.array().log().sum();
  term.array().colwise() /= sum.array();  // now the derivative by each term
  const double alpha_greatest = m.alpha.maxCoeff();
  const Eigen::VectorXd weight = (m.alpha.array() - alpha_greatest).exp();
  g.value -= n * (alpha_greatest + std::log(weight.sum()));
  g.value += 0.5 * Mixture::prior_gamma * Mixture::prior_gamma *
                 (diagonal.squaredNorm() + m.lower.squaredNorm()) -
             static_cast<double>(Mixture::prior_m) * m.q.sum();
  const Eigen::RowVectorXd share = term.colwise().sum();
  g.alpha = share.transpose() - n * (weight / weight.sum());
  g.q.resize(d, k), g.mu.resize(d, k), g.lower.resize(m.lower.rows(), k);
  Matrix<double> df(d, d);
  for (Eigen::Index c = 0; c < k; ++c) {
    auto& y = distance[static_cast<std::size_t>(c)];
    y.array().rowwise() *= -term.col(c).transpose().array();
    const Eigen::VectorXd d_offset = -y.rowwise().sum();
    df.noalias() = y * m.x.transpose();
    df.noalias() += d_offset * m.mu.col(c).transpose();
    g.mu.col(c).noalias() = factor[static_cast<std::size_t>(c)].transpose() * d_offset;
    g.q.col(c) = (df.diagonal().array() +
                  Mixture::prior_gamma * Mixture::prior_gamma * diagonal.col(c).array()) *
                     diagonal.col(c).array() +
                 share(c) - static_cast<double>(Mixture::prior_m);
    for (Eigen::Index i = 0; i < d * d; ++i)
      if (const auto at = m.position[static_cast<std::size_t>(i)]; at >= 0)
        g.lower(at, c) =
            df.data()[i] + Mixture::prior_gamma * Mixture::prior_gamma * m.lower(at, c);
  }
}

std::vector<Eigen::Index> on_diagonal(Mixture::d* Mixture::d, -1);

void mixture_statements(const Mixture& m, MixtureGradient& g) {
  using Tensor = tc::tensor_var;
  constexpr auto d = Mixture::d, k = Mixture::k;
  tc::recording<double> recorded;
  const auto alpha = Tensor::input_reference(m.alpha), mu = Tensor::input_reference(m.mu);
  const auto q = Tensor::input_reference(m.q), lower = Tensor::input_reference(m.lower);
  const auto x = Tensor::reference(m.x);
  const Tensor diagonal = exp(q.array());
  const Tensor weight = alpha + q.colwise().sum().transpose();
  Tensor terms[k];
  for (Eigen::Index c = 0; c < k; ++c) {
    const Tensor factor = tc::gather(lower.col(c), std::span(m.position), d, d) +
                          tc::gather(diagonal.col(c), std::span(on_diagonal), d, d);
    const Tensor y = (factor * x).colwise() - factor * mu.col(c);
    terms[c] = (weight(c) - 0.5 * y.colwise().squaredNorm().array()).matrix();
  }
  const tc::var value =
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        return log_sum_exp(tc::vcat(terms[I]...).colwise()).sum();
      }(std::make_index_sequence<k>()) -
      static_cast<double>(Mixture::n) * log_sum_exp(alpha) +
      0.5 * Mixture::prior_gamma * Mixture::prior_gamma *
          (diagonal.squaredNorm() + lower.squaredNorm()) -
      static_cast<double>(Mixture::prior_m) * q.sum();
  recorded.differentiate(value.slot());
  auto& tape = recorded.tape();
  g.value = value.value();
  g.alpha = alpha.operand().adjoint(tape), g.mu = mu.operand().adjoint(tape);
  g.q = q.operand().adjoint(tape), g.lower = lower.operand().adjoint(tape);
}

void mixture() {
  for (Eigen::Index i = 0; i < Mixture::d; ++i)
    on_diagonal[static_cast<std::size_t>(i * (Mixture::d + 1))] = i;
  const Mixture m;
  MixtureGradient expected, g;
  mixture_by_hand(m, expected);
  mixture_statements(m, g);
  const auto difference_of = [](const auto& a, const auto& b) { return (a - b).norm() / b.norm(); };
  const double difference =
      std::max({std::abs(g.value / expected.value - 1), difference_of(g.alpha, expected.alpha),
                difference_of(g.mu, expected.mu), difference_of(g.q, expected.q),
                difference_of(g.lower, expected.lower)});
  double sum = 0;
  const auto [ours, by_hand] = best_of(
      200, [&] { mixture_statements(m, g), sum += g.value; },
      [&] { mixture_by_hand(m, expected), sum += expected.value; });
  std::printf(
      "{\"benchmark\": \"autodiff_tensor\", \"case\": \"Gaussian mixture, d 10 k 25 n 1000\", "
      "\"ours_us\": %.1f, \"hand_us\": %.1f, \"ratio\": %.3f, \"difference\": %.1g, "
      "\"checksum\": %.3g}\n",
      ours * 1e6, by_hand * 1e6, ours / by_hand, difference, sum);
}

// --- one node -----------------------------------------------------------------------------------
void node_cost(Eigen::Index size) {
  const Matrix<double> start = Matrix<double>::Constant(size, size, 0.3);
  constexpr int nodes = 1000;
  double sum = 0, record = 1e9, sweep = 1e9;
  for (int turn = 0; turn < 500; ++turn) {
    tc::recording<double> recorded;
    const auto x = tc::tensor_var::input(start);
    tc::tensor_var y = x;
    record = std::min(record, bench::cpu_seconds_of([&] {
                        for (int i = 0; i < nodes; ++i) y = y.cwiseProduct(x);
                      }));
    const tc::var total = y.sum();
    sweep = std::min(sweep, bench::cpu_seconds_of([&] { recorded.differentiate(total.slot()); }));
    sum += recorded.tape().adjoint(x.first_slot());
  }
  std::printf(
      "{\"benchmark\": \"autodiff_tensor\", \"case\": \"elementwise product of %dx%d\", "
      "\"record_ns\": %.1f, \"sweep_ns\": %.1f, \"node_ns\": %.1f, \"checksum\": %.3g}\n",
      static_cast<int>(size), static_cast<int>(size), record * 1e9 / nodes, sweep * 1e9 / nodes,
      (record + sweep) * 1e9 / nodes, sum);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  if (wanted("node")) node_cost(1), node_cost(2);
  if (wanted("gradient")) network_gradient();
  if (wanted("mixture")) mixture();
}
