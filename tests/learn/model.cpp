#include <tensacode/learn/learn.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace test_model {

enum class Shape { round, square };
struct In {
  double a = 0;
  std::optional<double> b;
  Shape shape = Shape::round;
};
struct Out {
  bool inside = false;
  double sum = 0;
};
using Model = tc::model<In, Out>;
using Rows = std::vector<Model::row>;

Rows rows_of(std::size_t count, std::uint64_t seed) {
  Rows rows;
  tc::random_stream random{tc::random_key(seed)};
  for (std::size_t i = 0; i < count; ++i) {
    In in{2 * random.uniform() - 1, {}, random.below(2) ? Shape::square : Shape::round};
    if (random.below(4)) in.b = 2 * random.uniform() - 1;
    const double b = in.b.value_or(0);
    const bool inside = in.shape == Shape::round ? in.a * in.a + b * b < 0.5
                                                 : std::abs(in.a) < 0.6 && std::abs(b) < 0.6;
    rows.push_back({in, {inside, 3 * in.a + 2 * b + 10}});
  }
  return rows;
}

tc::fit_options quick(std::size_t steps = 600) {
  tc::fit_options options;
  options.training.steps = steps;
  options.training.most_epochs = steps;
  return options;
}
const tc::model_options small{.seed = 1, .network = {.width = 48, .dropout = 0}};

/// One trained model for the cases that only use one.
const Model& trained() {
  static const Model model = [] {
    Model m(small);
    m.fit(rows_of(3000, 1), quick());
    return m;
  }();
  return model;
}

std::string temporary(const std::string& name) {
  return (std::filesystem::temp_directory_path() /
          ("tensacode_model_" + std::to_string(getpid()) + name))
      .string();
}

TEST_SUITE("learn/model") {
  TEST_CASE("a rule and a sum are learned from rows") {
    const auto report = trained().evaluate(rows_of(1000, 2));
    CHECK(report["inside"].accuracy > 0.95);
    CHECK(report["inside"].auc > 0.98);
    CHECK(report["sum"].r2 > 0.9);
    CHECK(report["sum"].rows == 1000);
    CHECK(report["inside"].calibration_error < 0.05);
  }
  TEST_CASE("beliefs are distributions, and agree with the most likely output") {
    for (const auto& [in, out] : rows_of(50, 3)) {
      const auto p = trained().predict(in);
      const auto& inside = p["inside"];
      CHECK(inside.probabilities()[0] + inside.probabilities()[1] == doctest::Approx(1));
      CHECK(inside.probability("true") == inside.probabilities()[1]);
      CHECK(p.most_likely.inside == (inside.probability("true") > inside.probability("false")));
      CHECK(p.most_likely.sum == p["sum"].mean());
      CHECK(trained()(in).sum == p.most_likely.sum);
      double last = -INFINITY;
      for (const double q : {1e-6, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-6}) {
        CHECK(p["sum"].quantile(q) > last);
        last = p["sum"].quantile(q);
      }
      CHECK(p["sum"].quantile(0.5) == doctest::Approx(p["sum"].mean()));
      CHECK(p["sum"].quantile(0.8413447460685429) ==
            doctest::Approx(p["sum"].mean() + p["sum"].deviation()));
      CHECK_THROWS_AS(p["sum"].quantile(0), tc::argument_error);
      CHECK_THROWS_AS(p["sum"].quantile(NAN), tc::argument_error);
      CHECK_THROWS_AS(p["none"], tc::argument_error);
      CHECK_THROWS_AS(inside.probability("maybe"), tc::argument_error);
    }
  }
  TEST_CASE("predicting many at once is predicting each") {
    std::vector<In> inputs;
    for (const auto& [in, out] : rows_of(600, 4)) inputs.push_back(in);
    const auto many = trained().predict(inputs);
    REQUIRE(many.size() == 600);
    for (const std::size_t i : {0, 255, 256, 599})
      CHECK(many[i]["sum"].mean() ==
            doctest::Approx(trained().predict(inputs[i])["sum"].mean()).epsilon(1e-12));
    CHECK(trained().predict(std::span<const In>{}).empty());
  }
  TEST_CASE("the same seed gives the same bits at 1, 2 and 7 threads") {
    const auto rows = rows_of(700, 5);
    std::vector<tc::network> networks;
    for (const std::size_t threads : {1, 2, 7}) {
      with_threads(threads, [&] {
        Model model({.seed = 9, .network = {.width = 24}});
        model.fit(rows, quick(40));
        networks.push_back(model.trained());
      });
    }
    for (std::size_t b = 0; b < networks[0].parameters().blocks.size(); ++b)
      for (const std::size_t i : {1, 2})
        CHECK(networks[0].parameters().blocks[b].value == networks[i].parameters().blocks[b].value);
  }
  TEST_CASE("another seed gives another model, and fitting again starts afresh") {
    const auto rows = rows_of(200, 5);
    Model one({.seed = 1, .network = {.width = 24}}), two({.seed = 2, .network = {.width = 24}});
    one.fit(rows, quick(20));
    two.fit(rows, quick(20));
    const double first = one(rows[0].first).sum;
    CHECK(first != two(rows[0].first).sum);
    one.fit(rows, quick(20));
    CHECK(one(rows[0].first).sum == first);
  }
  TEST_CASE("no rows, a validation part outside [0, 1), and use before training throw") {
    Model model;
    CHECK_THROWS_WITH_AS(model.fit(Rows{}), "fit: no rows", tc::argument_error);
    for (const double part : {-0.1, 1.0, 2.0, double(NAN)})
      CHECK_THROWS_AS(model.fit(rows_of(10, 1), {.validation = part}), tc::argument_error);
    CHECK_THROWS_WITH_AS(model.evaluate(rows_of(10, 1)),
                         "model: not trained; call fit or load first", tc::error);
    CHECK_THROWS_AS(model(In{}), tc::error);
    CHECK_THROWS_AS(model.predict(In{}), tc::error);
    CHECK_THROWS_AS(model.save(temporary("never")), tc::error);
    CHECK_THROWS_AS(model.compile(temporary("never.so")), tc::error);
  }
  TEST_CASE("one row, and rows that are all equal, are learned without a fault") {
    for (const std::size_t count : {1, 20}) {
      Model model(small);
      const Rows rows(count, rows_of(1, 1)[0]);
      const auto result = model.fit(rows, quick(100));
      CHECK(result.rows == count);
      CHECK(std::isfinite(result.loss));
      CHECK(model(rows[0].first).sum == doctest::Approx(rows[0].second.sum).epsilon(0.05));
      CHECK(model.evaluate(rows)["inside"].accuracy == 1);
    }
  }
  TEST_CASE("a saved model comes back with identical predictions") {
    const std::string path = temporary(".safetensors");
    trained().save(path);
    const auto loaded = Model::load(path);
    for (const auto& [in, out] : rows_of(50, 6)) {
      CHECK(loaded(in).sum == trained()(in).sum);
      CHECK(loaded.predict(in)["inside"].probabilities() ==
            trained().predict(in)["inside"].probabilities());
    }
    CHECK_THROWS_WITH_AS((tc::model<Out, Out>::load(path)), doctest::Contains("schema"),
                         tc::parse_error);
    std::filesystem::remove(path);
    CHECK_THROWS_AS(Model::load(path), tc::file_error);
  }
  TEST_CASE("a compiled model predicts the same, and lies beside its source and header") {
    const std::string folder = temporary("_plugin");
    std::filesystem::create_directories(folder);
    const auto compiled =
        trained().compile(folder + "/m.so", {.flags = {"-O1"}, .cache = folder + "/cache"});
    for (const auto& [in, out] : rows_of(300, 7)) {
      const auto a = trained().predict(in), b = compiled.predict(in);
      CHECK(a.most_likely.inside == b.most_likely.inside);
      CHECK(std::abs(a.most_likely.sum - b.most_likely.sum) < 1e-9);
      CHECK(std::abs(a["inside"].probability("true") - b["inside"].probability("true")) < 1e-9);
      CHECK(compiled(in).sum == b.most_likely.sum);
    }
    CHECK(compiled.path() == folder + "/m.so");
    CHECK(std::filesystem::exists(compiled.source_path()));
    CHECK(tc::read_file(compiled.header_path()).find("double sum;") != std::string::npos);
    CHECK_THROWS_AS(
        (tc::compiled_model<Out, Out>(tc::plugin(folder + "/m.so"), "predict_test_model_Out",
                                      tc::codec<Out>::describe(""), tc::codec<Out>::describe(""))),
        tc::plugin_error);
    std::filesystem::remove_all(folder);
  }
  TEST_CASE("the progress bar is drawn on standard error only") {
    std::fflush(stdout);
    std::fflush(stderr);
    const std::string out = temporary(".out"), err = temporary(".err");
    const int kept_out = dup(1), kept_err = dup(2);
    const int to_out = open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    const int to_err = open(err.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(to_out, 1), dup2(to_err, 2);
    auto options = quick(20);
    options.progress = true;
    Model model({.seed = 1, .network = {.width = 8}});
    const auto result = model.fit(rows_of(60, 1), options);
    std::fflush(stdout);
    std::fflush(stderr);
    dup2(kept_out, 1), dup2(kept_err, 2);
    for (const int descriptor : {kept_out, kept_err, to_out, to_err}) close(descriptor);
    CHECK(tc::read_file(out).empty());
    const std::string drawn = tc::read_file(err);
    CHECK(std::count(drawn.begin(), drawn.end(), '\n') ==
          static_cast<std::ptrdiff_t>(result.epochs));
    CHECK(drawn.find("rows/s/core") != std::string::npos);
    std::filesystem::remove(out);
    std::filesystem::remove(err);
  }
}

}  // namespace test_model
