// tests/control/relaxed_draws.cpp -- draws that are numbers: plain, concrete, and by rebar.
#include <tensacode/control/control.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <Eigen/Core>

namespace test_relaxed_draws {

using doctest::Approx;

// One type for all programs of a kind, so that each estimator is compiled once for it.
using program = std::function<tc::var(tc::var)>;
using many_program = std::function<tc::var(const std::vector<tc::var>&)>;

program one_bit(double p0) {  // P1 of the control flow benchmarks
  return [p0](auto logit) { return tc::square(tc::bernoulli(tc::sigmoid(logit)) - p0); };
}
const program three_bits = [](tc::var logit) {
  tc::var sum = 0;
  for (const double p0 : {0.6, 0.51, 0.48})
    sum += tc::square(tc::bernoulli(tc::sigmoid(logit)) - p0);
  return sum;
};
double chance(double logit) { return 1 / (1 + std::exp(-logit)); }

/// The square of a weighted sum of bits with logits of their own, less 1.
struct weighted_bits {
  std::vector<double> logits, weights;
  explicit weighted_bits(std::size_t count) {
    tc::random_stream stream{tc::random_key(5)};
    for (std::size_t i = 0; i < count; ++i) {
      logits.push_back(stream.normal());
      weights.push_back(stream.normal());
    }
  }
  many_program run() const {
    return [w = weights](const std::vector<tc::var>& a) {
      tc::var sum = -1;
      for (std::size_t i = 0; i < a.size(); ++i) sum += w[i] * tc::bernoulli(tc::sigmoid(a[i]));
      return tc::square(sum);
    };
  }
  std::vector<double> gradient() const {
    double mean = -1;
    for (std::size_t i = 0; i < logits.size(); ++i) mean += weights[i] * chance(logits[i]);
    std::vector<double> exact;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double p = chance(logits[i]), w = weights[i];
      exact.push_back(p * (1 - p) * w * (w * (1 - 2 * p) + 2 * mean));
    }
    return exact;
  }
};

/// Logits to the probabilities of one draw of three outcomes, and of another.
const many_program two_draws = [](const std::vector<tc::var>& a) {
  tc::var sum = 0;
  for (const std::size_t first : {0, 3}) {
    std::array<tc::var, 3> p;
    tc::var total = 0;
    for (std::size_t i = 0; i < 3; ++i) total += p[i] = exp(a[first + i]);
    for (auto& x : p) x = x / total;
    const auto drawn = tc::one_hot(p);
    for (std::size_t i = 0; i < 3; ++i) sum += (1.0 + 0.7 * static_cast<double>(i * i)) * drawn[i];
  }
  return tc::var(sin(sum) + 0.1 * sum * sum);
};
const std::vector<double> six_logits{0.1, -0.4, 0.3, 0.9, -1.2, 0.5};

template <class Estimate>
void check_near(const Estimate& e, double value, const std::vector<double>& gradient) {
  CHECK(std::abs(e.value - value) < 4 * e.value_error + 1e-12);
  const auto found = tc::flatten(std::tuple{e.gradient});
  const auto errors = tc::flatten(std::tuple{e.gradient_error});
  REQUIRE(found.size() == gradient.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(std::abs(found[i] - gradient[i]) < 4 * errors[i] + 1e-12);
}

double sum_of_squares(const std::vector<double>& numbers) {
  double sum = 0;
  for (const double x : numbers) sum += x * x;
  return sum;
}

/// The mean of `f(seed)` over seeds, and its error.
template <class F>
std::array<double, 2> mean_of(int seeds, const F& f) {
  double sum = 0, squares = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const double x = f(static_cast<std::uint64_t>(seed));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / seeds;
  return {mean, std::sqrt((squares / seeds - mean * mean) / (seeds - 1))};
}

template <class F>
std::string refusal_of(const F& f) {
  try {
    f();
  } catch (const tc::argument_error& e) {
    return e.what();
  }
  return "nothing is refused";
}
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST_SUITE("control/relaxed_draws") {
  TEST_CASE("under tc::estimate the draws are choices, as numbers") {
    const double p = chance(1.5), slope = p * (1 - p) * (1 - 2 * 0.49);
    const double value = p * 0.51 * 0.51 + (1 - p) * 0.49 * 0.49;
    const auto enumerated = tc::estimate(one_bit(0.49))(1.5);
    CHECK(enumerated.value == Approx(value));
    CHECK(enumerated.gradient == Approx(slope));
    CHECK(enumerated.evaluations == 2);
    for (const auto how :
         {tc::baseline::control_variates, tc::baseline::leave_one_out, tc::baseline::disarm})
      check_near(
          tc::estimate(one_bit(0.49),
                       {.samples = 4096, .seed = 3, .baseline = how, .enumerated_paths = 0})(1.5),
          value, {slope});
    const program flipped = [](tc::var logit) {
      return tc::square(tc::var(tc::flip(tc::sigmoid(logit)) ? 1 : 0) - 0.49);
    };
    const tc::estimate_options sampled{.samples = 100, .enumerated_paths = 0};
    CHECK(tc::estimate(one_bit(0.49), sampled)(1.5).gradient ==
          tc::estimate(flipped, sampled)(1.5).gradient);

    const auto exact = tc::enumerate(two_draws)(six_logits);
    CHECK(exact.evaluations == 9);
    check_near(
        tc::estimate(two_draws, {.samples = 4096, .seed = 2, .enumerated_paths = 0})(six_logits),
        exact.value, exact.gradient);
  }
  TEST_CASE("numbers for numbers, variables for variables, in containers like the argument") {
    const program looks = [](tc::var p) {
      static_assert(std::is_same_v<decltype(tc::bernoulli(0.5)), double>);
      static_assert(std::is_same_v<decltype(tc::bernoulli(p)), tc::var>);
      static_assert(std::is_same_v<decltype(tc::bernoulli(p * 2)), tc::var>);
      const auto array = tc::one_hot(std::array<tc::var, 2>{p, 1 - p});
      static_assert(std::is_same_v<decltype(array), const std::array<tc::var, 2>>);
      const auto numbers = tc::one_hot(std::vector<double>{0.25, 0.75});
      static_assert(std::is_same_v<decltype(numbers), const std::vector<double>>);
      const auto eigen = tc::one_hot(Eigen::Vector3d(0.5, 0.25, 0.25));
      static_assert(std::is_same_v<decltype(eigen), const Eigen::Vector3d>);
      Eigen::Matrix<tc::var, Eigen::Dynamic, 1> dynamic(2);
      dynamic << p, 1 - p;
      const auto variables = tc::one_hot(dynamic);
      static_assert(std::is_same_v<decltype(variables), const decltype(dynamic)>);
      const double sums[] = {tc::value(tc::var(array[0] + array[1])), numbers[0] + numbers[1],
                             eigen.sum(), tc::value(tc::var(variables[0] + variables[1]))};
      for (const double sum : sums) CHECK(sum == Approx(1));
      return array[0];
    };
    CHECK(tc::estimate(looks, {.samples = 100})(0.3).gradient == Approx(1).epsilon(0.3));
    tc::concrete(looks, {.samples = 10})(0.3);
    tc::rebar(looks, {.samples = 10})(0.3);
  }

  TEST_CASE("derivatives of relaxed bits are those of their values") {
    for (const double p : {1e-6, 0.2, 0.5, 0.97})
      for (const double u : {0x1p-54, 0.01, 0.4, 0.9, 1 - 0x1p-53})
        for (const double t : {0.2, 1.0}) {
          const double h = 1e-5 * p * (1 - p);
          const auto slope = [&](const auto& f) { return (f(p + h) - f(p - h)) / (2 * h); };
          const auto near = [&](const tc::detail::relaxed_bit& bit, double numeric) {
            return std::abs(bit.slope - numeric) < 1e-5 * std::abs(numeric) + 1e-9 / p;
          };
          CHECK(near(tc::detail::relax_bit(p, u, t),
                     slope([&](double q) { return tc::detail::relax_bit(q, u, t).value; })));
          for (const bool outcome : {false, true}) {
            const auto given = tc::detail::relax_given_bit(p, outcome, u, t);
            CHECK(near(given, slope([&](double q) {
                         return tc::detail::relax_given_bit(q, outcome, u, t).value;
                       })));
            // The paper's form.
            const double v = outcome ? u * p + (1 - p) : u * (1 - p);
            CHECK((outcome ? given.value >= 0.5 : given.value <= 0.5));
            if (u > 0.001 && u < 0.999)
              CHECK(given.value == Approx(tc::detail::relax_bit(p, v, t).value));
          }
        }
  }
  TEST_CASE("derivatives of relaxed outcomes are those of their values") {
    const std::vector<double> e{0.3, 2.0, 0.9}, p{0.2, 0.5, 0.3};
    for (const std::size_t given : {0, 1, 2, 3}) {
      const auto relaxed = [&](const std::vector<double>& q) {
        return given < 3 ? tc::detail::relax_given_outcome(e, q, given, 0.7)
                         : tc::detail::relax_outcomes(e, q, 0.7);
      };
      const auto at = relaxed(p);
      const auto largest = std::max_element(at.values.begin(), at.values.end());
      CHECK(largest - at.values.begin() ==
            static_cast<std::ptrdiff_t>(given < 3 ? given : tc::detail::first_outcome(e, p)));
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t i = 0; i < 3; ++i) {
          auto more = p, less = p;
          more[j] += 1e-6;
          less[j] -= 1e-6;
          const double numeric = (relaxed(more).values[i] - relaxed(less).values[i]) / 2e-6;
          CHECK(at.values[i] * ((i == j) - at.values[j]) * at.slopes[j] ==
                Approx(numeric).epsilon(1e-6));
        }
    }
    const auto without = tc::detail::relax_outcomes({1, 1, 1}, {0, 0.5, 0.5}, 0.7);
    CHECK(without.values[0] == 0);
    CHECK(without.values[1] == 0.5);
  }

  TEST_CASE("concrete: value and gradient are those of the relaxed program") {
    const double t = 0.5, h = 1e-5;
    const auto relaxed_value = [&](double logit) {
      double sum = 0;  // over the uniform number
      const int steps = 200'000;
      for (int i = 0; i < steps; ++i) {
        const double u = (i + 0.5) / steps;
        const double s = chance((logit + std::log(u) - std::log1p(-u)) / t);
        sum += (s - 0.49) * (s - 0.49) / steps;
      }
      return sum;
    };
    for (const double logit : {0.0, 1.5}) {
      const double slope = (relaxed_value(logit + h) - relaxed_value(logit - h)) / (2 * h);
      const auto e = tc::concrete(one_bit(0.49), {.samples = 20'000, .seed = 4})(logit);
      check_near(e, relaxed_value(logit), {slope});
      // Far from that of the program; and the control variates make the error small enough to see.
      const double p = chance(logit), exact = p * (1 - p) * 0.02;
      if (logit > 0) CHECK(e.gradient / exact == Approx(12.8).epsilon(0.1));
    }
  }
  TEST_CASE("concrete: the gradient is the derivative at the same noise") {
    // So few samples bear no control variates.
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const tc::concrete_options options{.samples = 4, .seed = seed};
      const auto at = [&](double x) { return tc::concrete(three_bits, options)(x); };
      CHECK(at(0.3).gradient ==
            Approx((at(0.3 + 1e-6).value - at(0.3 - 1e-6).value) / 2e-6).epsilon(1e-6));
      for (std::size_t i = 0; i < six_logits.size(); ++i) {
        auto more = six_logits, less = six_logits;
        more[i] += 1e-6;
        less[i] -= 1e-6;
        CHECK(tc::concrete(two_draws, options)(six_logits).gradient[i] ==
              Approx((tc::concrete(two_draws, options)(more).value -
                      tc::concrete(two_draws, options)(less).value) /
                     2e-6)
                  .epsilon(1e-5));
      }
    }
  }
  TEST_CASE("concrete: as the temperature falls, the value goes to that of the program") {
    const double p = chance(1.5), exact = p * 0.51 * 0.51 + (1 - p) * 0.49 * 0.49;
    double before = HUGE_VAL;
    for (const double t : {1.0, 0.1, 0.01, 0.001}) {
      const auto e =
          tc::concrete(one_bit(0.49), {.samples = 20'000, .seed = 2, .temperature = t})(1.5);
      CHECK(std::abs(e.value - exact) < before);
      before = std::abs(e.value - exact);
    }
    CHECK(before < 0.001);
    const auto outcomes = tc::enumerate(two_draws)(six_logits);
    const auto e = tc::concrete(two_draws, {.samples = 20'000, .temperature = 0.001})(six_logits);
    CHECK(std::abs(e.value - outcomes.value) < 4 * e.value_error + 0.002);
  }
  TEST_CASE("concrete: other draws are what they are under tc::estimate") {
    // E[s n], the relaxed bit times a flip whose probability moves with it.
    const program mixed = [](tc::var logit) {
      const tc::var s = tc::bernoulli(tc::sigmoid(logit));
      return tc::var(s * (tc::flip(tc::var(0.2 + 0.6 * s)) ? 1.0 : 0.0) + tc::normal(logit, 1.0));
    };
    const program without = [](tc::var logit) {
      const tc::var s = tc::bernoulli(tc::sigmoid(logit));
      return tc::var(s * (0.2 + 0.6 * s) + logit);
    };
    const auto e = tc::concrete(mixed, {.samples = 20'000})(0.4);
    const auto exact = tc::concrete(without, {.samples = 20'000, .seed = 9})(0.4);
    CHECK(std::abs(e.value - exact.value) < 4 * std::hypot(e.value_error, exact.value_error));
    CHECK(std::abs(e.gradient - exact.gradient) <
          4 * std::hypot(e.gradient_error, exact.gradient_error));
  }

  TEST_CASE("rebar: the exact gradients of P1") {
    for (const double logit : {0.0, 1.5})
      for (const double p0 : {0.45, 0.49, 0.499}) {
        const double p = chance(logit), slope = p * (1 - p) * (1 - 2 * p0);
        const auto e = tc::rebar(one_bit(p0), {.samples = 4000, .seed = 7})(logit);
        check_near(e, p * (1 - p0) * (1 - p0) + (1 - p) * p0 * p0, {slope});
        CHECK(e.gradient_error < 1e-3 * slope);
        CHECK(e.explained > 0.99);
        CHECK(e.evaluations == 12'000);
        CHECK(e.sweeps == 24'000);
      }
    const auto shared = tc::rebar(three_bits, {.samples = 20'000})(0.0);
    check_near(shared, 3 * 0.25 + 0.1 * 0.1 + 0.01 * 0.01 + 0.02 * 0.02, {-0.045});
    CHECK(shared.gradient_error < 0.07 / std::sqrt(20'000));
  }
  TEST_CASE("rebar: the exact gradient of draws of three outcomes") {
    const auto exact = tc::enumerate(two_draws)(six_logits);
    for (const double t : {0.3, 1.0})
      check_near(tc::rebar(two_draws, {.samples = 20'000, .temperature = t})(six_logits),
                 exact.value, exact.gradient);
    const program p6 = [](tc::var t) {
      const auto drawn =
          tc::one_hot(std::array<tc::var, 4>{0.1 + t, 0.5 + 2 * t, 0.3 + 4 * t, 0.1 - 7 * t});
      return tc::var(312 * drawn[0] + 314 * drawn[1] + 440 * drawn[2] + 558 * drawn[3]);
    };
    check_near(tc::rebar(p6, {.samples = 4096})(0.0), 376, {-1206});
  }
  TEST_CASE("rebar: estimates by few samples are unbiased too") {
    for (const std::size_t n : {2, 5, 8, 32}) {
      const auto [mean, error] = mean_of(4000, [&](std::uint64_t seed) {
        return tc::rebar(three_bits, {.samples = n, .seed = seed})(0.0).gradient;
      });
      CHECK(std::abs(mean + 0.045) < 4 * error);
      CHECK(error < 0.3 / std::sqrt(4000.0 * static_cast<double>(n)));
    }
  }
  TEST_CASE("rebar: what the relaxed runs add has the mean 0, at any weight") {
    const weighted_bits bits(4);
    const auto exact = bits.gradient();
    const many_program f = bits.run();
    const std::tuple point{bits.logits};
    constexpr std::size_t samples = 20'000;
    for (const double eta : {0.0, 1.0, -2.0}) {
      tc::detail::rebar_shard<many_program, std::vector<double>> shard(f, point, tc::random_key(3),
                                                                       0, samples, 1, false, 0.6);
      shard.run(4);
      shard.sweep({{{-0.5, eta}, {-0.5, eta}, {-0.5, eta}, {-0.5, eta}}}, 4);
      for (std::size_t i = 0; i < 4; ++i)
        CHECK(std::abs(shard.gradients().mean[i] - exact[i]) < 4 * shard.gradients().errors()[i]);
    }
  }
  TEST_CASE("rebar: less variance than with a baseline alone, and than leave_one_out") {
    const weighted_bits bits(50);
    const many_program f = bits.run();
    const std::size_t samples = 2048;
    const auto e = tc::rebar(f, {.samples = samples, .temperature = 0.3})(bits.logits);
    check_near(e, tc::estimate(f, {.samples = 100'000})(bits.logits).value, bits.gradient());
    const auto textbook =
        tc::estimate(f, {.samples = samples, .baseline = tc::baseline::leave_one_out})(bits.logits);
    // An eighth; a third is what three runs a sample cost.
    CHECK(sum_of_squares(e.gradient_error) < 0.2 * sum_of_squares(textbook.gradient_error));
    CHECK(e.explained > 0.8);

    const auto variance = [&](bool with_eta) {
      const std::tuple point{bits.logits};
      tc::detail::rebar_shard<many_program, std::vector<double>> shard(f, point, tc::random_key(3),
                                                                       0, samples, 1, false, 0.3);
      shard.run(50);
      auto weights = shard.fit().weights();
      for (auto& w : weights) {
        CHECK(w.relaxation > 0.5);
        CHECK(w.relaxation < 1.5);
        if (!with_eta) w.relaxation = 0;
      }
      shard.sweep(weights, 50);
      return sum_of_squares(shard.gradients().errors());
    };
    CHECK(variance(true) < 0.3 * variance(false));
  }
  TEST_CASE("rebar: parameters beside the draws, noise, and numbers with probabilities for good") {
    const many_program f = [](const std::vector<tc::var>& a) {
      const tc::var b = tc::bernoulli(tc::sigmoid(a[0]));
      const double certain = tc::bernoulli(0.3), flipped = tc::flip(0.6) ? 1 : 0;
      const tc::var noise = tc::normal(a[1], 0.1);
      return tc::var((b * a[1] + certain * a[0]) * (1 + flipped) + noise * noise * b);
    };
    // E = (p a1 + .3 a0) 1.6 + p (a1^2 + .01)
    const double a0 = 0.4, a1 = -0.7, p = chance(a0), dp = p * (1 - p);
    check_near(tc::rebar(f, {.samples = 20'000, .seed = 5})(std::vector<double>{a0, a1}),
               (p * a1 + 0.3 * a0) * 1.6 + p * (a1 * a1 + 0.01),
               {(dp * a1 + 0.3) * 1.6 + dp * (a1 * a1 + 0.01), p * 1.6 + 2 * a1 * p});
  }
  TEST_CASE("rebar: a program that draws nothing has its ordinary gradient") {
    const program square = [](tc::var x) { return tc::square(x); };
    const auto e = tc::rebar(square, {.samples = 8})(3.0);
    CHECK(e.value == 9);
    CHECK(e.gradient == Approx(6));
    CHECK(e.gradient_error == 0);
    CHECK(e.explained == 0);
    CHECK(tc::concrete(square, {.samples = 8})(3.0).gradient == Approx(6));
  }
  TEST_CASE("rebar: what is too long to be kept is run again") {
    const program padded = [](tc::var logit) {
      tc::var nothing = 0;
      for (int i = 0; i < 10'000; ++i) nothing = nothing + 0.0 * logit;
      return tc::var(three_bits(logit) + nothing);
    };
    const tc::rebar_options options{.samples = 70, .seed = 11};
    const auto kept = tc::rebar(three_bits, options)(0.2);
    const auto run_again = tc::rebar(padded, options)(0.2);
    CHECK(run_again.value == kept.value);
    CHECK(run_again.gradient == Approx(kept.gradient));
    CHECK(run_again.evaluations > kept.evaluations);
  }
  TEST_CASE("certain draws are certain, and their gradients finite") {
    const program bit = [](tc::var p) { return tc::square(tc::bernoulli(p) - 0.3); };
    const program outcome = [](tc::var p) {
      return tc::square(tc::one_hot(std::array<tc::var, 3>{p, 1 - p, 0 * p})[0] - 0.3);
    };
    for (const double p : {0.0, 1.0, 1e-320})
      for (const program& f : {bit, outcome}) {
        const double value = p == 1 ? 0.49 : 0.09;
        const auto relaxed = tc::concrete(f, {.samples = 64})(p);
        const auto unbiased = tc::rebar(f, {.samples = 64})(p);
        CHECK(relaxed.value == Approx(value));
        CHECK(unbiased.value == Approx(value));
        CHECK(std::isfinite(relaxed.gradient));
        CHECK(std::isfinite(unbiased.gradient));
      }
  }

  TEST_CASE("any number of threads gives the same bits, the same seed too") {
    const weighted_bits bits(5);
    const many_program f = bits.run();
    const auto same = [](const auto& run) {
      const auto at = [&](std::size_t threads) {
        return with_threads(threads, [&] { return run(std::uint64_t{7}); });
      };
      const auto one = at(1);
      for (const std::size_t threads : {2, 7}) {
        const auto other = at(threads);
        CHECK(one.value == other.value);
        CHECK(one.value_error == other.value_error);
        CHECK(one.gradient == other.gradient);
        CHECK(one.gradient_error == other.gradient_error);
        CHECK(one.explained == other.explained);
      }
      CHECK(run(std::uint64_t{8}).gradient != one.gradient);
    };
    // More than a block, which is 4096.
    same([&](std::uint64_t seed) {
      return tc::rebar(f, {.samples = 5000, .seed = seed})(bits.logits);
    });
    same([&](std::uint64_t seed) {
      return tc::concrete(f, {.samples = 5000, .seed = seed})(bits.logits);
    });
  }
  TEST_CASE("the scope's estimator reaches every thread that runs samples") {
    const program relaxed = [](tc::var x) {
      tc::var work = 0;  // long enough for the other threads to take a part
      for (int i = 0; i < 300; ++i) work += 0.0 * x;
      return tc::if_(x > 0.0, [] { return 1.0; }, [] { return 0.0; }) + work;
    };
    const auto e = with_threads(4, [&] {
      const tc::control_scope scope{tc::gate{1}};
      return tc::rebar(relaxed, {.samples = 1024})(1.0);
    });
    CHECK(e.value == Approx(chance(1)).epsilon(1e-12));
    CHECK(e.value_error < 1e-12);
    CHECK(e.gradient == Approx(chance(1) * (1 - chance(1))));
  }
  TEST_CASE("of variables they are variables") {
    const tc::rebar_options options{.samples = 64};
    const auto slope = tc::rebar(three_bits, options)(0.5).gradient;
    const auto through =
        tc::grad([&](auto x) { return 2.0 * tc::rebar(three_bits, options)(tc::var(x * x)); });
    CHECK(through(std::sqrt(0.5)) == Approx(4 * std::sqrt(0.5) * slope).epsilon(1e-9));
    CHECK(tc::grad([&](auto x) { return tc::concrete(three_bits, {.samples = 64})(x); })(0.5) ==
          tc::concrete(three_bits, {.samples = 64})(0.5).gradient);
  }

  TEST_CASE("what is no probability is refused, by all") {
    const program plain = [](tc::var p) { return tc::bernoulli(p); };
    const program sum = [](tc::var p) { return tc::one_hot(std::array<tc::var, 2>{p, p})[0]; };
    const program negative = [](tc::var p) {
      return tc::one_hot(std::array<tc::var, 2>{p - 1, 2 - p})[0];
    };
    const program empty = [](tc::var p) {
      return p * static_cast<double>(tc::one_hot(std::vector<double>{}).size());
    };
    const auto refusals = [&](const program& f, double p, const char* part) {
      CHECK(has(refusal_of([&] { tc::estimate(f, {.samples = 8})(p); }), part));
      CHECK(has(refusal_of([&] { tc::concrete(f, {.samples = 8})(p); }), part));
      CHECK(has(refusal_of([&] { tc::rebar(f, {.samples = 8})(p); }), part));
    };
    for (const double p : {-0.01, 1.01, std::nan("")})
      refusals(plain, p, "bernoulli: the probability must be in [0, 1], got");
    refusals(sum, 0.7, "one_hot: the probabilities sum to 1.4, not to 1");
    refusals(sum, std::nan(""), "one_hot: probability 0 is nan");
    refusals(negative, 0.7, "one_hot: probability 0 is -0.3");
    refusals(empty, 0.7, "one_hot: there are no probabilities");
    CHECK_THROWS_AS(tc::bernoulli(0.5), tc::error);
    CHECK_THROWS_AS(tc::one_hot(std::vector<double>{1}), tc::error);
  }
  TEST_CASE("options that make no estimate are refused") {
    for (const double t : {0.0, -1.0, std::nan("")}) {
      CHECK(has(refusal_of([&] { tc::concrete(three_bits, {.temperature = t})(0.0); }),
                "concrete: the temperature must be positive, got"));
      CHECK(has(refusal_of([&] { tc::rebar(three_bits, {.temperature = t})(0.0); }),
                "rebar: the temperature must be positive, got"));
    }
    CHECK(has(refusal_of([&] { tc::concrete(three_bits, {.samples = 1})(0.0); }),
              "concrete: at least 2 samples"));
    CHECK(has(refusal_of([&] { tc::rebar(three_bits, {.samples = 1})(0.0); }),
              "rebar: at least 2 samples"));
  }
  TEST_CASE("rebar: a program for which it would be biased is refused, and told why") {
    const auto refusal = [](const program& f, double x = 0.3) {
      return refusal_of([&] { tc::rebar(f, {.samples = 16})(x); });
    };
    // The probability of a draw depends on the one before; so does the number of draws.
    const char* const dependent = "depend on draws before";
    const auto chained = refusal([](tc::var p) {
      const tc::var b = tc::bernoulli(p);
      return tc::bernoulli(tc::var(0.2 + 0.5 * b));
    });
    CHECK(has(chained, dependent));
    CHECK(has(chained, "relaxed_draws.cpp:"));
    CHECK(has(chained, "use tc::estimate"));
    CHECK(has(refusal([](tc::var p) {
                const double b = tc::value(tc::bernoulli(p));
                if (b == 1) return tc::var(tc::bernoulli(p));
                return tc::var(0.0);
              }),
              dependent));
    CHECK(has(refusal([](tc::var p) {
                const double b = tc::value(tc::bernoulli(p));
                if (b < 1) return tc::one_hot(std::vector<tc::var>{p, 1 - p})[0];
                return tc::bernoulli(p);
              }),
              dependent));
    // Scores of other choices.
    for (const program& f :
         {program([](tc::var p) { return tc::bernoulli(p) + (tc::flip(p) ? 1.0 : 0.0); }),
          program([](tc::var p) {
            return tc::bernoulli(p) *
                   static_cast<double>(tc::categorical(std::array<tc::var, 2>{p, 1 - p}));
          }),
          program(
              [](tc::var p) { return tc::bernoulli(p) * static_cast<double>(tc::poisson(p)); })}) {
      const auto scored = refusal(f);
      CHECK(has(scored, "the choice at relaxed_draws.cpp:"));
      CHECK(has(scored, "has a probability that is differentiated"));
      CHECK(has(scored, "tc::bernoulli or tc::one_hot, or use tc::estimate"));
    }
    CHECK(has(refusal([](tc::var p) {
                return tc::bernoulli(p) *
                       tc::if_(
                           p > 0.5, [] { return 1.0; }, [] { return 0.0; }, tc::score_function{1});
              }),
              "a branch under score_function"));
    // Only where it is relaxed does the flip's probability move with a draw.
    CHECK(has(refusal([](tc::var p) {
                const tc::var b = tc::bernoulli(p);
                return tc::var(tc::flip(tc::var(0.2 + 0.5 * b)) ? 1.0 : 0.0);
              }),
              "has a probability that is differentiated"));
    // Hard branches.
    CHECK(has(refusal([](tc::var p) {
                const tc::var b = tc::bernoulli(p);
                return b > 0.5 ? tc::var(2 * b) : tc::var(0.0);
              }),
              "a hard branch after a relaxed or continuous draw"));
    CHECK(has(refusal([](tc::var p) {
                const tc::var x = tc::normal(p, 1.0);
                return x > 0.0 ? tc::bernoulli(p) : tc::var(0.0);
              }),
              "a hard branch after a relaxed or continuous draw"));
    // A branch before the draws is none of theirs.
    CHECK(refusal([](tc::var p) {
            return p > 0.5 ? tc::bernoulli(p) : tc::bernoulli(tc::var(0.5 * p));
          }) == "nothing is refused");
  }
  TEST_CASE("concrete: a hard branch after a relaxed draw is refused") {
    const program bit = [](tc::var p) {
      const tc::var b = tc::bernoulli(p);
      return b > 0.5 ? tc::var(2 * b) : tc::var(0.0);
    };
    const program outcome = [](tc::var p) {
      const tc::var b = tc::one_hot(std::array<tc::var, 2>{p, 1 - p})[1];
      return b > 0.5 ? tc::var(2 * b) : tc::var(0.0);
    };
    CHECK(has(refusal_of([&] { tc::concrete(bit)(0.3); }), "bernoulli is relaxed"));
    CHECK(has(refusal_of([&] { tc::concrete(outcome)(0.3); }), "one_hot is relaxed"));
    CHECK(tc::estimate(bit)(0.3).gradient == Approx(2));
  }
}

}  // namespace test_relaxed_draws
