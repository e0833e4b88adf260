// tests/control/ledger.cpp -- what is counted of branches and loops, and how it is printed.
#include <tensacode/control/control.hpp>
#include <tensacode/control/ledger_report.hpp>
#include <tensacode/io/json.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace test_ledger {

using doctest::Approx;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

const auto program = [](auto x) {
  using Real = decltype(x);
  Real y = tc::if_(
      x < 2.0, [&] { return Real(x * x); }, [&] { return Real(5 * x); }, tc::gate{0.5}, "valve");
  y = tc::while_(
      y, [](const auto& z) { return z < 10.0; }, [](auto& z) { z = z * 2; }, {}, "doubling");
  return y;
};

// Read back from the JSON.
struct printed_site {
  std::string site, construct, file;
  int line = 0;
  std::size_t visits = 0, hard_visits = 0, dropped = 0;
  double mean_weight = 0, mean_entropy = 0, mean_gap = 0, margin_spread = 0, truncation_bound = 0;
  std::size_t sweeps = 0;
  double mean_derivative = 0, derivative_variance = 0;
  std::vector<std::size_t> weights;
};

TEST_SUITE("control/ledger") {
  TEST_CASE("visits, weights, gaps, and the derivatives by the weights") {
    tc::ledger book;
    {
      const tc::ledger_scope scope(book);
      (void)tc::grad(program)(1.0);
      (void)tc::grad(program)(1.5);
    }
    (void)tc::grad(program)(1.2);  // not counted
    REQUIRE(book.sites().size() == 2);
    const auto& valve = book.sites()[0];
    CHECK(valve.name() == "valve");
    CHECK(valve.visits == 2);
    CHECK(valve.hard_visits == 0);
    const double p = logistic(2), q = logistic(1);
    CHECK(valve.mean_weight() == Approx((p + q) / 2));
    const auto entropy = [](double w) { return -w * std::log(w) - (1 - w) * std::log(1 - w); };
    CHECK(valve.mean_entropy() == Approx((entropy(p) + entropy(q)) / 2));
    CHECK(valve.mean_gap() == Approx(((1 - p) * (5 - 1) + (1 - q) * (7.5 - 2.25)) / 2));
    CHECK(valve.margin_spread() == Approx(0.5 / std::sqrt(2.0)));
    CHECK(valve.sweeps == 2);
    // The result is the mixture times 8 (from 1.48) and 4 (from 3.66).
    const double by_p = 8 * (1 - 5), by_q = 4 * (2.25 - 7.5);
    CHECK(valve.mean_derivative() == Approx((by_p + by_q) / 2));
    CHECK(valve.derivative_variance() == Approx(std::pow(by_p - by_q, 2) / 2));
    const auto& loop = book.sites()[1];
    CHECK(loop.name() == "doubling");
    CHECK(loop.visits == 3 + 2 + 2);
    CHECK(loop.hard_visits == loop.visits);
    CHECK(loop.mean_weight() == Approx(5.0 / 7));
    CHECK(loop.weights[tc::site_record::bins - 1] == 5);
    book.clear();
    CHECK(book.sites().empty());
  }
  TEST_CASE("a site without a label has its place for a name") {
    tc::ledger book;
    const tc::ledger_scope scope(book);
    const int line = __LINE__ + 1;
    (void)tc::if_(true, [] { return 1; }, [] { return 2; });
    REQUIRE(book.sites().size() == 1);
    CHECK(book.sites()[0].name() == "ledger.cpp:" + std::to_string(line));
  }
  TEST_CASE("estimates are counted in one order, at any number of threads") {
    const auto count = [](std::size_t threads) {
      tc::ledger book;
      with_threads(threads, [&] {
        const tc::ledger_scope scope(book);
        (void)tc::estimate(
            [](auto x) {
              const bool heads = tc::flip(tc::sigmoid(x));
              return tc::if_(
                  x < 0.3 + heads, [&] { return 2 * x; }, [&] { return x * x; }, tc::gate{0.2},
                  "gate");
            },
            {.samples = 500, .seed = 4, .enumerated_paths = 0})(0.4);
      });
      return tc::ledger_json(book);
    };
    const auto one = count(1);
    CHECK(one == count(2));
    CHECK(one == count(7));
    CHECK(one.find("\"visits\": 500") != std::string::npos);
  }
  TEST_CASE("the JSON reads back; the page and the table hold the names, made harmless") {
    tc::ledger book;
    {
      const tc::ledger_scope scope(book);
      (void)tc::grad([](auto x) {
        return tc::if_(
            x < 2.0, [&] { return x * x; }, [&] { return 5 * x; }, tc::gate{0.5},
            "a \"<b>\" & \\c");
      })(1.0);
    }
    const auto sites = tc::from_json<std::vector<printed_site>>(tc::ledger_json(book));
    REQUIRE(sites.size() == 1);
    CHECK(sites[0].site == "a \"<b>\" & \\c");
    CHECK(sites[0].construct == "if_");
    CHECK(sites[0].visits == 1);
    CHECK(sites[0].mean_weight == Approx(logistic(2)));
    CHECK(sites[0].weights.size() == tc::site_record::bins);
    const auto page = tc::ledger_html(book);
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.find("<b>") == std::string::npos);
    CHECK(page.find("<svg") != std::string::npos);
    CHECK(tc::ledger_table(book).find("if_") != std::string::npos);
    CHECK(tc::ledger_json({}) == "[\n]\n");
  }
  TEST_CASE("anneal lowers a temperature, but not below a part of the margins' spread") {
    tc::ledger book;
    const auto e = tc::anneal(book, tc::gate{1}, {.factor = 0.5});
    CHECK(e.temperature == 0.5);
    CHECK(e.how == tc::estimator::type::gate);
    {
      const tc::ledger_scope scope(book);
      for (const double x : {0.0, 1.0, 2.0})
        (void)tc::grad([](auto y) {
          return tc::if_(y < 2.0, [&] { return y * y; }, [&] { return 5 * y; }, tc::gate{1});
        })(x);
    }
    CHECK(tc::anneal(book, tc::gate{1}, {.factor = 0.5}).temperature == 0.5);
    CHECK(tc::anneal(book, tc::gate{0.4}, {.factor = 0.5}).temperature == Approx(0.3));
    CHECK(tc::anneal(book, tc::gate{0.2}, {.factor = 0.5}).temperature == 0.2);  // never raised
  }
}

}  // namespace test_ledger
