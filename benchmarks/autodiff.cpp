// benchmarks/autodiff.cpp -- what does a gradient by scalar statements cost?
// Question: time of a gradient over that of the same gradient written by hand, and over that of
//   the function alone; bytes of tape a statement.
// Baseline: the hand-written adjoints in workloads/, in plain loops and Eigen products. Each
//   gradient is compared with the one by hand before it is timed.
// Command: script/bench autodiff, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/autodiff.cpp -ltbb && ./a.out
// Prints JSON lines. The two sides of a row run in turn; a time is the least of all turns.
// Last numbers (AMD EPYC, 2 cores, shared with two others, g++ 12.2 -O3 -march=native, 2026-11-24):
//   time of the gradient, over that by hand: product n 1,000,000 11.8 ms, 5.1; n 10,000 98 us, 4.8;
//   rosenbrock n 1,000,000 9.4 ms, 7.4; n 10,000 80 us, 7.1; one statement an operation 400 us, 35;
//   gaussian mixture d10 k25 n1000 12.0 ms, 4.3; perceptron in scalars 19.7 ms, 34;
//   lotka-volterra 120 us, 3.0; lstm 0.99 ms, 2.4; bundle adjustment 0.51 us, 5.7
// SPDX-License-Identifier: MIT
#include <tensacode/transform/transform.hpp>

#include "workloads/bundle_adjustment.hpp"
#include "workloads/gaussian_mixture.hpp"
#include "workloads/lotka_volterra.hpp"
#include "workloads/lstm.hpp"
#include "workloads/perceptron.hpp"
#include "workloads/product.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

template <class F>
double seconds(const F& f) {
  const auto start = clock_type::now();
  f();
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

/// The largest difference of two trees, relative to the larger of 1 and the second.
template <class T>
double difference(const T& a, const T& b) {
  const std::vector<double> x = tc::flatten(std::tuple<T>(a)), y = tc::flatten(std::tuple<T>(b));
  double worst = x.size() == y.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
    worst = std::max(worst, std::abs(x[i] - y[i]) / std::max(1.0, std::abs(y[i])));
  return worst;
}

/// Keeps the optimiser from seeing that a result is not used.
template <class T>
void keep(const T& result) {
  asm volatile("" : : "g"(&result) : "memory");
}

struct tape_size {
  std::size_t statements, bytes;
};
template <class F, class T>
tape_size tape_of(const F& f, const T& x) {
  tc::recording<double> recorded;
  const auto before = recorded.tape().mark();
  const auto variables = tc::detail::lift(x);
  keep(f(variables));
  const auto after = recorded.tape().mark();
  const std::size_t statements = after.statements - before.statements;
  return {statements, (after.partials - before.partials) * sizeof(double) +
                          (after.operands - before.operands) * sizeof(tc::adjoint_slot) +
                          statements + (after.next_slot - before.next_slot) * sizeof(double)};
}

/// A row: `f` of the tree `x`, whose gradient `by_hand(x)` returns as a pair with the value.
template <class F, class T, class G>
void row(const char* name, const F& f, const T& x, const G& by_hand) {
  const auto gradient = tc::value_and_grad(f);
  const double off = difference(gradient(x).gradient, by_hand(x).second);
  const auto [statements, bytes] = tape_of(f, x);
  double tape = HUGE_VAL, hand = HUGE_VAL, primal = HUGE_VAL;
  const auto begin = clock_type::now();
  for (int turn = 0; turn < 7 || (clock_type::now() - begin < std::chrono::seconds(2)); ++turn) {
    tape = std::min(tape, seconds([&] { keep(gradient(x)); }));
    hand = std::min(hand, seconds([&] { keep(by_hand(x)); }));
    primal = std::min(primal, seconds([&] { keep(f(x)); }));
  }
  std::printf(
      "{\"benchmark\": \"autodiff\", \"row\": \"%s\", \"tape_us\": %.4g, \"hand_us\": %.4g, "
      "\"ratio_to_hand\": %.3g, \"ratio_to_primal\": %.3g, \"statements\": %zu, "
      "\"bytes_a_statement\": %.1f, \"difference\": %.1g}\n",
      name, tape * 1e6, hand * 1e6, tape / hand, tape / primal, statements,
      static_cast<double>(bytes) / static_cast<double>(statements), off);
  std::fflush(stdout);
}

std::vector<double> normals(std::mt19937& generator, std::size_t count, double deviation = 1) {
  std::normal_distribution<double> normal(0, deviation);
  std::vector<double> out(count);
  for (double& x : out) x = normal(generator);
  return out;
}

void mixtures(std::mt19937& generator, std::size_t d, std::size_t k, std::size_t n) {
  const workloads::mixture_problem problem{d, k, normals(generator, n * d), 1, 0};
  const workloads::gaussian_mixture<double> mixture{
      normals(generator, k), normals(generator, k * d),
      normals(generator, k * problem.factor_size(), 0.3)};
  char name[64];
  std::snprintf(name, sizeof name, "gaussian mixture d%zu k%zu n%zu", d, k, n);
  row(
      name, [&](const auto& m) { return workloads::log_posterior(m, problem); }, mixture,
      [&](const auto& m) { return workloads::log_posterior_by_hand(m, problem); });
}

void perceptrons(std::mt19937& generator, Eigen::Index batch_size) {
  constexpr std::size_t in = 64, h = 128;
  workloads::batch data{Eigen::MatrixXd(in, batch_size), Eigen::VectorXd(batch_size)};
  for (double& x : data.inputs.reshaped()) x = normals(generator, 1)[0];
  for (double& y : data.targets) y = normals(generator, 1)[0];
  const workloads::perceptron<double> net{normals(generator, in * h, 0.1), normals(generator, h),
                                          normals(generator, h * h, 0.1),  normals(generator, h),
                                          normals(generator, h, 0.1),      0.1};
  row(
      "perceptron 64-128-128-1 batch 128, in scalars",
      [&](const auto& p) { return workloads::squared_error(p, data); }, net,
      [&](const auto& p) { return workloads::squared_error_by_hand(p, data); });
}

/// Jacobians of many observations, each recorded once and swept for both rows.
void bundles(std::mt19937& generator) {
  constexpr std::size_t count = 1000;
  std::vector<std::array<double, 15>> observations(count);
  for (auto& p : observations) {
    const auto noise = normals(generator, 15, 0.1);
    p = {0.3, -0.2, 0.4, 0, 0, -5, 500, 320, 240, 0.01, -0.002, 0.5, 0.3, 1, 1};
    for (std::size_t i = 0; i < 15; ++i) p[i] += noise[i] * (i == 9 || i == 10 ? 0.01 : 1);
  }
  const std::array<double, 2> seen{330, 250};
  const auto by_tape = [&](const std::array<double, 15>& p) {
    return tc::jacobian([&](const auto& v) { return workloads::reprojection_error(v, seen); })(p);
  };
  double off = 0;
  for (const auto& p : observations) {
    const auto hand = workloads::reprojection_by_hand(p, seen).jacobian;
    off = std::max(off, ((by_tape(p) - hand).array() / hand.array().abs().max(1)).abs().maxCoeff());
  }
  double tape = HUGE_VAL, hand = HUGE_VAL;
  for (int turn = 0; turn < 200; ++turn) {
    tape = std::min(tape, seconds([&] {
                      for (const auto& p : observations) keep(by_tape(p));
                    }));
    hand = std::min(hand, seconds([&] {
                      for (const auto& p : observations)
                        keep(workloads::reprojection_by_hand(p, seen));
                    }));
  }
  std::printf(
      "{\"benchmark\": \"autodiff\", \"row\": \"bundle adjustment, 2 x 15 an observation\", "
      "\"tape_us\": %.4g, \"hand_us\": %.4g, \"ratio_to_hand\": %.3g, \"difference\": %.1g}\n",
      tape / count * 1e6, hand / count * 1e6, tape / hand, off);
}

}  // namespace

int main() {
  std::mt19937 generator(1);
  // The largest first, so that the pages of the tape are there for the others.
  for (const std::size_t n : {1'000'000u, 10'000u}) {
    workloads::numbers x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = 1 + 0.5 * std::sin(static_cast<double>(i)) / 1000;
    char name[64];
    std::snprintf(name, sizeof name, "product n%zu", n);
    row(name, workloads::product, x, workloads::product_by_hand);
    std::snprintf(name, sizeof name, "rosenbrock n%zu", n);
    row(name, workloads::rosenbrock, x, workloads::rosenbrock_by_hand);
    std::snprintf(name, sizeof name, "rosenbrock n%zu, one statement an operation", n);
    row(name, workloads::rosenbrock_by_operation, x, workloads::rosenbrock_by_hand);
  }
  mixtures(generator, 10, 25, 1000);
  mixtures(generator, 2, 5, 1000);
  perceptrons(generator, 128);
  const workloads::run_of_populations run;
  row(
      "lotka-volterra 1000 steps", [&](const auto& p) { return workloads::populations(p, run); },
      std::array<double, 6>{1.1, 0.4, 0.1, 0.4, 2, 1},
      [&](const auto& p) { return workloads::populations_by_hand(p, run); });
  {
    constexpr std::size_t cells = 14, length = 256;
    const auto numbers = [&] { return normals(generator, cells); };
    const auto layer = [&] {
      return workloads::lstm_layer<double>{numbers(), numbers(), numbers(), numbers(),
                                           numbers(), numbers(), numbers(), numbers()};
    };
    const workloads::lstm<double> net{{layer(), layer()}, numbers(), numbers(), numbers()};
    workloads::sequence text(length, std::vector<double>(cells));
    for (auto& letter : text) letter[generator() % cells] = 1;
    row(
        "lstm 2 layers, 14 cells, 256 letters",
        [&](const auto& p) { return workloads::sequence_loss(p, text); }, net,
        [&](const auto& p) { return workloads::sequence_loss_by_hand(p, text); });
  }

  bundles(generator);
}
