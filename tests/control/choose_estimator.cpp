// tests/control/choose_estimator.cpp -- estimators measured against each other.
#include <tensacode/control/control.hpp>
#include <tensacode/io/json.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace test_choose_estimator {

using doctest::Approx;

// One type for all programs, so that one contest is compiled.
using program = std::function<tc::var(tc::var)>;

const program one_flip = [](auto logit) {
  const double b = tc::flip(tc::sigmoid(logit));
  return (b - 0.49) * (b - 0.49);
};
const program heads_in_a_row = [](auto p) {
  int n = 0;
  while (tc::flip(p)) ++n;
  return static_cast<double>(n);
};
// E[b^2 - 0.9 b] = 0.1 p: the curve is what the relaxed estimators see, and is not there.
const program curved = [](auto x) {
  using Real = decltype(x);
  const Real b = tc::if_(x > 0.0, [] { return Real(1); }, [] { return Real(0); });
  return Real(b * b - 0.9 * b);
};

tc::estimator_report choose(const program& f, double x, const tc::choose_options& options = {}) {
  return tc::choose_estimator(f, x, options);
}

TEST_SUITE("control/choose_estimator") {
  TEST_CASE("few paths are enumerated, and the options say how") {
    const auto report = choose(one_flip, 1.5);
    CHECK(report.best.name == "enumeration");
    CHECK(report.reference == "enumeration");
    CHECK(report.best.evaluations == 2);
    CHECK(report.best.sweeps == 2);
    CHECK(report.best.work_normalized_variance == 0);
    CHECK(report.best.options.samples == 256);
    CHECK(report.best.options.enumerated_paths == 2);
    // The others are right too, and vary.
    for (const char* name : {"leave_one_out", "disarm"}) {
      CHECK(report[name].variance > 0);
      CHECK(report[name].bias > 0);
      CHECK(report[name].z_score < 4);
      CHECK(report[name].evaluations == 256);
      CHECK(report[name].sweeps == 256);
    }
    CHECK(report["control_variates"].sweeps == 512);  // a fit to train, and one to use
  }
  TEST_CASE("variances are those of a sample") {
    // P1 of the control flow benchmarks: the deviation under leave_one_out.
    const auto report = choose(one_flip, 1.5, {.samples = 64, .estimates = 1000});
    CHECK(std::sqrt(report["leave_one_out"].variance) == Approx(0.0049).epsilon(0.1));
    // DisARM of pairs, by its two outcomes: 0 where both are heads.
    const double p = 1 / (1 + std::exp(-1.5)), d = 0.02 / 2 * p;
    CHECK(report["disarm"].variance ==
          Approx(2 * (2 * (1 - p) * d * d - std::pow(p * (1 - p) * 0.02, 2))).epsilon(0.1));
    CHECK(report["disarm"].work_normalized_variance == Approx(2 * report["disarm"].variance));
    CHECK(report["disarm"].mean_squared_error == Approx(report["disarm"].variance / 64));
  }
  TEST_CASE("each estimator is the best of some program") {
    const auto heads = choose(heads_in_a_row, 0.8);
    CHECK(heads.best.name == "control_variates");
    CHECK(heads["leave_one_out"].work_normalized_variance >
          100 * heads.best.work_normalized_variance);
    CHECK(heads["leave_one_out"].z_score < 4);
    CHECK(heads["disarm"].z_score < 4);
    CHECK_FALSE(heads["enumeration"].applies);
    CHECK(heads["enumeration"].note.find("more than 4096 paths") != std::string::npos);

    const program step = [](auto x) { return tc::normal(x, 0.5) < 0.0 ? 0.0 : 1.0; };
    const auto under_noise = choose(step, 0.0, {.samples = 64});
    CHECK(under_noise.best.name == "leave_one_out");
    CHECK(under_noise["enumeration"].note.find("normal") != std::string::npos);

    const program idle = [](auto logit) {
      const auto result = one_flip(logit);
      for (int i = 0; i < 4; ++i) tc::flip(0.5);
      return result;
    };
    const auto even = choose(idle, 0.0, {.samples = 8});
    CHECK(even.best.name == "disarm");
    CHECK(even.best.variance == Approx(0));
    CHECK(even.best.options.baseline == tc::baseline::disarm);
    CHECK(even.reference == "enumeration");
    CHECK(even["enumeration"].evaluations == 32);
    CHECK(even["enumeration"].note == "32 paths are more than the 8 samples of an estimate");
    CHECK_FALSE(even["rebar"].applies);
    CHECK(even["rebar"].note.find("the choice at choose_estimator.cpp:") != std::string::npos);

    const program bits = [](auto x) {  // each with a logit of its own
      decltype(x) sum = -1;
      tc::random_stream stream{tc::random_key(5)};
      for (int i = 0; i < 50; ++i) {
        const double logit = stream.normal(), weight = stream.normal();
        sum += weight * tc::bernoulli(tc::sigmoid(logit * x));
      }
      return tc::square(sum);
    };
    const auto many = choose(bits, 1.0, {.samples = 64});
    CHECK(many.best.name == "rebar");
    CHECK(many.best.evaluations == 3 * 64);
    CHECK(many.best.sweeps == 6 * 64);
    CHECK(many["rebar"].variance < many["leave_one_out"].variance / 4.5);
    CHECK(many["leave_one_out"].z_score < 4);
  }
  TEST_CASE("rebar does not apply where it is seen to be wrong, or throws") {
    const program decides = [](auto x) {  // by the value of what it drew
      decltype(x) sum = -1;
      int heads = 0;
      for (int i = 0; i < 3; ++i) {
        const auto b = tc::bernoulli(tc::sigmoid(x));
        heads += tc::value(b) > 0.5;
        sum += b;
      }
      return tc::square(sum) + (heads > 1 ? 3.0 : 0.0);
    };
    const auto wrong = choose(decides, 0.3, {.samples = 512});
    CHECK_FALSE(wrong["rebar"].applies);
    CHECK_FALSE(wrong["rebar"].unbiased);
    CHECK(wrong["rebar"].note.find("standard errors from that of enumeration") !=
          std::string::npos);
    CHECK(wrong["control_variates"].z_score < 4);

    const program whole_numbers = [](auto x) {
      const auto b = tc::bernoulli(tc::sigmoid(x));
      if (std::floor(tc::value(b)) != tc::value(b)) throw std::domain_error("half a coin");
      return tc::square(b - 0.3);
    };
    const auto throws = choose(whole_numbers, 0.3, {.samples = 64});
    CHECK_FALSE(throws["rebar"].applies);
    CHECK(throws["rebar"].note.find("between 0 and 1: half a coin") != std::string::npos);
    CHECK(throws.best.name == "enumeration");
  }
  TEST_CASE("comparisons: what the relaxed estimators are biased by") {
    const auto report = choose(curved, 0.1, {.temperature = 1});
    const double p = 1 / (1 + std::exp(-0.1)), slope = p * (1 - p);
    CHECK(report.best.name == "score_function, enumeration");
    CHECK(report.best.sites == tc::estimator::type::score_function);
    CHECK(report["straight_through"].bias == Approx(slope));
    CHECK(report["gate"].bias == Approx((2 * p - 1) * slope));
    CHECK(report["hard"].bias == Approx(0.1 * slope));
    CHECK(report["gate"].mean_squared_error == Approx(std::pow((2 * p - 1) * slope, 2)));
    CHECK_FALSE(report["gate"].unbiased);
    CHECK(report["score_function, disarm"].z_score < 4);
    CHECK(report["score_function, control_variates"].unbiased);
  }
  TEST_CASE("a gate is the best where what follows is affine and paths are many") {
    const program affine = [](auto x) {
      using Real = decltype(x);
      Real sum = 0;
      for (int i = 1; i <= 10; ++i)
        sum = sum + tc::if_(x * i > 1.0, [&] { return Real(2 * x); }, [] { return Real(0); });
      return sum;
    };
    const auto report = choose(affine, 0.2, {.temperature = 0.5});
    CHECK(report.best.name == "gate");
    CHECK(report.best.bias < 1e-12);
    CHECK(report["straight_through"].bias > 0.1);
    CHECK(report["score_function, leave_one_out"].z_score < 4);
  }
  TEST_CASE("without a temperature it is told that comparisons pass nothing") {
    const auto report = choose(curved, 0.1);
    CHECK(report.best.name == "enumeration");
    CHECK(report.best.evaluations == 1);
    CHECK(report.hard_comparisons == 1);
    CHECK(report.reason.find("draws nothing") != std::string::npos);
    CHECK(report.reason.find("with a temperature") != std::string::npos);
    CHECK(choose(one_flip, 1.0).reason.find("temperature") == std::string::npos);
  }
  TEST_CASE("an estimator that the program does not allow is a row that says so") {
    const program counted = [](auto x) {  // a gate cannot mix the counts
      using Real = decltype(x);
      struct state {
        Real x;
        int count;
      };
      const auto end = tc::if_(x > 0.0, state{x, 0}, [](auto& s) { ++s.count; }, [](auto&) {});
      return Real(end.x * end.count);
    };
    const auto report = choose(counted, 0.3, {.temperature = 1});
    CHECK_FALSE(report["gate"].applies);
    CHECK(report["gate"].note.find("count") != std::string::npos);
    CHECK(report["score_function, enumeration"].applies);
    CHECK(report.to_text().find("count") != std::string::npos);
  }
  TEST_CASE("the same seed gives the same choice and numbers at any number of threads") {
    const auto at = [](std::size_t threads) {
      auto report = with_threads(threads, [] {
        return choose(curved, 0.1, {.samples = 200, .estimates = 4, .temperature = 0.5});
      });
      for (auto& row : report.rows) row.seconds = 0;
      report.best.seconds = 0;
      return tc::to_json(report);
    };
    const auto one = at(1);
    CHECK(one == at(7));
    CHECK(one.find(R"("reference":"score_function, enumeration")") != std::string::npos);
  }
  TEST_CASE("the table has a line for each estimator, and the reason") {
    const auto report = choose(one_flip, 1.5, {.samples = 8, .estimates = 2});
    const std::string text = report.to_text();
    for (const auto& row : report.rows) CHECK(text.find("\n" + row.name) != std::string::npos);
    CHECK(text.find("best: " + report.reason) != std::string::npos);
    CHECK_THROWS_AS(report["gate"], tc::argument_error);
  }
  TEST_CASE("what cannot be measured is refused") {
    CHECK_THROWS_AS(choose(one_flip, 0.0, {.samples = 2}), tc::argument_error);
    CHECK_THROWS_AS(choose(one_flip, 0.0, {.samples = 7}), tc::argument_error);
    CHECK_THROWS_AS(choose(one_flip, 0.0, {.estimates = 1}), tc::argument_error);
    CHECK_THROWS_AS(choose(one_flip, 0.0, {.temperature = -1}), tc::argument_error);
    CHECK_THROWS_AS(choose(one_flip, 0.0, {.temperature = std::nan("")}), tc::argument_error);
    std::string message;
    try {
      choose([](auto a) { return tc::uniform(a, 3.0) < 2.0 ? 1.0 : 0.0; }, 1.0);
    } catch (const tc::error& e) {
      message = e.what();
    }
    CHECK(message.find("no unbiased estimator applies") != std::string::npos);
    CHECK(message.find("uniform") != std::string::npos);
  }
}

}  // namespace test_choose_estimator
