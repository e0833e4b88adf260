// tests/control/loop.cpp -- while_ as a loop, and its relaxation against the closed form.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace test_loop {

template <class Real>
Real run_recursively(const Real& x, int depth) {
  if (depth == 0) return Real(x);
  return tc::while_(
      Real(x * 0.5), [](const auto& y) { return y < 4.0; },
      [&](auto& y) { y = y + run_recursively(Real(exp(-y)), depth - 1) + 0.3; });
}

struct divided_body {
  template <class State>
  void operator()(State& y) const {
    tc::break_if(y[2] > 900.0);
    y[0] = y[0] * 1.01 + 0.001 * y[1];
    y[1] = y[1] + 0.01 * sin(y[0]);
    y[2] = y[2] + 1;
    tc::continue_if(y[0] > 2.5);
    y[0] = y[0] * 1.001;
  }
};

TEST_SUITE("control/loop") {
  TEST_CASE("on plain numbers it is a loop") {
    CHECK(tc::while_(
              100.0, [](double x) { return x > 1; }, [](double& x) { x /= 2; }) == 100.0 / 128);
    CHECK(tc::while_(1, [](int) { return false; }, [](int& x) { x = 9; }) == 1);
  }
  TEST_CASE("a hard loop differentiates its bodies alone") {
    const auto f = [](auto x) {
      return tc::while_(x, [](const auto& y) { return y < 10.0; }, [](auto& y) { y = y * y; });
    };
    CHECK(tc::value_and_grad(f)(2.0).value == 16);
    CHECK(tc::grad(f)(2.0) == 32);
  }
  TEST_CASE("a gate gives the expectation over when the loop stops") {
    // The state counts up from x; round k goes on with probability sigmoid((limit - x - k) / t).
    const double t = 0.7, limit = 3;
    const auto f = [=](auto x) {
      return tc::while_(
          x, [=](const auto& y) { return y < limit; }, [](auto& y) { y = y + 1; },
          {.how = tc::gate{t}});
    };
    const double x = 0.25;
    double survival = 1, expected = 0;
    for (int k = 0; k < 60; ++k) {
      const double p = 1 / (1 + std::exp(-(limit - x - k) / t));
      expected += survival * (1 - p) * (x + k);
      survival *= p;
    }
    CHECK(tc::value_and_grad(f)(x).value == doctest::Approx(expected).epsilon(1e-12));
    CHECK(tc::check_gradient(f, x) < 1e-8);
  }
  TEST_CASE("the bound is never silent") {
    const auto up = [](auto& x) { x = x + 1; };
    CHECK_THROWS_AS(tc::while_(0, [](int) { return true; }, up, {.max_iterations = 5}),
                    tc::loop_bound_reached);
    CHECK(tc::while_(0, [](int x) { return x < 5; }, up, {.max_iterations = 5}) == 5);
    CHECK_THROWS_AS(tc::while_(tc::var(0), [](const tc::var& x) { return x > -100.0; }, up,
                               {.max_iterations = 5, .how = tc::gate{1.0}}),
                    tc::loop_bound_reached);
  }
  TEST_CASE("for_ runs over integers, and is left and shortened") {
    CHECK(tc::for_(0, 5, 0, [](int i, int& s) { s += i; }) == 10);
    CHECK(tc::for_(3, 1, 7, [](int, int& s) { ++s; }) == 7);
    CHECK(tc::for_(std::size_t{0}, 4, 0.0,
                   [](auto i, double& s) { s += static_cast<double>(i); }) == 6);
    const auto odd_below = [](int limit) {
      return tc::for_(0, 100, 0, [limit](int i, int& s) {
        tc::break_if(i >= limit);
        tc::continue_if(i % 2 == 0);
        s += i;
      });
    };
    CHECK(odd_below(6) == 9);
    CHECK(odd_below(1000) == 2500);
  }
  TEST_CASE("break and continue belong to the innermost loop, and destroy what the body made") {
    struct counted {
      int& alive;
      explicit counted(int& n) : alive(++n) {}
      counted(const counted&) = delete;
      ~counted() { --alive; }
    };
    int alive = 0;
    const auto pairs = tc::for_(0, 4, 0, [&](int i, int& outer) {
      const counted here(alive);
      outer = tc::while_(
          outer, [](int) { return true; },
          [&](int& inner) {
            const counted there(alive);
            tc::break_if(inner % 10 == 3);
            ++inner;
          });
      tc::continue_if(i % 2 == 0);
      outer += 7;
    });
    CHECK(pairs == 20);
    CHECK(alive == 0);
    CHECK_THROWS_AS(tc::break_if(true), tc::argument_error);
    CHECK_THROWS_AS(tc::continue_if(false), tc::argument_error);
  }
  TEST_CASE("gradients of hard loops with break, continue, nesting and recursion") {
    const auto nested = [](auto x) {
      return tc::for_(0, 6, x, [x](int i, auto& y) {
        tc::continue_if(i == 2);
        tc::break_if(y > 50.0);
        y = tc::while_(
            y, [i](const auto& z) { return z < 1.5 * i; },
            [x](auto& z) { z = z * 1.2 + 0.3 * x + 0.1 * sin(z); });
        y = y + x * i;
      });
    };
    for (const double x : {1.3, 1.7, 2.2}) CHECK(tc::check_gradient(nested, x) < 1e-9);
    CHECK(tc::check_gradient([](auto x) { return run_recursively(x, 4); }, 1.1) < 1e-9);
  }
  // What a gate makes of a loop with a break, spelled out: the expectation over when each round's
  // break happens, of 12 rounds.
  TEST_CASE("a gated break divides the loop over where it stops, exactly") {
    const double t = 0.4;
    const auto f = [t](auto x) {
      using Real = decltype(x);
      return tc::for_(0, 12, Real(x), [t](int, auto& y) {
        y = y + 0.5;
        tc::break_if(y > 3.0, tc::gate{t});
        y = y * 1.1;
      });
    };
    const double x = 0.7;
    double y = x, alive = 1, expected = 0;
    for (int k = 0; k < 12; ++k) {
      y += 0.5;
      const double p = 1 / (1 + std::exp(-(y - 3) / t));
      expected += alive * p * y;
      alive *= 1 - p;
      y *= 1.1;
    }
    expected += alive * y;
    CHECK(tc::value_and_grad(f)(x).value == doctest::Approx(expected).epsilon(1e-13));
    CHECK(tc::check_gradient(f, x) < 1e-9);
  }
  TEST_CASE("a gated continue mixes the states at the end of the body") {
    const double t = 0.4;
    const auto f = [t](auto x) {
      using Real = decltype(x);
      return tc::for_(0, 5, Real(x), [t](int, auto& y) {
        y = y + 0.5;
        tc::continue_if(y < 1.5, tc::gate{t});
        y = y * 0.8;
        tc::continue_if(y < 1.0, tc::gate{t});
        y = y - 0.25;
      });
    };
    double y = 0.7;
    for (int k = 0; k < 5; ++k) {
      y += 0.5;
      const double first = y, p = 1 / (1 + std::exp(-(1.5 - y) / t));
      y *= 0.8;
      const double second = y, q = 1 / (1 + std::exp(-(1.0 - y) / t));
      y -= 0.25;
      y = p * first + (1 - p) * (q * second + (1 - q) * y);
    }
    CHECK(tc::value_and_grad(f)(0.7).value == doctest::Approx(y).epsilon(1e-13));
    CHECK(tc::check_gradient(f, 0.7) < 1e-9);
  }
  TEST_CASE("break and continue in one gated body, and in a gated while_") {
    const double t = 0.5;
    const auto f = [t](auto x) {
      using Real = decltype(x);
      return tc::while_(
          Real(x), [](const auto& y) { return y < 4.0; },
          [](auto& y) {
            y = y + 0.9;
            tc::continue_if(y < 2.0);
            tc::break_if(y > 3.5);
            y = y * 1.05;
            tc::continue_if(y > 3.0);
            y = y + 0.1;
          },
          {.how = tc::gate{t}});
    };
    const auto scoped = [&](auto x) {
      const tc::control_scope scope{tc::gate{t}};
      return f(x);
    };
    // By hand: at the head and at each break part of it stops; a body's end mixes its states.
    const auto s = [t](double m) { return 1 / (1 + std::exp(-m / t)); };
    double y = 0.3, survival = 1, expected = 0;
    while (survival > 1e-18) {
      const double go = s(4 - y);
      expected += survival * (1 - go) * y;
      survival *= go;
      y += 0.9;
      const double skip = s(2 - y), skipped = y;
      const double leave = (1 - skip) * s(y - 3.5);
      expected += survival * leave * y;
      const double rest = 1 - skip - leave;
      y *= 1.05;
      const double again = rest * s(y - 3), skipped_again = y;
      y += 0.1;
      const double alive = 1 - leave;
      y = (skip * skipped + again * skipped_again + (rest - again) * y) / alive;
      survival *= alive;
    }
    CHECK(tc::value_and_grad(scoped)(0.3).value == doctest::Approx(expected).epsilon(1e-11));
    CHECK(tc::check_gradient(scoped, 0.3) < 1e-9);
  }
  TEST_CASE("what cannot be relaxed is said") {
    const tc::control_scope scope{tc::gate{1}};
    const tc::var x = 1;
    CHECK_THROWS_AS(tc::for_(0, 3, 0, [&](int, int& n) { tc::break_if(x < 2.0), ++n; }),
                    tc::argument_error);
    CHECK_THROWS_AS(tc::for_(0, 3, tc::var(x),
                             [&](int, tc::var& y) {
                               y = tc::if_(
                                   y < 2.0, [&] { return tc::break_if(y < 3.0), tc::var(y); },
                                   [&] { return tc::var(1); });
                             }),
                    tc::argument_error);
    CHECK_THROWS_AS(
        tc::for_(0, 3, tc::var(x),
                 [&](int, tc::var& y) { tc::break_if(y < 2.0, tc::straight_through{1}); }),
        tc::argument_error);
    CHECK_THROWS_AS(tc::while_(
                        0, [&](int) { return x < 2.0; }, [](int& n) { ++n; }, {.how = tc::gate{1}}),
                    tc::argument_error);
  }
  TEST_CASE("straight_through has the loop's value and a gradient through its stopping") {
    const double t = 0.5;
    const auto f = [t](auto x) {
      using Real = decltype(x);
      return tc::while_(
          Real(x), [](const auto& y) { return y < 3.0; }, [](auto& y) { y = y + 1; },
          {.how = tc::straight_through{t}});
    };
    const auto [value, gradient] = tc::value_and_grad(f)(0.25);
    CHECK(value == 3.25);
    // dy_{k+1} = dy_k + dp_k, where p_k has the slope -p (1 - p) / t by y_k.
    double slope = 1;
    for (const double y : {0.25, 1.25, 2.25, 3.25}) {
      const double p = 1 / (1 + std::exp(-(3 - y) / t));
      slope -= p * (1 - p) / t * slope;
    }
    CHECK(gradient == doctest::Approx(slope).epsilon(1e-12));
  }
  TEST_CASE("what the cut of a relaxed loop takes away is within the bound it reports") {
    // P3: how often, and what of a geometric number of rounds; p is the probability of going on.
    for (const double p : {0.5, 0.8, 0.95}) {
      for (const double r : {0.5, 0.9, 0.99}) {
        tc::loop_report report;
        const auto f = [&](auto logit) {
          using Real = decltype(logit);
          const auto s = tc::while_(
              std::vector<Real>{0, 1, 25}, [&](const auto&) { return logit > 0.0; },
              [r](auto& y) {
                y[0] = y[0] + 1;
                y[1] = y[1] * r;
                y[2] = (y[0] - 5) * (y[0] - 5);
              },
              {.how = tc::gate{1}, .report = &report});
          return s;
        };
        const double logit = std::log(p / (1 - p));
        const double exact[] = {p / (1 - p), (1 - p) / (1 - p * r)};
        const double slopes[] = {1 / ((1 - p) * (1 - p)), -(1 - r) / std::pow(1 - p * r, 2)};
        for (int k = 0; k < 2; ++k) {
          const auto [value, slope] = tc::value_and_grad([&](auto l) { return f(l)[k]; })(logit);
          CHECK(std::abs(value - exact[k]) < 1e-10);
          CHECK(std::abs(value - exact[k]) <= report.truncation_bound + 1e-13 * (1 + exact[k]));
          // By p: the chain rule through the logit.
          CHECK(std::abs(slope / (p * (1 - p)) - slopes[k]) < 1e-10 * (1 + std::abs(slopes[k])));
        }
        CHECK(report.survival > 0);
        CHECK(report.iterations > 10);
      }
      const auto [value, slope] = tc::value_and_grad([&](auto logit) {
        using Real = decltype(logit);
        return tc::while_(
            std::vector<Real>{0, 25}, [&](const auto&) { return logit > 0.0; },
            [](auto& y) {
              y[0] = y[0] + 1;
              y[1] = (y[0] - 5) * (y[0] - 5);
            },
            {.how = tc::gate{1}})[1];
      })(std::log(p / (1 - p)));
      const double exact = p == 0.8 ? 175 : p == 0.5 ? -20 : 0;
      if (exact != 0) CHECK(std::abs(slope / (p * (1 - p)) - exact) < 1e-9);
    }
  }
  TEST_CASE("a bound that cuts early is a bound") {
    // Looser cuts by a smaller bound on the rounds throw; the report's bound is checked where the
    // loop is cut at different depths by its own rule, by probabilities close to 1.
    tc::loop_report report;
    const double p = 0.999;
    const auto value = tc::value_and_grad([&](auto logit) {
                         using Real = decltype(logit);
                         return tc::while_(
                             Real(0), [&](const auto&) { return logit > 0.0; },
                             [](auto& n) { n = n + 1; }, {.how = tc::gate{1}, .report = &report});
                       })(std::log(p / (1 - p)))
                           .value;
    CHECK(std::abs(value - p / (1 - p)) < 1e-8);
    CHECK(report.iterations > 20'000);
  }
  TEST_CASE("a loop with snapshots has the gradient of the loop") {
    const auto plain = [](auto x, auto snapshots) {
      using Real = decltype(x);
      return tc::while_(std::vector<Real>{x, x * x, 0}, [](const auto& y) { return y[1] < 50.0; },
                        divided_body{}, {.max_iterations = 100'000, .snapshots = snapshots});
    };
    for (const std::size_t snapshots : {1U, 2U, 3U, 10U, 100U, 5000U}) {
      const auto f = [&](auto x) {
        const auto y = plain(x, snapshots);
        return y[0] * y[1];
      };
      const auto g = [&](auto x) {
        const auto y = plain(x, std::size_t{0});
        return y[0] * y[1];
      };
      CHECK(tc::value_and_grad(f)(0.3).value == tc::value_and_grad(g)(0.3).value);
      CHECK(tc::grad(f)(0.3) == doctest::Approx(tc::grad(g)(0.3)).epsilon(1e-12));
    }
    const auto sum = [](auto x) {
      using Real = decltype(x);
      return tc::for_(0, 1000, Real(x), [x](int i, auto& y) { y = y + x * i; }, {.snapshots = 16});
    };
    CHECK(tc::grad(sum)(2.0) == 499'501);
    const auto endless = [](auto x) {
      using Real = decltype(x);
      return tc::while_(
          Real(x), [](const auto&) { return true; }, [](auto& y) { y = y * 0.5; },
          {.max_iterations = 1000, .snapshots = 4});
    };
    CHECK_THROWS_AS(tc::grad(endless)(1.0), tc::loop_bound_reached);
  }
  TEST_CASE("a loop with snapshots draws nothing, whatever becomes of it") {
    const auto drawn = [](auto p) {
      using Real = decltype(p);
      return tc::for_(0, 4, Real(0), [p](int, auto& y) { y = y + (tc::flip(p) ? p : p * p); },
                      {.snapshots = 2});
    };
    const auto decides = [drawn](auto p) {  // by what it drew; no adjoint comes to the loop
      using Real = decltype(p);
      return Real(tc::value(drawn(p)) > 0.5 ? 5.0 : 2.0);
    };
    const auto refused = [](const auto& program) {
      for (const auto how :
           {tc::baseline::control_variates, tc::baseline::leave_one_out, tc::baseline::disarm})
        for (const std::size_t paths : {0u, 16u})
          CHECK_THROWS_WITH(
              tc::estimate(program,
                           {.samples = 32, .baseline = how, .enumerated_paths = paths})(0.3),
              doctest::Contains("snapshots"));
      CHECK_THROWS_WITH(tc::enumerate(program)(0.3), doctest::Contains("snapshots"));
    };
    refused(drawn);
    refused(decides);
    refused([](auto p) {
      using Real = decltype(p);
      return tc::checkpoint([](const auto& q) { return tc::flip(q) ? Real(q) : Real(q * q); }, p);
    });
  }
  TEST_CASE("a scope inside of the function holds where the sweep runs a part again") {
    const auto by = [](std::size_t snapshots) {
      return [snapshots](auto x) {
        using Real = decltype(x);
        const tc::control_scope soft{tc::gate{0.5}};
        return tc::for_(
            0, 5, Real(x),
            [](int, auto& y) {
              y = tc::if_(y > 0.3, [&] { return Real(0.5 * y); }, [&] { return Real(y + 0.2); });
            },
            {.snapshots = snapshots});
      };
    };
    const auto whole = tc::value_and_grad(by(0))(0.2), again = tc::value_and_grad(by(2))(0.2);
    CHECK(again.value == whole.value);
    CHECK(again.gradient == doctest::Approx(whole.gradient).epsilon(1e-14));
    const auto checkpointed = [](auto x) {
      using Real = decltype(x);
      const tc::control_scope soft{tc::gate{0.5}};
      return tc::checkpoint(
          [](const auto& y) {
            return Real(
                tc::if_(y > 0.0, [&] { return Real(3.0 * y); }, [&] { return Real(y * y); }));
          },
          x);
    };
    // p 3 x + (1 - p) x^2 with p = sigmoid(2 x)
    const double p = 1 / (1 + std::exp(-0.4));
    CHECK(tc::grad(checkpointed)(0.2) ==
          doctest::Approx(2 * p * (1 - p) * (0.6 - 0.04) + 3 * p + 0.4 * (1 - p)).epsilon(1e-13));
  }
}

}  // namespace test_loop
