// benchmarks/autodiff.cpp -- what does a gradient by scalar statements cost?
// Question: time of a gradient over that of the same gradient written by hand, and over that of
//   the function alone; bytes of tape and nanoseconds a statement, in chains of statements too,
//   each of which needs the one before it, and where each result is used several times.
// Baseline: the hand-written adjoints in workloads/, in plain loops and Eigen products. Each
//   gradient is compared with the one by hand before it is timed. Beside them, where they are
//   installed, the tapes of ADOL-C (libadolc-dev) and Sacado (libtrilinos-sacado-dev and
//   libtrilinos-kokkos-dev), recorded anew at each call, for functions of a vector.
// Command: script/bench autodiff, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/autodiff.cpp -ltbb && ./a.out
//   script/bench autodiff -- --chain 8: only a chain of 10^8 statements (some 4 GB), in a thread
//   with a stack of 256 KiB; it ends with the time, or with the message that the tape is full.
// Prints JSON lines. The two sides of a row run in turn; a time is the least of all turns.
// Last numbers (AMD EPYC, 2 cores, shared with two others, g++ 12.2 -O3 -march=native, 2026-11-24):
//   time of the gradient, over that by hand; over ADOL-C 2.7.2 and Sacado 13.2:
//   product n 1,000,000 9.2 ms, 3.6; .12, .19; n 10,000 82 us, 4.0; .02, .31
//   rosenbrock n 1,000,000 10.2 ms, 7.7; .03, .03; n 10,000 99 us, 8.3; .01, .05
//     one statement an operation n 10,000 413 us, 34; .06, .18
//   gaussian mixture d10 k25 n1000 10.0 ms, 3.5; perceptron in scalars 21.8 ms, 38;
//   lotka-volterra 103 us, 2.6; lstm 0.92 ms, 2.2; bundle adjustment 0.46 us, 6.0; hand 280 us, 11
//   On an Intel Xeon (AVX-512, 2 busy cores, 2026-11-28), a statement of a chain of 10^5, 10^6,
//   10^7: 10.3, 12.1, 15.5 ns; shared 8.2, 9.9, 12.2 ns. 32 bytes written and read back, without a
//   tape: 4.4, 7.5, 10.2 ns, so that the growth is that from cache to memory. 10^8 statements in a
//   first call 28 to 37 ns each, of which half are new pages.
// SPDX-License-Identifier: MIT
#include <tensacode/transform/transform.hpp>

#include "autodiff_peers.hpp"
#include "workloads/bundle_adjustment.hpp"
#include "workloads/chain.hpp"
#include "workloads/gaussian_mixture.hpp"
#include "workloads/hand.hpp"
#include "workloads/lotka_volterra.hpp"
#include "workloads/lstm.hpp"
#include "workloads/perceptron.hpp"
#include "workloads/product.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

#include <pthread.h>

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

/// Another tape beside a row: `gradient(x)` returns the gradient as a pair with the value.
template <class Gradient>
struct peer {
  const char* name;
  Gradient gradient;
  double seconds = HUGE_VAL;
};
template <class Gradient>
peer(const char*, Gradient) -> peer<Gradient>;

/// A row: `f` of the tree `x`, whose gradient `by_hand(x)` returns as a pair with the value.
template <class F, class T, class G, class... Gradients>
void row(const char* name, const F& f, const T& x, const G& by_hand, peer<Gradients>... peers) {
  const auto gradient = tc::value_and_grad(f);
  const double off = difference(gradient(x).gradient, by_hand(x).second);
  const auto [statements, bytes] = tape_of(f, x);
  ((difference(peers.gradient(x).second, by_hand(x).second) < 1e-9
        ? void()
        : static_cast<void>(std::printf("# %s differs in %s\n", peers.name, name))),
   ...);
  double tape = HUGE_VAL, hand = HUGE_VAL, primal = HUGE_VAL;
  const auto begin = clock_type::now();
  for (int turn = 0; turn < 7 || (clock_type::now() - begin < std::chrono::seconds(2)); ++turn) {
    tape = std::min(tape, seconds([&] { keep(gradient(x)); }));
    hand = std::min(hand, seconds([&] { keep(by_hand(x)); }));
    primal = std::min(primal, seconds([&] { keep(f(x)); }));
    ((peers.seconds = std::min(peers.seconds, seconds([&] { keep(peers.gradient(x)); }))), ...);
  }
  std::printf(
      "{\"benchmark\": \"autodiff\", \"row\": \"%s\", \"tape_us\": %.4g, \"hand_us\": %.4g, "
      "\"ratio_to_hand\": %.3g, \"ratio_to_primal\": %.3g, \"statements\": %zu, "
      "\"ns_a_statement\": %.4g, \"bytes_a_statement\": %.1f, \"difference\": %.1g",
      name, tape * 1e6, hand * 1e6, tape / hand, tape / primal, statements,
      tape * 1e9 / static_cast<double>(statements),
      static_cast<double>(bytes) / static_cast<double>(statements), off);
  (std::printf(", \"%s_us\": %.4g, \"ratio_to_%s\": %.3g", peers.name, peers.seconds * 1e6,
               peers.name, tape / peers.seconds),
   ...);
  std::printf("}\n");
  std::fflush(stdout);
}

/// The same for functions of a vector, with the peers beside it.
template <class F, class G>
void row_of_vector(const char* name, const F& f, const std::vector<double>& x, const G& by_hand) {
  const auto call = [&](const auto&... peers) { row(name, f, x, by_hand, peers...); };
  const auto with_sacado = [&](const auto&... peers) {
#if defined(TC_BENCHMARK_SACADO)
    call(peers..., peer{"sacado", [&](const auto& v) { return peers::by_sacado(f, v); }});
#else
    call(peers...);
#endif
  };
#if defined(TC_BENCHMARK_ADOLC)
  with_sacado(peer{"adolc", [&](const auto& v) { return peers::by_adolc(f, v); }});
#else
  with_sacado();
#endif
  peers::remove_files();
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

/// A row of a Jacobian, for each of some points.
template <class Points, class F, class G>
void row_of_jacobians(const char* name, const Points& points, const F& by_tape, const G& by_hand) {
  double off = 0, tape = HUGE_VAL, hand = HUGE_VAL;
  for (const auto& p : points) {
    const Eigen::MatrixXd a = by_tape(p), b = by_hand(p);
    off = std::max(off, ((a - b).array() / b.array().abs().max(1)).abs().maxCoeff());
  }
  const auto begin = clock_type::now();
  while (clock_type::now() - begin < std::chrono::seconds(2)) {
    tape = std::min(tape, seconds([&] {
                      for (const auto& p : points) keep(by_tape(p));
                    }));
    hand = std::min(hand, seconds([&] {
                      for (const auto& p : points) keep(by_hand(p));
                    }));
  }
  const auto count = static_cast<double>(points.size());
  std::printf(
      "{\"benchmark\": \"autodiff\", \"row\": \"%s\", \"tape_us\": %.4g, \"hand_us\": %.4g, "
      "\"ratio_to_hand\": %.3g, \"difference\": %.1g}\n",
      name, tape / count * 1e6, hand / count * 1e6, tape / hand, off);
  std::fflush(stdout);
}

void bundles(std::mt19937& generator) {
  std::vector<std::array<double, 15>> observations(1000);
  for (auto& p : observations) {
    const auto noise = normals(generator, 15, 0.1);
    p = {0.3, -0.2, 0.4, 0, 0, -5, 500, 320, 240, 0.01, -0.002, 0.5, 0.3, 1, 1};
    for (std::size_t i = 0; i < 15; ++i) p[i] += noise[i] * (i == 9 || i == 10 ? 0.01 : 1);
  }
  const std::array<double, 2> seen{330, 250};
  row_of_jacobians(
      "bundle adjustment, 2 x 15 an observation", observations,
      tc::jacobian([&](const auto& p) { return workloads::reprojection_error(p, seen); }),
      [&](const auto& p) { return workloads::reprojection_by_hand(p, seen).jacobian; });
}

void hands(std::mt19937& generator) {
  const auto hand = workloads::make_hand(500);
  std::vector<std::array<double, 26>> poses(4);
  for (auto& pose : poses)
    for (double& angle : pose) angle = normals(generator, 1, 0.3)[0];
  row_of_jacobians("hand, 1500 x 26", poses,
                   tc::jacobian([&](const auto& p) { return workloads::hand_errors(p, hand); }),
                   [&](const auto& p) { return workloads::hand_jacobian_by_hand(p, hand); });
}

/// Nanoseconds a statement of calls of growing length, which take turns.
template <class F>
void row_of_growth(const char* name, const F& call_of_length) {
  constexpr std::array<std::size_t, 3> lengths{10'000'000, 1'000'000, 100'000};
  std::array<double, 3> best;
  best.fill(HUGE_VAL);
  for (int turn = 0; turn < 20; ++turn)
    for (std::size_t i = 0; i < lengths.size(); ++i)
      for (std::size_t call = 0; call < lengths[0] / lengths[i] && call < 10; ++call)
        best[i] = std::min(best[i], seconds([&] { keep(call_of_length(lengths[i])); }));
  for (std::size_t i = 0; i < lengths.size(); ++i) best[i] *= 1e9 / static_cast<double>(lengths[i]);
  std::printf(
      "{\"benchmark\": \"autodiff\", \"row\": \"%s, 10^7 over 10^5 statements\", "
      "\"ns_a_statement_of_1e5\": %.4g, \"of_1e6\": %.4g, \"of_1e7\": %.4g, \"growth\": %.3f}\n",
      name, best[2], best[1], best[0], best[0] / best[2]);
  std::fflush(stdout);
}

/// What memory alone costs: numbers that depend on one another are written, as many bytes as a tape
/// has of these chains, and read from the last to the first.
double write_and_read_back(std::vector<std::array<double, 4>>& records, double x, std::size_t n) {
  double y = x;
  for (std::size_t i = 0; i < n; ++i) {
    y = y * (1 - 1e-6) + x;
    records[i] = {y, x, y, 1};
  }
  double slope = 1;
  for (std::size_t i = n; i-- > 0;) slope = slope * (1 - 1e-6) + records[i][1] * records[i][3];
  return slope;
}

void chains() {
  const auto chain = [](const auto& x, std::size_t n) { return workloads::chain(x, n); };
  const auto shared = [](const auto& x, std::size_t n) { return workloads::shared(x, n / 2); };
  row_of_growth("chain", [&](std::size_t n) {
    return tc::grad([&](const auto& x) { return chain(x, n); })(1.0);
  });
  row_of_growth("shared subexpressions", [&](std::size_t n) {
    return tc::grad([&](const auto& x) { return shared(x, n); })(1.5);
  });
  std::vector<std::array<double, 4>> records(10'000'000);
  row_of_growth("32 bytes written and read back",
                [&](std::size_t n) { return write_and_read_back(records, 1.0, n); });
  records = {};
  row(
      "chain n1000000", [&](const auto& x) { return chain(x, 1'000'000); }, 1.0,
      [](double x) { return workloads::chain_by_hand(x, 1'000'000); });
  row(
      "shared subexpressions n1000000", [&](const auto& x) { return shared(x, 1'000'000); }, 1.5,
      [](double x) { return workloads::shared_by_hand(x, 500'000); });
}

/// A chain of `length` statements, recorded and swept once in a thread with a small stack.
int long_chain(std::size_t length) {
  constexpr std::size_t stack_bytes = std::size_t{256} << 10;
  const auto run = [](void* argument) -> void* {
    const std::size_t n = *static_cast<std::size_t*>(argument);
    try {
      workloads::value_and_slope by_tape;
      const double time = seconds([&] {
        const auto [value, gradient] =
            tc::value_and_grad([n](const auto& x) { return workloads::chain(x, n); })(1.0);
        by_tape = {value, gradient};
      });
      std::printf(
          "{\"benchmark\": \"autodiff\", \"row\": \"chain n%zu, first call\", \"tape_us\": %.4g, "
          "\"ns_a_statement\": %.4g, \"stack_kib\": %zu, \"difference\": %.1g}\n",
          n, time * 1e6, time * 1e9 / static_cast<double>(n), stack_bytes >> 10,
          difference(by_tape.second, workloads::chain_by_hand(1.0, n).second));
    } catch (const tc::tape_full& full) {
      std::printf("{\"benchmark\": \"autodiff\", \"row\": \"chain n%zu\", \"error\": \"%s\"}\n", n,
                  full.what());
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  const bool started = pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
                       pthread_create(&thread, &attributes, run, &length) == 0;
  if (started) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return started ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::strcmp(arguments[1], "--chain") == 0) {
    std::size_t length = 1;
    for (int i = std::atoi(arguments[2]); i > 0; --i) length *= 10;
    return long_chain(length);
  }
  std::mt19937 generator(1);
  chains();
  // The largest first, so that the pages of the tape are there for the others.
  for (const std::size_t n : {1'000'000u, 10'000u}) {
    workloads::numbers x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = 1 + 0.5 * std::sin(static_cast<double>(i)) / 1000;
    char name[64];
    std::snprintf(name, sizeof name, "product n%zu", n);
    row_of_vector(name, workloads::product, x, workloads::product_by_hand);
    std::snprintf(name, sizeof name, "rosenbrock n%zu", n);
    row_of_vector(name, workloads::rosenbrock, x, workloads::rosenbrock_by_hand);
    std::snprintf(name, sizeof name, "rosenbrock n%zu, one statement an operation", n);
    row_of_vector(name, workloads::rosenbrock_by_operation, x, workloads::rosenbrock_by_hand);
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
  hands(generator);
}
