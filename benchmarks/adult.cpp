// benchmarks/adult.cpp -- does a model with default settings learn UCI Adult, fast and small?
// Question: on the official split, accuracy and AUC; training rows a second and core; peak memory;
//   how far the compiled plugin is from the model; microseconds a call of each.
// Baseline: logistic regression on the same split, accuracy .853, AUC .906 (ANCHORS.md).
// Command: script/bench adult, or
//   g++ -std=c++20 -O3 -Iinclude -isystem /usr/include/eigen3 benchmarks/adult.cpp -ltbb -ldl &&
//   ./a.out [folder with data.csv and split.txt, examples/data/adult if not stated]
// Prints one JSON line. `peak_mb` is that of the whole process, the rows in memory included;
// `training_peak_mb` the same before the plugin is compiled.
// Last numbers (AMD EPYC, shared, 2 cores, g++ 12.2 -O3, 2026-11-22):
//   accuracy .8578, AUC .9131, 58,132 rows a second and core, 9.5 s, peak 21 MB, plugin within
//   4e-16 of the model, 18.0 us a call of the model, 16.5 us of the plugin
// SPDX-License-Identifier: MIT
#include "../examples/adult.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double peak_mb() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

/// Mean microseconds of `f(i)` over the first `count` rows.
template <class F>
double microseconds(std::size_t count, const F& f) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < count; ++i) f(i);
  return seconds_since(start) * 1e6 / static_cast<double>(count);
}

}  // namespace

int main(int argc, char** argv) {
  using Model = tc::model<adult::Person, adult::Outcome>;
  const std::string folder = argc > 1 ? argv[1] : "examples/data/adult";
  std::vector<Model::row> training, test;
  {
    std::istringstream parts(tc::read_file(folder + "/split.txt"));
    std::string part;
    for (const auto& row : tc::read_csv<Model::row>(folder + "/data.csv"))
      (parts >> part && part == "test" ? test : training).push_back(row);
  }

  Model model;
  const auto fitted = model.fit(training);
  const double training_peak = peak_mb();
  const auto report = model.evaluate(test);

  const auto library = std::filesystem::temp_directory_path() /
                       ("tensacode_adult_" + std::to_string(getpid()) + ".so");
  const auto started = std::chrono::steady_clock::now();
  const auto compiled = model.compile(library.string());
  const double compile_seconds = seconds_since(started);
  double difference = 0;
  for (const auto& [in, out] : test)
    difference = std::max(difference, std::abs(model.predict(in)["income"].probabilities()[1] -
                                               compiled.predict(in)["income"].probabilities()[1]));
  std::size_t more = 0;
  const auto count = [&](const adult::Outcome& o) { more += o.income == adult::Income::more; };
  const double model_us =
      microseconds(test.size(), [&](std::size_t i) { count(model(test[i].first)); });
  const double plugin_us =
      microseconds(test.size(), [&](std::size_t i) { count(compiled(test[i].first)); });

  const auto& income = report["income"];
  std::printf(
      "{\"benchmark\": \"adult\", \"training_rows\": %zu, \"test_rows\": %zu, \"accuracy\": %.4f, "
      "\"auc\": %.4f, \"log_loss\": %.4f, \"epochs\": %zu, \"rows_per_second_per_core\": %.0f, "
      "\"fit_seconds\": %.1f, \"training_peak_mb\": %.0f, \"peak_mb\": %.0f, "
      "\"compile_seconds\": %.1f, \"plugin_difference\": %.2g, \"model_us\": %.1f, "
      "\"plugin_us\": %.1f, \"predicted_more\": %zu}\n",
      training.size(), test.size(), income.accuracy, income.auc, income.log_loss, fitted.epochs,
      fitted.rows_per_cpu_second, fitted.seconds, training_peak, peak_mb(), compile_seconds,
      difference, model_us, plugin_us, more / 2);
  for (const auto* end : {".so", ".cpp", ".h"})
    std::filesystem::remove(std::filesystem::path(library).replace_extension(end));
}
