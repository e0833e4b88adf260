#include <tensacode/learn/metrics.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace test_metrics {

using Scored = std::vector<std::pair<double, bool>>;

/// The share of pairs that are in order, ties counted half.
double pairwise(const Scored& scored) {
  double right = 0, pairs = 0;
  for (const auto& [a, positive] : scored)
    for (const auto& [b, other] : scored)
      if (positive && !other) {
        right += a > b ? 1 : a == b ? 0.5 : 0;
        ++pairs;
      }
  return right / pairs;
}

struct meter {
  tc::codec_node node;
  tc::columns truth;
  tc::leaf_belief belief;
  tc::detail::field_meter metered;
  meter() { node.path = "f", belief.node = &node; }
  tc::field_report summary() {
    metered.add(belief, truth);
    return metered.summary();
  }
};

TEST_SUITE("learn/metrics") {
  TEST_CASE("the area under the ROC curve is the share of pairs in order, with ties") {
    CHECK(tc::area_under_roc({{1, false}, {2, true}}) == 1);
    CHECK(tc::area_under_roc({{2, false}, {1, true}}) == 0);
    CHECK(tc::area_under_roc({{1, false}, {1, true}, {1, true}}) == 0.5);
    Scored scored;
    for (int i = 0; i < 200; ++i) scored.emplace_back((i * 37) % 11, (i * 53) % 7 < 3);
    CHECK(tc::area_under_roc(scored) == doctest::Approx(pairwise(scored)).epsilon(1e-12));
    CHECK(std::isnan(tc::area_under_roc({{1, true}, {2, true}})));
    CHECK(std::isnan(tc::area_under_roc({})));
  }
  TEST_CASE("accuracy, log-loss and calibration of categories") {
    meter m;
    m.node.kind = tc::node_kind::category;
    m.node.categories = {"no", "yes"};
    m.belief.probabilities.resize(2, 40);
    for (int i = 0; i < 40; ++i) {
      m.belief.probabilities.col(i) << 0.2, 0.8;
      m.truth.indices.push_back(i % 4 == 0 ? 0 : 1);  // 75 % are "yes"
    }
    m.truth.instances = 40;
    const auto summary = m.summary();
    CHECK(summary.rows == 40);
    CHECK(summary.accuracy == 0.75);
    CHECK(summary.auc == 0.5);
    CHECK(summary.log_loss == doctest::Approx(-0.75 * std::log(0.8) - 0.25 * std::log(0.2)));
    CHECK(summary.calibration_error >= 0.05 - 1e-12);
    CHECK(std::isnan(summary.rmse));
  }
  TEST_CASE("a perfectly calibrated belief has no calibration error to speak of") {
    meter m;
    m.node.kind = tc::node_kind::category;
    m.node.categories = {"no", "yes"};
    const int n = 15000;
    m.belief.probabilities.resize(2, n);
    for (int i = 0; i < n; ++i) {
      const double p = 0.5 + 0.5 * i / n;
      m.belief.probabilities.col(i) << 1 - p, p;
      m.truth.indices.push_back((i * 7919 % n) / double(n) < p ? 1 : 0);
    }
    m.truth.instances = n;
    CHECK(m.summary().calibration_error < 0.02);
  }
  TEST_CASE("RMSE, MAE and R2 of numbers; rows without a value do not count") {
    meter m;
    m.node.kind = tc::node_kind::number;
    m.truth.numbers = {1, 2, 3, NAN, 6};
    m.truth.instances = 5;
    m.belief.mean = {1, 2, 4, 100, 4};
    m.belief.deviation = {1, 1, 1, 1, 1};
    const auto summary = m.summary();
    CHECK(summary.rows == 4);
    CHECK(summary.rmse == doctest::Approx(std::sqrt(5.0 / 4)));
    CHECK(summary.mae == doctest::Approx(0.75));
    CHECK(summary.r2 == doctest::Approx(1 - 5.0 / 14));
    CHECK(std::isnan(summary.accuracy));
  }
  TEST_CASE("values that are large and close have an R2 that is not lost in rounding") {
    meter m;
    m.node.kind = tc::node_kind::number;
    for (int i = 0; i < 100; ++i) {
      m.truth.numbers.push_back(1e9 + i);
      m.belief.mean.push_back(1e9 + i + (i % 2 ? 1 : -1));
      m.belief.deviation.push_back(1);
    }
    m.truth.instances = 100;
    CHECK(m.summary().r2 == doctest::Approx(1 - 100.0 / 83325).epsilon(1e-6));
  }
  TEST_CASE("a category that is absent is right when the last one is believed") {
    meter m;
    m.node.kind = tc::node_kind::category;
    m.node.categories = {"a", "b"};
    m.node.absent_allowed = true;
    m.belief.probabilities.resize(3, 1);
    m.belief.probabilities.col(0) << 0.1, 0.2, 0.7;
    m.truth.indices = {-1};
    m.truth.instances = 1;
    CHECK(m.summary().accuracy == 1);
  }
  TEST_CASE("a report is a table with a dash where a metric does not apply") {
    tc::report report;
    report.rows = 3;
    report.fields.resize(2);
    report.fields[0].path = "income";
    report.fields[0].accuracy = 0.85;
    report.fields[1].path = "a long name";
    const std::string text = report.to_text();
    CHECK(text.find("income          0    0.8500    -") != std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(report["income"].accuracy == 0.85);
    CHECK_THROWS_WITH_AS(report["age"], "report: no output field 'age'", tc::argument_error);
  }
}

}  // namespace test_metrics
