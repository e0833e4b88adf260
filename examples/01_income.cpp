// examples/01_income.cpp -- a table of people, and whether they earn more than 50,000 a year.
// Reads the UCI Adult CSV into a struct, trains, reports, saves, loads, and compiles the model to
// a plugin. Run from the project's root: 01_income [folder of the data set]
#include "adult.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>

using namespace adult;
using Row = std::pair<Person, Outcome>;

/// Seconds that `f` takes, over the number of times it does its work.
template <class F>
double microseconds_each(std::size_t times, const F& f) {
  const auto started = std::chrono::steady_clock::now();
  f();
  const std::chrono::duration<double, std::micro> spent =
      std::chrono::steady_clock::now() - started;
  return spent.count() / static_cast<double>(times);
}

int main(int argc, char** argv) try {
  const std::string folder = argc > 1 ? argv[1] : "examples/data/adult";
  const auto out = std::filesystem::temp_directory_path() / "tensacode-income";
  std::filesystem::create_directories(out);

  // The official split: one word a row, `test`, `train` or `valid`.
  std::vector<Row> train, test;
  std::istringstream split(tc::read_file(folder + "/split.txt"));
  for (const Row& row : tc::read_csv<Row>(folder + "/data.csv")) {
    std::string part;
    split >> part;
    (part == "test" ? test : train).push_back(row);
  }

  tc::model<Person, Outcome> model{{.seed = 1}};
  const auto fitted = model.fit(train, {.progress = true});
  std::printf("trained on %zu rows in %.1f s, %.0f rows a second and core\n\n", fitted.rows,
              fitted.seconds, fitted.rows_per_cpu_second);

  const auto report = model.evaluate(test);
  std::printf("%s\n", report.to_text().c_str());
  std::printf("%-28s accuracy  AUC\n", "on the same test rows");
  std::printf("%-28s %.4f    %.4f\n", "this model", report["income"].accuracy,
              report["income"].auc);
  std::printf("%-28s .8528     .9056\n%-28s .8586     .9123\n%-28s .8739     .9277\n\n",
              "logistic regression", "MLP on PLE features", "XGBoost, tuned");

  model.save(out / "income.safetensors");
  const auto again = tc::model<Person, Outcome>::load(out / "income.safetensors");
  const auto plugin = again.compile(out / "income.so");

  double worst = 0;
  for (const auto& [person, outcome] : test)
    for (std::size_t i = 0; i < 2; ++i)
      worst = std::max(worst, std::abs(model.predict(person)["income"].probabilities()[i] -
                                       plugin.predict(person)["income"].probabilities()[i]));
  std::printf("largest difference of model and plugin on %zu rows: %.1e\n", test.size(), worst);

  std::size_t rich = 0;
  const auto count = [&](const auto& f) {
    for (const auto& [person, outcome] : test) rich += f(person).income == Income::more;
  };
  std::printf("model  %5.1f us a call\n", microseconds_each(test.size(), [&] { count(again); }));
  std::printf("plugin %5.1f us a call\n", microseconds_each(test.size(), [&] { count(plugin); }));
  std::printf("weights %s\nplugin  %s\nsource  %s\nheader  %s\n",
              (out / "income.safetensors").c_str(), plugin.path().c_str(),
              plugin.source_path().c_str(), plugin.header_path().c_str());
  return worst <= 1e-6 && rich > 0 ? 0 : 1;
} catch (const tc::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
