// benchmarks/tape.cpp -- what does a scalar gradient cost over the hand-written adjoint?
// Question: time of a gradient over that of the same adjoint written by hand, and bytes of tape a
//   statement, for the product of n numbers (Speelpenning 1980; n statements of two operands) and
//   Rosenbrock's function (one statement a term).
// Baseline: the hand-written adjoint: values kept on the way forward, swept in reverse.
// Command: script/bench tape, or
//   g++ -std=c++20 -O3 -DNDEBUG -Iinclude -isystem /usr/include/eigen3 benchmarks/tape.cpp -ltbb &&
//   ./a.out
// Prints JSON lines; times are the best of several runs, in nanoseconds a statement.
// `bytes_a_statement` is what the process grew by in its first gradient, arguments and result
// included; 0 where the tape was large enough already.
// Last numbers (AMD EPYC, shared and busy, 2 cores, g++ 12.2 -O3, 2026-11-22):
//   product: n 1,000,000 19.8 ns, 8.9 times by hand, 146 bytes; n 10,000 12.7 ns, 6.6 times
//   rosenbrock: n 10,000 18.5 ns, 4.9 times
// SPDX-License-Identifier: MIT
#include <tensacode/transform/transform.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <type_traits>
#include <vector>

#include <sys/resource.h>

namespace {

using Numbers = std::vector<double>;

long peak_kib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

/// Seconds of the fastest of many runs of `f`.
template <class F>
double best_seconds(const F& f) {
  double best = 1e9;
  const auto begin = std::chrono::steady_clock::now();
  for (int runs = 0; runs < 5 || std::chrono::steady_clock::now() - begin < std::chrono::seconds(1);
       ++runs) {
    const auto start = std::chrono::steady_clock::now();
    f();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

constexpr auto product = [](const auto& x) {
  auto y = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) y = y * x[i];
  return y;
};

Numbers product_adjoint(const Numbers& x) {
  Numbers forward(x.size()), d(x.size());
  forward[0] = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) forward[i] = forward[i - 1] * x[i];
  double adjoint = 1;
  for (std::size_t i = x.size() - 1; i > 0; --i) {
    d[i] = adjoint * forward[i - 1];
    adjoint *= x[i];
  }
  d[0] = adjoint;
  return d;
}

constexpr auto rosenbrock = [](const auto& x) {
  std::decay_t<decltype(x[0])> y = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    y = y + 100 * (x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i]) + (1 - x[i]) * (1 - x[i]);
  return y;
};

Numbers rosenbrock_adjoint(const Numbers& x) {
  Numbers d(x.size());
  double y = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double t = x[i + 1] - x[i] * x[i], u = 1 - x[i];
    y += 100 * t * t + u * u;
    d[i + 1] += 200 * t;
    d[i] -= 400 * t * x[i] + 2 * u;
  }
  volatile double kept = y;  // the value is asked for too
  (void)kept;
  return d;
}

template <class F, class G>
void measure(const char* name, std::size_t n, const F& f, const G& by_hand) {
  Numbers x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 1 + 0.5 * std::sin(static_cast<double>(i)) / 1000;
  const Numbers expected = by_hand(x);
  const long before = peak_kib();
  const auto first = tc::value_and_grad([&](const auto& v) { return f(v); })(x);
  const long after = peak_kib();
  double difference = 0;
  for (std::size_t i = 0; i < n; ++i)
    difference = std::max(difference, std::abs(first.gradient[i] - expected[i]) /
                                          std::max(1.0, std::abs(expected[i])));
  double sum = 0;
  const double tape = best_seconds(
      [&] { sum += tc::value_and_grad([&](const auto& v) { return f(v); })(x).gradient[n / 2]; });
  const double hand = best_seconds([&] { sum += by_hand(x)[n / 2]; });
  const auto statements = static_cast<double>(n);
  std::printf(
      "{\"benchmark\": \"tape\", \"function\": \"%s\", \"n\": %zu, \"tape_ns\": %.2f, "
      "\"hand_ns\": %.2f, \"ratio\": %.1f, \"bytes_a_statement\": %.0f, \"difference\": %.1g, "
      "\"checksum\": %.3g}\n",
      name, n, tape * 1e9 / statements, hand * 1e9 / statements, tape / hand,
      static_cast<double>(after - before) * 1024 / statements, difference, sum);
}

}  // namespace

int main() {
  // The largest first, so that its memory is not that of another.
  measure("product", 1'000'000, product, product_adjoint);
  measure("product", 10'000, product, product_adjoint);
  measure("rosenbrock", 10'000, rosenbrock, rosenbrock_adjoint);
}
