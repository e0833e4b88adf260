// benchmarks/control.cpp -- are the gradients of random programs right, and how far do they vary?
// Question: the programs P1 to P8 whose expectations are known exactly: bias over 10^6 samples in
//   standard errors (z) of every estimator that claims to have none, and its standard deviation a
//   sample, that of estimates by N samples times sqrt(N), for N = 32, 256 and 1024; for P1 and a
//   sum of 50 bits also of rebar, and of concrete, which does not claim that. Then soft loops
//   against their exact values, the time and memory of a gradient through a loop of 10^6 rounds
//   with and without snapshots, and the time of a gradient of a step under Gaussian noise.
// Baseline: the exact values; the score function with the mean of the other samples.
// Command: script/bench control, or
//   g++ -std=c++20 -O3 -march=native -DNDEBUG -Iinclude -isystem /usr/include/eigen3
//     benchmarks/control.cpp -ltbb && ./a.out
//   --samples N: instead of 10^6; --only NAME: the rows whose names contain it.
// Prints JSON lines. `variance_ratio` is the variance under leave_one_out over that of the row.
// Last numbers (AVX-512, 2 shared cores, load 3 to 8, g++ 12.2, 2026-11-28): deviation a
//   sample by leave_one_out / control_variates at N = 32; 256; 1024 (30,000 samples each):
//   P2 step at 0 .66/1.5; .61/1.0; .52/.40   P3 .8 N 72/.42; 73/.77; 65/.20
//   P3 .8 (N-5)^2 1610/271; 1390/7.3; 1280/4.0   P3 .8 r^N 2.3/2.0; 2.4/.46; 2.1/.40
//   P4 n 100 22/.67; 19/.45; 25/.42   P5 .55 T 255/177; 245/55; 258/48, win 4.8/4.0; 4.7/1.3; 6/.98
//   walk of three 13.5/1.9; 12/.77; 13.5/.66 by the first parameter
//   disarm at the same N: P1 phi 0 0; 0; 0 (.0013; .00047; .00026 by leave_one_out), phi 1.5
//   .0055; .0051; .0053 (.0049; .0052; .0061)   P3 .8 N 79; 87; 71   P4 n 100 31; 29; 33
//   P2 step at 0 1.4; 1.5; 1.3   walk of three 11; 12; 12
//   rebar at 0.5 (2026-11-29, 10^6 samples): P1 phi 0 1.5e-9, 5.2e-10, 2.7e-10, phi 1.5 7.5e-4,
//   5.1e-9, 4.9e-9, shared logit .072, .067, .068, all the same at 0.3   50 bits (10^5) 42, 40, 40;
//   at 0.3 37, 36, 36 (87, 86, 86 by leave_one_out, 120, 90, 83 by control_variates), 18 to 24 us
//   a sample (5 to 7, 12 to 14)   concrete, P1 phi 1.5 at 0.5: bias .035 of .003
//   10^6 rounds with 8 numbers of state (2026-11-29): a gradient with 512 snapshots (37 kB) takes
//   128 to 131 ns a round and 10.8 MB in all, recorded whole 107 to 125 ns and 403 MB; a round on
//   variables without a gradient 26 ns, on numbers 7 ns. Of the 128 some 26 are the first run, 70
//   the recording of the second, 30 the sweep.
//   At few samples the fits of a step under noise cost more than they bring. A gradient of it by
//   1,000 samples: 355 us and 829 us by estimate, 7.4 us by smooth.
// SPDX-License-Identifier: MIT
#include <tensacode/control/control.hpp>
#include <tensacode/control/smooth.hpp>

#include "record.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <sys/resource.h>

namespace {

std::size_t samples = 1'000'000;
std::string only;

bool is_asked_for(std::string_view name) { return name.find(only) != std::string_view::npos; }

/// What some seeds' estimates of one number have in common.
struct moments {
  double count = 0, mean = 0, squares = 0;
  void add(double x) {
    const double d = x - mean;
    mean += d / ++count;
    squares += d * (x - mean);
  }
  double variance() const { return squares / (count - 1); }
  double error() const { return std::sqrt(variance() / count); }
};

const char* name_of(tc::baseline b) {
  if (b == tc::baseline::disarm) return "disarm";
  return b == tc::baseline::control_variates ? "control_variates" : "leave_one_out";
}

/// The gradient of E[program(x...)] against `exact`, a number for each of the arguments.
template <class Program, class... X>
void unbiased(const char* name, const Program& program, const std::vector<double>& exact, X... x) {
  if (!is_asked_for(name)) return;
  for (const std::size_t n : {32, 256, 1024}) {
    std::vector<double> plain(exact.size());
    for (const auto how :
         {tc::baseline::leave_one_out, tc::baseline::disarm, tc::baseline::control_variates}) {
      const std::size_t batches = samples / n;
      std::vector<moments> of(exact.size());
      double reported = 0;
      const double seconds = bench::seconds_of([&] {
        for (std::size_t seed = 1; seed <= batches; ++seed) {
          const auto e = tc::estimate(
              program,
              {.samples = n, .seed = seed + 1'000'000 * n, .baseline = how, .enumerated_paths = 0})(
              x...);
          const auto gradient = tc::flatten(std::tuple{e.gradient});
          reported += tc::flatten(std::tuple{e.gradient_error})[0];
          for (std::size_t p = 0; p < exact.size(); ++p) of[p].add(gradient[p]);
        }
      });
      for (std::size_t p = 0; p < exact.size(); ++p) {
        const double bias = of[p].mean - exact[p];
        const double deviation = std::sqrt(of[p].variance() * static_cast<double>(n));
        if (how == tc::baseline::leave_one_out) plain[p] = of[p].variance();
        // Where nothing is left to chance rounding is all there is.
        const double rounding = 1e-12 * std::abs(exact[p]);
        const double variance = std::max(of[p].variance(), 1e-300);
        std::printf(
            "{\"benchmark\": \"control\", \"program\": \"%s\", \"parameter\": %zu, \"baseline\": "
            "\"%s\", \"n\": %zu, \"samples\": %zu, \"exact\": %.10g, \"bias\": %.3g, \"z\": %.2f, "
            "\"deviation_a_sample\": %.4g, \"reported_over_true_error\": %.3f, "
            "\"variance_ratio\": %.4g, \"ns_a_sample\": %.0f}\n",
            name, p, name_of(how), n, batches * n, exact[p], bias,
            bias / std::max(of[p].error(), rounding), deviation,
            p == 0 ? reported / static_cast<double>(batches) / std::sqrt(variance) : 0.0,
            plain[p] / variance, 1e9 * seconds / static_cast<double>(batches * n));
      }
      std::fflush(stdout);
    }
  }
}

/// One line for an estimator of several numbers: the bias that is the largest in standard errors,
/// and the deviation of a sample summed over the numbers. `estimate(n, seed)` is an estimate.
template <class Estimate>
void summed(const char* name, const char* way, const std::vector<double>& exact,
            const Estimate& estimate) {
  if (!is_asked_for(name)) return;
  for (const std::size_t n : {32, 256, 1024}) {
    std::vector<moments> of(exact.size());
    const std::size_t batches = samples / n;
    std::size_t evaluations = 0;
    const double seconds = bench::seconds_of([&] {
      for (std::size_t seed = 1; seed <= batches; ++seed) {
        const auto e = estimate(n, seed + 1'000'000 * n);
        const auto gradient = tc::flatten(std::tuple{e.gradient});
        evaluations += e.evaluations;
        for (std::size_t p = 0; p < exact.size(); ++p) of[p].add(gradient[p]);
      }
    });
    double bias = 0, z = 0, variance = 0;
    for (std::size_t p = 0; p < exact.size(); ++p) {
      const double off = of[p].mean - exact[p];
      const double z_here = off / std::max(of[p].error(), 1e-12 * std::abs(exact[p]));
      if (std::abs(z_here) > std::abs(z)) {
        bias = off;
        z = z_here;
      }
      variance += of[p].variance() * static_cast<double>(n);
    }
    std::printf(
        "{\"benchmark\": \"control\", \"program\": \"%s\", \"parameters\": %zu, \"way\": \"%s\", "
        "\"n\": %zu, \"samples\": %zu, \"bias\": %.3g, \"z\": %.2f, \"deviation_a_sample\": %.4g, "
        "\"runs_a_sample\": %.0f, \"ns_a_sample\": %.0f}\n",
        name, exact.size(), way, n, batches * n, bias, z, std::sqrt(variance),
        static_cast<double>(evaluations) / static_cast<double>(batches * n),
        1e9 * seconds / static_cast<double>(batches * n));
    std::fflush(stdout);
  }
}

/// `tc::rebar`, and the biased `tc::concrete`.
template <class Program, class X>
void relaxed(const char* name, const Program& program, const std::vector<double>& exact,
             const X& x) {
  for (const double t : {0.5, 0.3})
    summed(name, t == 0.5 ? "rebar, 0.5" : "rebar, 0.3", exact,
           [&](std::size_t n, std::uint64_t seed) {
             return tc::rebar(program, {.samples = n, .seed = seed, .temperature = t})(x);
           });
  for (const double t : {0.5, 0.1})
    summed(name, t == 0.5 ? "concrete, 0.5" : "concrete, 0.1", exact,
           [&](std::size_t n, std::uint64_t seed) {
             return tc::concrete(program, {.samples = n, .seed = seed, .temperature = t})(x);
           });
}

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0)); }
double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// P3: rounds as long as a coin shows heads.
template <class Loss>
auto geometric(Loss loss) {
  return [loss](auto p) {
    const int n = tc::while_(0, [&](int) { return tc::flip(p); }, [](int& k) { ++k; });
    return loss(static_cast<double>(n));
  };
}

/// P4: a walk a step up with probability exp(-x / p), else one down.
auto walk(int steps) {
  return [steps](auto p) {
    int x = 0;
    for (int t = 0; t < steps; ++t) x += tc::flip(exp(-x / p)) ? 1 : -1;
    return static_cast<double>(x * x);
  };
}

struct gambler {
  int fortune = 0, rounds = 0;
};
/// P5: until nothing or everything is won.
template <class Loss>
auto ruin(int start, int most, Loss loss) {
  return [=](auto p) {
    const gambler end = tc::while_(
        gambler{start, 0}, [&](const gambler& g) { return 0 < g.fortune && g.fortune < most; },
        [&](gambler& g) {
          g.fortune += tc::flip(p) ? 1 : -1;
          ++g.rounds;
        });
    return loss(end);
  };
}

/// The walk of three parameters, whose exact gradient comes from the distribution of its places.
auto walk_of_three(int steps) {
  return [steps](auto a, auto b, auto c) {
    int x = 0;
    for (int t = 0; t < steps; ++t) {
      const double n = steps;
      x += tc::flip(tc::sigmoid(a + b * (x / n) + c * (t / n))) ? 1 : -1;
    }
    return (x / 5.0 - 1) * (x / 5.0 - 1);
  };
}

/// P8: until the sum of the steps is 5.
auto renewal(double deviation) {
  return [deviation](auto p) {
    const auto q = tc::normal(p, deviation);
    using Real = std::remove_const_t<decltype(q)>;
    struct place {
      Real x;
      int rounds;
    };
    return static_cast<double>(tc::while_(
                                   place{Real(0), 0}, [](const place& s) { return s.x < 5.0; },
                                   [&](place& s) {
                                     s.x = s.x + q * (0.5 + tc::uniform(0, 1));
                                     ++s.rounds;
                                   })
                                   .rounds);
  };
}

/// Gaussian smoothing of black boxes.
template <class F>
void smoothed(const char* name, const F& f, double x, double deviation, double exact) {
  if (!is_asked_for(name)) return;
  for (const std::size_t n : {32, 256, 1024}) {
    const std::size_t batches = samples / n;
    moments of;
    const double seconds = bench::seconds_of([&] {
      for (std::size_t seed = 1; seed <= batches; ++seed)
        of.add(
            tc::smooth(f, {.deviation = deviation, .samples = n, .seed = seed + 1'000'000 * n})(x)
                .gradient);
    });
    std::printf(
        "{\"benchmark\": \"control\", \"program\": \"%s\", \"baseline\": \"smooth\", \"n\": %zu, "
        "\"samples\": %zu, \"exact\": %.10g, \"bias\": %.3g, \"z\": %.2f, "
        "\"deviation_a_sample\": %.4g, \"ns_a_sample\": %.0f}\n",
        name, n, batches * n, exact, of.mean - exact, (of.mean - exact) / of.error(),
        std::sqrt(of.variance() * static_cast<double>(n)),
        1e9 * seconds / static_cast<double>(batches * n));
  }
}

/// The square of a sum of 50 bits with weights and logits of their own, less 1.
void bits() {
  std::vector<double> logits(50), weights(50), exact(50);
  tc::random_stream stream{tc::random_key(5)};
  double mean = -1;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    logits[i] = stream.normal();
    weights[i] = stream.normal();
    mean += weights[i] * tc::sigmoid(logits[i]);
  }
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double p = tc::sigmoid(logits[i]), w = weights[i];
    exact[i] = p * (1 - p) * w * (w * (1 - 2 * p) + 2 * mean);
  }
  const auto program = [&](const std::vector<tc::var>& a) {
    tc::var sum = -1;
    for (std::size_t i = 0; i < a.size(); ++i) sum += weights[i] * tc::bernoulli(tc::sigmoid(a[i]));
    return tc::square(sum);
  };
  const char* const name = "50 bits";
  for (const auto how :
       {tc::baseline::leave_one_out, tc::baseline::disarm, tc::baseline::control_variates})
    summed(name, name_of(how), exact, [&](std::size_t n, std::uint64_t seed) {
      return tc::estimate(
          program, {.samples = n, .seed = seed, .baseline = how, .enumerated_paths = 0})(logits);
    });
  relaxed(name, program, exact, logits);
}

void expectations() {
  for (const double phi : {0.0, 1.5}) {
    const double p0 = 0.49, p = 1 / (1 + std::exp(-phi));
    const std::string name = phi > 0 ? "P1 phi 1.5" : "P1 phi 0";
    unbiased(
        name.c_str(),
        [p0](auto a) {
          const double b = tc::flip(tc::sigmoid(a));
          return (b - p0) * (b - p0);
        },
        {p * (1 - p) * (1 - 2 * p0)}, phi);
    relaxed(
        name.c_str(), [p0](auto a) { return tc::square(tc::bernoulli(tc::sigmoid(a)) - p0); },
        {p * (1 - p) * (1 - 2 * p0)}, phi);
  }
  unbiased(
      "P1 shared logit",
      [](auto a) {
        double sum = 0;
        for (const double p0 : {0.6, 0.51, 0.48}) {
          const double b = tc::flip(tc::sigmoid(a));
          sum += (b - p0) * (b - p0);
        }
        return sum;
      },
      {-0.045}, 0.0);
  relaxed(
      "P1 shared logit",
      [](auto a) {
        decltype(a) sum = 0;
        for (const double p0 : {0.6, 0.51, 0.48})
          sum += tc::square(tc::bernoulli(tc::sigmoid(a)) - p0);
        return sum;
      },
      {-0.045}, 0.0);
  bits();

  struct point {
    const char* name;
    double x, s;
  };
  for (const auto& [name, x, s] :
       {point{"P2 x 0", 0, 0.5}, point{"P2 x .3", 0.3, 0.5}, point{"P2 x -.2", -0.2, 0.25}}) {
    const double density = normal_density(x / s);
    unbiased(
        name,
        [s = s](auto m) {
          const auto y = tc::normal(m, s);
          return tc::if_(y < 0.0, [&] { return y * y; }, [&] { return 1 + 2 * y; });
        },
        {density / s + 2 * (x * normal_below(-x / s) - s * density) + 2 * normal_below(x / s)}, x);
  }
  for (const auto& [name, x, s] :
       {point{"P2 heaviside x 0", 0, 0.5}, point{"P2 heaviside x .5", 0.5, 0.5}})
    unbiased(
        name,
        [s = s](auto m) {
          return tc::if_(tc::normal(m, s) > 0.0, [] { return 1.0; }, [] { return 0.0; });
        },
        {normal_density(x / s) / s}, x);

  const auto two_sides = [](double y) { return y < 0 ? y * y : 1 + 2 * y; };
  smoothed("P2 smooth x 0", two_sides, 0, 0.5, 1.3989422804);
  smoothed("P2 smooth x .3", two_sides, 0.3, 0.5, 1.9492702380);
  smoothed("P2 smooth x -.2", two_sides, -0.2, 0.25, 1.1223733913);
  smoothed("P2 smooth heaviside", [](double y) { return y > 0 ? 1.0 : 0.0; }, 0, 0.5, 0.7978845608);

  struct decay {
    const char *count, *power, *square;
    double p, r;
  };
  for (const auto& [count, power, square, p, r] :
       {decay{"P3 .8 N", "P3 .8 r^N", "P3 .8 (N-5)^2", 0.8, 0.9},
        decay{"P3 .5 N", "P3 .5 r^N", "P3 .5 (N-5)^2", 0.5, 0.5}}) {
    const double q = 1 - p;
    unbiased(count, geometric([](double n) { return n; }), {1 / (q * q)}, p);
    unbiased(power, geometric([r = r](double n) { return std::pow(r, n); }),
             {-(1 - r) / ((1 - p * r) * (1 - p * r))}, p);
    // E[N^2] = p (1 + p) / (1 - p)^2, E[N] = p / (1 - p).
    const double squares = (1 + 3 * p) / (q * q * q);
    unbiased(square, geometric([](double n) { return (n - 5) * (n - 5); }),
             {squares - 10 / (q * q)}, p);
  }

  unbiased("P4 n 10", walk(10), {1.4898178246}, 20.0);
  unbiased("P4 n 50", walk(50), {7.5581881937}, 100.0);
  unbiased("P4 n 100", walk(100), {15.1349014418}, 200.0);

  const auto rounds = [](const gambler& g) { return static_cast<double>(g.rounds); };
  const auto wins = [](const gambler& g) { return g.fortune > 0 ? 1.0 : 0.0; };
  unbiased("P5 .55 T", ruin(5, 10, rounds), {-66.8549114741}, 0.55);
  unbiased("P5 .55 win", ruin(5, 10, wins), {3.9657989089}, 0.55);
  unbiased("P5 .45 T", ruin(3, 10, rounds), {88.5348817440}, 0.45);
  unbiased("P5 .45 win", ruin(3, 10, wins), {2.5496042063}, 0.45);

  unbiased(
      "P6",
      [](auto t) {
        using Real = decltype(t);
        const std::array<Real, 4> theta{0.1 + t, 0.5 + 2 * t, 0.3 + 4 * t, 0.1 - 7 * t};
        const std::array<double, 4> v{312, 314, 440, 558};
        return v[tc::categorical(theta)];
      },
      {-1206}, 0.0);

  for (const auto& [name, p, exact] :
       {std::tuple{"P7 .5", 0.5, 57.5}, std::tuple{"P7 .6", 0.6, 47.76}})
    unbiased(
        name,
        [](auto q) {
          const auto a = q * (1 - q);
          int b = 0;
          for (int i = 0; i < 10; ++i) b += tc::flip(q);
          const int c = 2 * b + 3 * tc::flip(q);
          return a * c * tc::normal(b, a);
        },
        {exact}, p);

  unbiased("P8", renewal(0.1), {-5.15930733}, 1.0);
  unbiased("walk of three parameters", walk_of_three(40), {4.63757467, 0.95392146, 2.33884586}, 0.3,
           -0.6, 0.4);
}

/// P3 as a gated loop: exact but for where it is cut.
void soft_loops() {
  if (!is_asked_for("soft while")) return;
  for (const double p : {0.1, 0.5, 0.8, 0.95, 0.99, 0.999})
    for (const double r : {0.5, 0.9, 0.99, 1.0}) {
      tc::loop_report report;
      const auto f = [&](auto logit) {
        using Real = decltype(logit);
        return tc::while_(
            std::array<Real, 2>{0, 1}, [&](const auto&) { return logit > 0.0; },
            [&](auto& s) {
              s[0] = s[0] + 1;
              s[1] = s[1] * r;
            },
            {.how = tc::gate{1}, .report = &report});
      };
      const double logit = std::log(p / (1 - p)), chain = 1 / (p * (1 - p)), q = 1 - p;
      const std::array<double, 2> value{p / q, q / (1 - p * r)};
      const std::array<double, 2> slope{1 / (q * q), -(1 - r) / ((1 - p * r) * (1 - p * r))};
      for (const std::size_t k : {0, 1}) {
        const auto e = tc::value_and_grad([&](auto l) { return f(l)[k]; })(logit);
        const double off = std::abs(e.value - value[k]);
        // 1 - p, which the values are as sensitive to, is known to this.
        const double rounding = 1e-15 * (1 + value[k]) / q;
        std::printf(
            "{\"benchmark\": \"control\", \"program\": \"soft while\", \"p\": %g, \"r\": %g, "
            "\"of\": \"%s\", \"error\": %.2g, \"gradient_error\": %.2g, \"bound\": %.2g, "
            "\"bound_holds\": %s, \"rounds\": %zu}\n",
            p, r, k == 0 ? "N" : "r^N", off, std::abs(e.gradient * chain - slope[k]),
            report.truncation_bound, off <= report.truncation_bound + rounding ? "true" : "false",
            report.iterations);
      }
    }
}

template <class Real>
struct oscillators {
  std::array<Real, 8> place;  // four places, four speeds
  int round = 0;
};
/// A ring of four that keeps its energy, so that neither values nor adjoints vanish.
template <class Real>
Real ring_of_oscillators(const Real& stiffness, int rounds, std::size_t snapshots) {
  oscillators<Real> start{};
  for (std::size_t i = 0; i < 8; ++i) start.place[i] = 0.1 * static_cast<double>(i);
  const auto end = tc::while_(
      start, [rounds](const auto& s) { return s.round < rounds; },
      [stiffness](auto& s) {
        constexpr double dt = 0.01;
        auto& u = s.place;
        for (std::size_t i = 0; i < 4; ++i)
          u[4 + i] = u[4 + i] + dt * (u[(i + 1) % 4] - 2.0 * u[i] + u[(i + 3) % 4] -
                                      stiffness * u[i] * u[i] * u[i]);
        for (std::size_t i = 0; i < 4; ++i) u[i] = u[i] + dt * u[4 + i];
        ++s.round;
      },
      {.snapshots = snapshots});
  Real sum = 0;
  for (const Real& x : end.place) sum = sum + x;
  return sum;
}

/// The gradient through a loop of 10^6 rounds: time against the loop on numbers, on variables that
/// no gradient is asked of, and recorded whole; and what it holds.
void long_loop() {
  if (!is_asked_for("long loop")) return;
  constexpr int rounds = 1'000'000;
  constexpr double stiffness = 0.3;
  const auto least = [](const auto& run) {
    double seconds = HUGE_VAL;
    for (int turn = 0; turn < 5; ++turn) seconds = std::min(seconds, bench::seconds_of(run));
    return seconds;
  };
  double end = 0, slope = 0;
  const double numbers = least([&] { end = ring_of_oscillators<double>(stiffness, rounds, 0); });
  const double variables =
      least([&] { end += ring_of_oscillators<tc::var>(stiffness, rounds, 0).value(); });
  for (const std::size_t snapshots : {64, 512, 2048, 0}) {  // the peak of memory only grows
    const double gradient = least([&] {
      slope =
          tc::grad([&](auto x) { return ring_of_oscillators(x, rounds, snapshots); })(stiffness);
    });
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf(
        "{\"benchmark\": \"control\", \"program\": \"long loop\", \"snapshots\": %zu, "
        "\"snapshot_bytes_at_most\": %zu, \"peak_kilobytes\": %ld, \"ns_a_round\": %.1f, "
        "\"over_variables\": %.2f, \"over_numbers\": %.1f, \"gradient\": %.12g}\n",
        snapshots, snapshots * sizeof(oscillators<double>), used.ru_maxrss, 1e9 * gradient / rounds,
        gradient / variables, gradient / numbers, slope);
  }
  if (!std::isfinite(end)) std::exit(1);
}

/// A gradient by 1,000 samples.
void times() {
  if (!is_asked_for("heaviside time")) return;
  const auto step = [](auto m) {
    return tc::if_(tc::normal(m, 0.5) > 0.0, [] { return 1.0; }, [] { return 0.0; });
  };
  for (const auto how : {tc::baseline::leave_one_out, tc::baseline::control_variates}) {
    double least = HUGE_VAL;
    for (std::uint64_t turn = 0; turn < 200; ++turn) {
      const auto estimate = tc::estimate(step, {.samples = 1000, .seed = turn, .baseline = how});
      least = std::min(least, bench::seconds_of([&] { (void)estimate(0.0); }));
    }
    std::printf(
        "{\"benchmark\": \"control\", \"program\": \"heaviside time\", \"way\": \"estimate, %s\", "
        "\"samples\": 1000, \"us\": %.1f}\n",
        name_of(how), 1e6 * least);
  }
  double least = HUGE_VAL;
  for (std::uint64_t turn = 0; turn < 5000; ++turn) {
    const auto smoothed = tc::smooth([](double x) { return x > 0 ? 1.0 : 0.0; },
                                     {.deviation = 0.5, .samples = 1000, .seed = turn});
    least = std::min(least, bench::seconds_of([&] { (void)smoothed(0.0); }));
  }
  std::printf(
      "{\"benchmark\": \"control\", \"program\": \"heaviside time\", \"way\": \"smooth\", "
      "\"samples\": 1000, \"us\": %.1f}\n",
      1e6 * least);
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--samples") samples = std::strtoull(arguments[i + 1], nullptr, 10);
    if (name == "--only") only = arguments[i + 1];
  }
  expectations();
  soft_loops();
  long_loop();
  times();
}
