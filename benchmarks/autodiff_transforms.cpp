// benchmarks/autodiff_transforms.cpp -- what do transforms cost over what they are made of?
// Question: time of a sparse Hessian and of a Hessian-vector product over that of one gradient, for
//   Rosenbrock's function of 1000 numbers; of a checkpointed loop of 10^6 steps and its gradient
//   over that of the plain loop; of the gradient by a vector of structs, for each struct.
// Baseline: the gradient, the loop on plain numbers, and the function on plain numbers.
// Command: script/bench autodiff_transforms, or
//   g++ -std=c++20 -O3 -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/autodiff_transforms.cpp -ltbb && ./a.out
// Prints JSON lines. The sides run in turns; times are the CPU time of the fastest turn.
// SPDX-License-Identifier: MIT
#include <tensacode/transform/sparse.hpp>
#include <tensacode/transform/transform.hpp>

#include "record.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace {

const auto rosenbrock = [](const auto& x) {
  std::remove_cvref_t<decltype(x[0])> sum = x[0] * 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const auto a = x[i + 1] - x[i] * x[i];
    const auto b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
};

double sink = 0;

/// CPU seconds of one call of each function, of the fastest of `turns` turns of `calls` calls.
template <class... F>
std::array<double, sizeof...(F)> best_of(int turns, int calls, const F&... f) {
  std::array<double, sizeof...(F)> best;
  best.fill(1e9);
  for (int turn = 0; turn < turns; ++turn) {
    std::size_t at = 0;
    const auto time = [&](const auto& g) {
      const double seconds = bench::cpu_seconds_of([&] {
        for (int i = 0; i < calls; ++i) sink += g();
      });
      best[at] = std::min(best[at], seconds / calls);
      ++at;
    };
    (time(f), ...);
  }
  return best;
}

void second_derivatives() {
  const std::vector<double> x(1000, 0.5);
  const auto coloring = tc::color_hessian(rosenbrock)(x);
  const auto hessian = tc::sparse_hessian(rosenbrock, coloring);
  const auto t = best_of(
      30, 20, [&] { return tc::grad(rosenbrock)(x)[3]; },
      [&] { return tc::hvp(rosenbrock)(x, x)[3]; }, [&] { return hessian(x).coeff(3, 3); },
      [&] { return static_cast<double>(tc::color_hessian(rosenbrock)(x).colors()); });
  std::printf(
      "{\"benchmark\":\"rosenbrock_1000\",\"colors\":%zu,\"gradient_us\":%.2f,"
      "\"hvp_over_gradient\":%.2f,\"sparse_hessian_over_gradient\":%.2f,"
      "\"coloring_over_gradient\":%.1f}\n",
      coloring.colors(), t[0] * 1e6, t[1] / t[0], t[2] / t[0], t[3] / t[0]);
}

void checkpoints() {
  const std::size_t steps = 1000000;
  std::size_t evaluations = 0;
  const auto body = [](std::size_t, auto& s) {
    using std::sin;
    s[1] -= sin(s[0]) * 1e-3;
    s[0] += s[1] * 1e-3;
  };
  const auto plain = [&](auto x) {
    std::array<decltype(x), 2> s{x, 0.0};
    for (std::size_t i = 0; i < steps; ++i) body(i, s);
    return s[0];
  };
  const auto checked = [&](auto x) {
    return tc::checkpoint_loop(steps, std::array<decltype(x), 2>{x, 0.0}, body,
                               {.snapshots = 64})[0];
  };
  std::size_t* const count = &evaluations;
  const auto counted = [&](auto x) {
    return tc::checkpoint_loop(steps, std::array<decltype(x), 2>{x, 0.0},
                               [body, count](std::size_t i, auto& s) {
                                 ++*count;
                                 body(i, s);
                               },
                               {.snapshots = 64})[0];
  };
  sink += tc::grad(counted)(0.5);
  const auto t = best_of(
      7, 1, [&] { return plain(0.5); }, [&] { return tc::grad(plain)(0.5); },
      [&] { return tc::grad(checked)(0.5); });
  std::printf(
      "{\"benchmark\":\"checkpoint_loop_1e6\",\"snapshots\":64,\"evaluations_a_step\":%.3f,"
      "\"plain_ms\":%.2f,\"gradient_over_plain\":%.2f,\"checkpointed_over_plain\":%.2f}\n",
      static_cast<double>(evaluations) / static_cast<double>(steps), t[0] * 1e3, t[1] / t[0],
      t[2] / t[0]);
}

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 3, 1> position{0, 0, 0};
  Real unused{};
};

void structs() {
  const auto energy = [](const auto& bodies) {
    std::remove_cvref_t<decltype(bodies[0].mass)> total = bodies[0].mass * 0;
    for (const auto& b : bodies) total += 0.5 * b.mass * b.position.squaredNorm();
    return total;
  };
  for (const std::size_t n : {std::size_t{1000}, std::size_t{10000}, std::size_t{100000}}) {
    const std::vector<Body<double>> bodies(n, {2, {1, 2, 3}, 4});
    const auto t = best_of(
        10, 1, [&] { return energy(bodies); },
        [&] { return tc::grad(energy)(bodies)[n / 2].unused; });
    std::printf("{\"benchmark\":\"vector_of_structs\",\"structs\":%zu,\"ns_a_struct\":%.1f}\n", n,
                t[1] * 1e9 / static_cast<double>(n));
  }
}

}  // namespace

int main() {
  second_derivatives();
  checkpoints();
  structs();
  std::fprintf(stderr, "%g\n", sink);  // the results are used
}
