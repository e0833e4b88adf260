// benchmarks/control_tasks.cpp -- how well and how fast do programs with branches learn?
// Question: the loss of the crisp program after a number of evaluations and of seconds, by
//   estimator, and the time of a gradient over that of the program on plain numbers.
// Baseline: Gaussian smoothing of the parameters, by differences to the centre (PGO; Polyak 1987)
//   and with the mean of the other samples as a baseline (RLOO; Kool et al. 2019), which take the
//   program as a black box. Same start, evaluations a step and Adam for all.
// Command: script/bench control_tasks, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/control_tasks.cpp -ltbb && ./a.out
//   Arguments: a part (air_conditioning, cost, traffic, ...) runs it alone; then the seeds, then
//   the seconds for each seed and estimator (0: stop after a number of evaluations), part of the
//   name of an estimator, and of the simulators a path to which learning curves are written, as
//   PATH.csv and PATH.svg.
// Prints JSON lines. Seconds are those of training, without the measuring of losses.
// Last numbers (2 shared cores, load 2 to 3, g++ 12.2 -O3 -march=native, 2026-11-29):
//   air conditioning after 10,000 evaluations, median and worst of 10 seeds: straight through 2.31,
//   2.34, gate 2.32, 2.33, PGO 2.86, 4.47; after 60 s straight through 2.08, 2.32; a gradient costs
//   3.1 to 4.8 runs. Sorting: 0.33 ms (n 5) and 1.5 ms (n 16) a batch, exact match .82 after 500
//   steps at a falling rate, .74 at the constant one. Shortest paths: 1.4 ms a batch.
//   Signal plans after 12,000 evaluations, median of 3 seeds: straight through -294, tc::smooth
//   -271, RLOO -260. Traffic after 12 s, seed 1: gate -4643, PGO -4462. Hotel after 3 s, median of
//   3 seeds: straight through -53,291, tc::smooth -53,229, PGO -53,040. Epidemic after 1500
//   evaluations, median of 3 seeds: straight through 14.4, tc::smooth 59.0.
// SPDX-License-Identifier: MIT
#include "record.hpp"
#include "workloads/air_conditioning.hpp"
#include "workloads/control_training.hpp"
#include "workloads/epidemic.hpp"
#include "workloads/hotel_booking.hpp"
#include "workloads/learning_curve.hpp"
#include "workloads/path_supervision.hpp"
#include "workloads/signal_plans.hpp"
#include "workloads/sorting_supervision.hpp"
#include "workloads/traffic_signals.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using workloads::air_conditioning, workloads::hot_day;
using workloads::path_supervision, workloads::terrain_maps;
using workloads::sorted_signals, workloads::sorting_supervision;

struct run_options {
  std::uint64_t seeds = 3;
  double seconds = 0;
  std::string estimator;  // part of its name
  std::string curves;     // where to write them
};

void air_conditioning_cost() {
  const Eigen::VectorXd p = air_conditioning::start(1);
  std::vector<hot_day> days;
  for (std::uint64_t i = 0; i < 100; ++i) days.emplace_back(i);
  double sum = 0;
  const auto crisp = [&] {
    for (const auto& day : days) sum += air_conditioning::cost(p, day);
  };
  const auto relaxed = [&](tc::estimator e) {
    const tc::control_scope scope{e};
    for (const auto& day : days)
      sum += tc::value_and_grad([&](const auto& q) { return air_conditioning::cost(q, day); })(p)
                 .value;
  };
  double best_crisp = 1e9, best_through = 1e9, best_gate = 1e9;
  for (int i = 0; i < 60; ++i) {
    best_crisp = std::min(best_crisp, bench::cpu_seconds_of(crisp));
    best_through =
        std::min(best_through, bench::cpu_seconds_of([&] { relaxed(tc::straight_through{1}); }));
    best_gate = std::min(best_gate, bench::cpu_seconds_of([&] { relaxed(tc::gate{0.3}); }));
  }
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"air conditioning, cost\", \"crisp_us\": "
      "%.2f, "
      "\"straight_through_us\": %.2f, \"gate_us\": %.2f, \"straight_through_ratio\": %.2f, "
      "\"gate_ratio\": %.2f, \"checksum\": %.3g}\n",
      best_crisp * 1e4, best_through * 1e4, best_gate * 1e4, best_through / best_crisp,
      best_gate / best_crisp, sum);
}

/// 500 steps at a rate that stays, as Petersen et al. train, or that falls to 0 along a cosine.
void sorting_training(double rate, bool falling) {
  constexpr std::uint64_t seeds = 3, steps = 500;
  const sorted_signals<float> test(5, 1000, 1000);
  double lists = 0, elements = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Eigen::VectorXf p = sorting_supervision::start<float>(seed);
    workloads::adam<float> optimizer(p.size(), rate);
    for (std::uint64_t step = 1; step <= steps; ++step) {
      const sorted_signals<float> batch(5, 100, 1000 * (seed + 1) + step);
      const double done = static_cast<double>(step) / steps;
      optimizer.step(p, tc::grad(sorting_supervision::loss(batch))(p),
                     falling ? 0.5 * (1 + std::cos(std::numbers::pi * done)) : 1);
    }
    const auto [list, element] = sorting_supervision::accuracy(p, test);
    lists += list / seeds, elements += element / seeds;
  }
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"sorting, n 5, 500 steps\", \"rate\": %g, "
      "\"falling\": %s, \"seeds\": %llu, \"mean_exact_match\": %.3f, "
      "\"mean_element_match\": %.3f}\n",
      rate, falling ? "true" : "false", static_cast<unsigned long long>(seeds), lists, elements);
}

void sorting_cost(Eigen::Index length) {
  const sorted_signals<float> batch(length, 100, 1);
  const Eigen::VectorXf p = sorting_supervision::start<float>(1);
  const Eigen::VectorXd scores =
      sorting_supervision::scores(p, batch.x).transpose().template cast<double>();
  // The sort alone by branches: a list, and its gradient, at a time.
  const auto by_branches = [&](const auto& values) {
    std::vector<tc::var> list;
    for (const auto& v : values) list.push_back(v);
    return sorting_supervision::swaps_by_branches(list, 8);
  };
  double sum = 0, whole = 1e9, branches = 1e9;
  for (int i = 0; i < 100; ++i) {
    whole = std::min(
        whole, bench::cpu_seconds_of([&] {
          sum += static_cast<double>(tc::value_and_grad(sorting_supervision::loss(batch))(p).value);
        }));
    if (i < 10)
      branches = std::min(branches, bench::cpu_seconds_of([&] {
                            std::vector<double> list(static_cast<std::size_t>(length));
                            for (Eigen::Index b = 0; b < batch.lists; ++b) {
                              for (Eigen::Index j = 0; j < length; ++j)
                                list[static_cast<std::size_t>(j)] = scores(j * batch.lists + b);
                              sum += tc::value_and_grad(by_branches)(list).value;
                            }
                          }));
  }
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"sorting, n %d, cost of a batch of 100\", "
      "\"statements_ms\": %.3f, \"sort_by_branches_ms\": %.3f, \"checksum\": %.3g}\n",
      static_cast<int>(length), whole * 1e3, branches * 1e3, sum);
}

void path_training() {
  constexpr std::uint64_t seeds = 3;
  constexpr Eigen::Index batch = 20;
  constexpr int steps = 60;
  const terrain_maps train(200, 1), test(200, 2);
  std::vector<terrain_maps> parts;
  for (Eigen::Index i = 0; i < train.maps; i += batch) parts.push_back(train.some(i, batch));
  double best = 1e9, exact = 0, ratio = 0, untrained = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Eigen::VectorXd p = path_supervision::start(seed);
    untrained += path_supervision::accuracy(p, test).second / seeds;
    workloads::adam<> optimizer(p.size(), 1e-2);
    for (std::size_t step = 0; step < steps; ++step) {
      Eigen::VectorXd gradient;
      best = std::min(best, bench::cpu_seconds_of([&] {
                        gradient = tc::grad(path_supervision::loss(parts[step % parts.size()]))(p);
                      }));
      optimizer.step(p, gradient);
    }
    const auto [same, cost] = path_supervision::accuracy(p, test);
    exact += same / seeds, ratio += cost / seeds;
  }
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"shortest paths, 60 steps\", \"seeds\": %llu, "
      "\"batch_of_20_ms\": %.3f, \"mean_exact_match\": %.3f, \"mean_cost_ratio\": %.4f, "
      "\"untrained_cost_ratio\": %.3f}\n",
      static_cast<unsigned long long>(seeds), best * 1e3, exact, ratio, untrained);
}

/// A program with parameters to be trained, and by what.
struct simulator {
  struct training {
    const char* name;
    double rate;  // of Adam
    workloads::gradient_function gradient;
  };
  const char* name;
  std::uint64_t batch, budget, test_seeds;  // evaluations a step, and in all; runs that test
  double rate_decay = static_cast<double>(budget);  // evaluations that halve the rate's square
  std::uint64_t batch_growth = 0;  // steps take one in so many of the evaluations done; 0: no
  std::function<Eigen::VectorXd(std::uint64_t)> start;
  std::function<double(const Eigen::VectorXd&, std::uint64_t)> crisp;
  double lowest, highest;  // what a parameter may be; steps are cut off there
  std::vector<training> trainings;

  double loss(const Eigen::VectorXd& p, std::uint64_t seeds, std::uint64_t first) const {
    double sum = 0;
    for (std::uint64_t i = 0; i < seeds; ++i) sum += crisp(p, first + i);
    return sum / static_cast<double>(seeds);
  }
  double test_loss(const Eigen::VectorXd& p) const { return loss(p, test_seeds, 1ULL << 40); }
};

/// The loss of the best parameters met, by seeds that neither train nor test, after so many seconds
/// of training, or as many evaluations as the task has in its budget.
double train(const simulator& task, const simulator::training& how, double seconds,
             workloads::learning_curve& curve) {
  Eigen::VectorXd p = task.start(curve.seed), best = p;
  workloads::adam<> optimizer(p.size(), how.rate);
  double spent = 0, least = std::numeric_limits<double>::infinity();
  std::uint64_t done = 0;
  double next = 0;
  const auto measure = [&] {
    const double loss = task.loss(p, std::max<std::uint64_t>(40, task.test_seeds / 4), 1ULL << 41);
    curve.points.push_back({done, spent, loss});
    if (loss < least) least = loss, best = p;
    next = 1.25 * static_cast<double>(done);
  };
  measure();
  const auto goes_on = [&] { return seconds > 0 ? spent < seconds : done < task.budget; };
  while (goes_on()) {
    const double rate_factor = 1 / std::sqrt(1 + static_cast<double>(done) / task.rate_decay);
    const std::uint64_t batch =
        task.batch_growth == 0 ? task.batch
                               : std::clamp(done / task.batch_growth, task.batch, 100 * task.batch);
    spent += bench::seconds_of([&] {
      optimizer.step(p, how.gradient(p, {.seed = curve.seed, .done = done, .count = batch}),
                     rate_factor);
      p = p.cwiseMax(task.lowest).cwiseMin(task.highest);
    });
    done += batch;
    if (static_cast<double>(done) >= next || !goes_on()) measure();
  }
  return task.test_loss(best);
}

void simulator_training(const simulator& task, const run_options& options) {
  std::vector<workloads::learning_curve> curves;
  for (const auto& how : task.trainings) {
    if (std::string(how.name).find(options.estimator) == std::string::npos) continue;
    std::vector<double> losses;
    double start = 0, evaluations = 0, seconds = 0;
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
      auto& curve = curves.emplace_back(how.name, seed);
      losses.push_back(train(task, how, options.seconds, curve));
      start += task.test_loss(task.start(seed)) / static_cast<double>(options.seeds);
      evaluations += static_cast<double>(curve.points.back().evaluations);
      seconds += curve.points.back().seconds;
    }
    std::sort(losses.begin(), losses.end());
    const auto seeds = static_cast<double>(options.seeds);
    std::printf(
        "{\"benchmark\": \"control_tasks\", \"case\": \"%s\", \"estimator\": \"%s\", "
        "\"seeds\": %zu, \"mean_start_loss\": %.3f, \"median_best_loss\": %.3f, "
        "\"worst_best_loss\": %.3f, \"evaluations\": %.0f, \"seconds\": %.2f}\n",
        task.name, how.name, losses.size(), start, losses[losses.size() / 2], losses.back(),
        evaluations / seeds, seconds / seeds);
    std::fflush(stdout);
  }
  if (!options.curves.empty()) workloads::write_curves(curves, task.name, options.curves);
}

void air_conditioning_training(const run_options& options) {
  const auto crisp = [](const Eigen::VectorXd& p, std::uint64_t i) {
    return air_conditioning::cost(p, hot_day(i));
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const simulator task{
      .name = "air conditioning",
      .batch = 20,
      .budget = 10'000,
      .test_seeds = 2000,
      .rate_decay = 1e6,
      .batch_growth = 500,
      .start = air_conditioning::start,
      .crisp = crisp,
      .lowest = -infinity,
      .highest = infinity,
      .trainings = {
          {"straight_through", 0.03, workloads::air_conditioning_gradient(tc::straight_through{1})},
          {"gate", 0.03, workloads::air_conditioning_gradient(tc::gate{0.3})},
          {"score_function", 0.01, workloads::air_conditioning_score(tc::score_function{0.3})},
          {"tc::smooth", 0.05, workloads::paired_smoothing_gradient(crisp, 0.2)},
          {"smoothing, PGO", 0.05, workloads::smoothing_gradient(crisp, 0.2, false)},
          {"smoothing, RLOO", 0.05, workloads::smoothing_gradient(crisp, 0.2, true)},
      }};
  simulator_training(task, options);
}

void traffic(const run_options& options) {
  const workloads::traffic_signals city;
  const auto relaxed = [city](std::span<const tc::var> offset, std::uint64_t seed) {
    return city.cost(offset, workloads::traffic_signals::drivers(city, seed));
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const simulator task{
      .name = "traffic signals, 10 x 10",
      .batch = 20,
      .budget = 4000,
      .test_seeds = 500,
      .start = [city](std::uint64_t seed) { return city.start(seed); },
      .crisp = city,
      .lowest = -infinity,
      .highest = infinity,
      .trainings = {
          {"gate", 0.1, workloads::relaxed_gradient(relaxed, tc::gate{0.1})},
          {"straight_through", 0.1,
           workloads::relaxed_gradient(relaxed, tc::straight_through{0.1})},
          {"tc::smooth", 0.02, workloads::paired_smoothing_gradient(city, 0.1)},
          {"smoothing, PGO", 0.02, workloads::smoothing_gradient(city, 0.1, false)},
          {"smoothing, RLOO", 0.02, workloads::smoothing_gradient(city, 0.1, true)},
      }};
  std::printf("{\"benchmark\": \"control_tasks\", \"case\": \"%s\", \"green_wave_loss\": %.3f}\n",
              task.name, task.test_loss(city.green_wave()));
  simulator_training(task, options);
}

void signals(const run_options& options) {
  const workloads::signal_plans city;
  const auto relaxed = [city](std::span<const tc::var> signal, std::uint64_t seed) {
    return city.cost(signal, workloads::signal_plans::vehicles(city, seed));
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const simulator task{.name = "signal plans, 10 x 10",
                       .batch = 20,
                       .budget = 12'000,
                       .test_seeds = 500,
                       .start = [city](std::uint64_t seed) { return city.start(seed); },
                       .crisp = city,
                       .lowest = -infinity,
                       .highest = infinity,
                       .trainings = {
                           {"gate", 0.1, workloads::relaxed_gradient(relaxed, tc::gate{0.3})},
                           {"straight_through", 0.1,
                            workloads::relaxed_gradient(relaxed, tc::straight_through{0.3})},
                           {"tc::smooth", 0.1, workloads::paired_smoothing_gradient(city, 0.5)},
                           {"smoothing, PGO", 0.1, workloads::smoothing_gradient(city, 0.5, false)},
                           {"smoothing, RLOO", 0.1, workloads::smoothing_gradient(city, 0.5, true)},
                       }};
  std::printf("{\"benchmark\": \"control_tasks\", \"case\": \"%s\", \"green_wave_loss\": %.3f}\n",
              task.name, task.test_loss(city.green_wave()));
  simulator_training(task, options);
}

void hotel(const run_options& options) {
  using workloads::hotel_booking;
  const auto relaxed = [](std::span<const tc::var> limit, std::uint64_t seed) {
    return hotel_booking::cost(limit, hotel_booking::requests(seed));
  };
  const auto crisp = hotel_booking::crisp;
  const simulator task{
      .name = "hotel booking",
      .batch = 20,
      .budget = 10'000,
      .test_seeds = 20'000,  // a standard error of 28
      .start = hotel_booking::start,
      .crisp = crisp,
      .lowest = 0,
      .highest = hotel_booking::rooms,
      .trainings = {
          {"straight_through", 2, workloads::relaxed_gradient(relaxed, tc::straight_through{8})},
          {"gate", 2, workloads::relaxed_gradient(relaxed, tc::gate{8})},
          {"tc::smooth", 0.5, workloads::paired_smoothing_gradient(crisp, 6)},
          {"smoothing, PGO", 0.5, workloads::smoothing_gradient(crisp, 6, false)},
          {"smoothing, RLOO", 0.5, workloads::smoothing_gradient(crisp, 6, true)},
      }};
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"%s\", \"loss_without_limits\": %.3f}\n",
      task.name,
      task.test_loss(Eigen::VectorXd::Constant(hotel_booking::products, hotel_booking::rooms)));
  simulator_training(task, options);
}

void epidemic(const run_options& options) {
  using workloads::epidemic;
  const epidemic region;
  const auto noisy = [&region](std::span<const tc::var> p, std::uint64_t seed) {
    return region.cost(p, epidemic::walk(region, seed));
  };
  const auto crisp = [&region](const Eigen::VectorXd& p, std::uint64_t seed) {
    return region(p, seed);
  };
  const auto drawn = [&region](const auto& p, std::uint64_t seed) {
    return region.cost(p, epidemic::walk(region, seed), epidemic::by_draw{});
  };
  const simulator task{
      .name = "epidemic",
      .batch = 20,
      .budget = 1500,
      .test_seeds = 40,
      .start = [&region](std::uint64_t seed) { return region.start(seed); },
      .crisp = crisp,
      .lowest = epidemic::lowest,
      .highest = epidemic::highest,
      .trainings = {
          {"straight_through", 0.03, workloads::relaxed_gradient(noisy, tc::straight_through{0.1})},
          {"draws", 0.01, workloads::drawn_gradient(drawn)},
          {"tc::smooth", 0.03, workloads::paired_smoothing_gradient(crisp, 0.05)},
          {"smoothing, PGO", 0.03, workloads::smoothing_gradient(crisp, 0.05, false)},
          {"smoothing, RLOO", 0.03, workloads::smoothing_gradient(crisp, 0.05, true)},
      }};
  std::printf(
      "{\"benchmark\": \"control_tasks\", \"case\": \"%s\", \"true_parameters_loss\": %.3f}\n",
      task.name, task.test_loss(region.true_parameters()));
  simulator_training(task, options);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string part = count > 1 ? arguments[1] : "";
  run_options options;
  if (count > 2) options.seeds = std::strtoull(arguments[2], nullptr, 10);
  if (count > 3) options.seconds = std::strtod(arguments[3], nullptr);
  if (count > 4) options.estimator = arguments[4];
  if (count > 5) options.curves = arguments[5];
  const auto wanted = [&](const char* name) { return part.empty() || part == name; };
  if (wanted("cost")) air_conditioning_cost();
  if (wanted("sorting_cost")) sorting_cost(5), sorting_cost(16);
  if (wanted("sorting")) sorting_training(1e-3, false), sorting_training(1e-2, true);
  if (wanted("paths")) path_training();
  if (wanted("traffic")) traffic(options);
  if (wanted("signals")) signals(options);
  if (wanted("hotel")) hotel(options);
  if (wanted("epidemic")) epidemic(options);
  if (wanted("air_conditioning")) air_conditioning_training(options);
}
