// benchmarks/training_step.cpp -- what does a step of training a network cost?
// Question: time of forward, backward and the update of a 64-h-h-1 tanh network in float by tensor
//   statements, over that of the same step written by hand and of LibTorch's; and the time of a
//   step by `parallel_gradient` on one thread over that on two.
// Baseline: the adjoint by hand with Eigen (workloads/network.hpp), and with all its products by
//   OpenBLAS where the build has it (-Dblas=enabled); LibTorch on one thread where it is installed.
//   The gradients are checked to be the same by hand, and the weights after the steps by LibTorch.
// Command: script/bench training_step, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/training_step.cpp -ltbb && ./a.out
//   An argument `step` or `threads` runs that part alone.
// Prints JSON lines. All run in turns; times are of the fastest turn: CPU time of the one thread,
//   and where there are two the time on the wall.
// Last numbers (Xeon with AVX-512, shared, 2 cores, g++ 12.2 -O3 -march=native, OpenBLAS 0.3.21,
//   LibTorch 1.13.1, 2026-11-28): the table of docs/autodiff.md.
// SPDX-License-Identifier: MIT
#include <tensacode/transform/parallel.hpp>
#include <tensacode/transform/transform.hpp>

#include "peers/torch_network.hpp"
#include "record.hpp"
#include "workloads/network.hpp"

#include <Eigen/Core>

#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using workloads::HandNetwork, workloads::Matrix, workloads::Network, workloads::random_matrix;

constexpr float rate = 1e-3F;

float step_by_statements(Network<float>& p, const Matrix<float>& x, const Matrix<float>& target) {
  return workloads::network_statements(
      p, x, target, [](auto& block, const auto& gradient) { block.noalias() -= rate * gradient; });
}

/// A part of a batch, a sample in each column.
struct part {
  Matrix<float> x, target;
};

std::vector<part> cut(const Matrix<float>& x, const Matrix<float>& target, Eigen::Index count) {
  std::vector<part> parts;
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::Index begin = x.cols() * i / count, end = x.cols() * (i + 1) / count;
    parts.push_back({x.middleCols(begin, end - begin), target.middleCols(begin, end - begin)});
  }
  return parts;
}

/// A step whose gradient is the sum of those of the parts, each on the thread that comes for it.
float step_by_parts(Network<float>& p, const std::vector<part>& parts, Eigen::Index batch) {
  const auto loss = [batch](const auto& w1, const auto& b1, const auto& w2, const auto& b2,
                            const auto& w3, const auto& b3, const part& samples) {
    using Tensor = tc::basic_tensor_var<float>;
    const auto h1 = tc::linear_tanh(w1, b1, Tensor::reference(samples.x));
    const auto h2 = tc::linear_tanh(w2, b2, h1);
    const auto y = tc::linear(w3, b3, h2);
    return (y - Tensor::reference(samples.target)).squaredNorm() / static_cast<float>(batch);
  };
  const auto [value, gradient] =
      tc::parallel_gradient(parts, loss)(p.w1, p.b1, p.w2, p.b2, p.w3, p.b3);
  std::apply(
      [&p](const auto&... blocks) {
        const Matrix<float>* const d[] = {&blocks...};
        std::size_t i = 0;
        p.each([&](Matrix<float>& block) { block -= rate * *d[i++]; });
      },
      gradient);
  return value;
}

struct contender {
  const char* name;
  std::function<float()> step;
  double best = 1e9;
};

void training_step(Eigen::Index hidden, Eigen::Index batch) {
  auto p = Network<float>::random(64, hidden);
  const Matrix<float> x = random_matrix<float>(64, batch, 1),
                      target = random_matrix<float>(1, batch, 1);
  const double difference = workloads::gradient_difference(p, x, target);
  double sum = 0;
  std::vector<contender> contenders;
  contenders.push_back({"ours_us", [&] { return step_by_statements(p, x, target); }});
  auto by_eigen = p;
  HandNetwork<float> eigen;
  contenders.push_back({"eigen_us", [&] { return eigen.step(by_eigen, x, target, rate); }});
#if defined(TC_USE_BLAS)
  auto by_blas = p;
  HandNetwork<float, workloads::blas_products> blas;
  contenders.push_back({"openblas_us", [&] { return blas.step(by_blas, x, target, rate); }});
#endif
#if defined(TC_BENCHMARK_TORCH)
  const auto view = [](const Matrix<float>& m) {
    return peers::columns_view{m.data(), m.rows(), m.cols()};
  };
  peers::torch_network torch(
      {view(p.w1), view(p.b1), view(p.w2), view(p.b2), view(p.w3), view(p.b3)}, view(x),
      view(target));
  contenders.push_back({"libtorch_us", [&] { return torch.step(rate); }});
#endif
  const double work = static_cast<double>(batch * hidden * (hidden + 64));
  const int turns = std::clamp(static_cast<int>(1.5e9 / work), 25, 2000);
  for (int i = 0; i < turns; ++i)
    for (auto& c : contenders)
      c.best =
          std::min(c.best, bench::cpu_seconds_of([&] { sum += static_cast<double>(c.step()); }));

  std::printf("{\"benchmark\": \"training_step\", \"case\": \"float 64-%d-%d-1, batch %d\"",
              static_cast<int>(hidden), static_cast<int>(hidden), static_cast<int>(batch));
  double by_hand = 1e9;
  for (const auto& c : contenders) {
    std::printf(", \"%s\": %.1f", c.name, c.best * 1e6);
    if (&c != contenders.data() && c.name != std::string("libtorch_us"))
      by_hand = std::min(by_hand, c.best);
  }
  std::printf(", \"over_hand\": %.3f", contenders[0].best / by_hand);
#if defined(TC_BENCHMARK_TORCH)
  std::printf(", \"libtorch_over_ours\": %.2f", contenders.back().best / contenders[0].best);
  const Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
      torch_weight(torch.second_weight(), hidden, hidden);
  std::printf(", \"libtorch_difference\": %.1g",
              static_cast<double>((torch_weight - p.w2).norm() / p.w2.norm()));
#endif
  std::printf(", \"difference\": %.1g, \"checksum\": %.3g}\n", difference, sum);
  std::fflush(stdout);
}

/// Seconds of many runs.
struct sample {
  std::vector<double> seconds;
  double at(double quantile) {
    std::ranges::sort(seconds);
    return seconds[static_cast<std::size_t>(quantile * static_cast<double>(seconds.size() - 1))];
  }
};

/// Steps on one thread and on two in turns, by the clock on the wall. Where others use the
/// processors, the fastest turns show less than there is, and the medians what is left of it.
void threads(Eigen::Index hidden, Eigen::Index batch, Eigen::Index count) {
  auto p = Network<float>::random(64, hidden);
  const Matrix<float> x = random_matrix<float>(64, batch, 1),
                      target = random_matrix<float>(1, batch, 1);
  const auto parts = cut(x, target, count);
  double sum = 0;
  sample whole, one, two;
  const auto steps = [&](sample& times, const auto& step) {
    for (int i = 0; i < 5; ++i)
      times.seconds.push_back(bench::seconds_of([&] { sum += static_cast<double>(step()); }));
  };
  const auto on = [&](std::size_t most, sample& times) {
    using oneapi::tbb::global_control;
    const global_control control(global_control::max_allowed_parallelism, most);
    sum += static_cast<double>(step_by_parts(p, parts, batch));
    steps(times, [&] { return step_by_parts(p, parts, batch); });
  };
  for (int turn = 0; turn < 100; ++turn) {
    steps(whole, [&] { return step_by_statements(p, x, target); });
    on(1, one);
    on(2, two);
  }
  double load = 0;
  getloadavg(&load, 1);
  std::printf(
      "{\"benchmark\": \"training_step\", \"case\": \"threads, float 64-%d-%d-1, batch %d in %d "
      "parts\", \"whole_us\": %.1f, \"one_thread_us\": %.1f, \"two_threads_us\": %.1f, "
      "\"one_over_two\": %.2f, \"whole_over_two\": %.2f, \"medians_one_over_two\": %.2f, \"load\": "
      "%.1f, \"checksum\": %.3g}\n",
      static_cast<int>(hidden), static_cast<int>(hidden), static_cast<int>(batch),
      static_cast<int>(count), whole.at(0) * 1e6, one.at(0) * 1e6, two.at(0) * 1e6,
      one.at(0) / two.at(0), whole.at(0) / two.at(0), one.at(0.5) / two.at(0.5), load, sum);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  if (wanted("step"))
    for (const int hidden : {64, 256, 1024})
      for (const int batch : {32, 128, 1024}) training_step(hidden, batch);
  if (wanted("threads"))
    for (const int parts : {2, 4, 8}) threads(256, 1024, parts);
}
