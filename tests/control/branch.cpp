// tests/control/branch.cpp -- if_ in all its forms, and what passes through it.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace test_branch {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

template <class Real>
struct State {
  Real y;
  int steps = 0;
  std::vector<Real> path;
};

TEST_SUITE("control/branch") {
  TEST_CASE("on plain numbers it is the ternary operator") {
    const double x = 0.2;
    CHECK(tc::if_(x < 0.5, [&] { return 2 * x; }, [] { return 7.0; }) == 0.4);
    CHECK(tc::if_(x > 0.5, [&] { return 2 * x; }, [] { return 7.0; }, tc::gate{}) == 7.0);
    CHECK(tc::if_(true, [] { return 1; }, [] { return 2.5; }) == 1.0);
    CHECK(tc::if_(false, [] { return std::string("a"); }, [] { return std::string("b"); }) == "b");
  }
  TEST_CASE("hard takes one branch, and no gradient passes the condition") {
    const auto f = [](auto x, auto a, auto b) {
      return tc::if_(x < 0.5, [&] { return a * x; }, [&] { return b; }, tc::hard);
    };
    const auto [value, gradient] = tc::value_and_grad(f)(0.2, 3.0, 7.0);
    CHECK(value == doctest::Approx(0.6));
    CHECK(std::get<0>(gradient) == 3);
    CHECK(std::get<1>(gradient) == 0.2);
    CHECK(std::get<2>(gradient) == 0);
  }
  TEST_CASE("a gate mixes by the logistic weight of the margin, exactly") {
    const double t = 0.1, x = 0.45, a = 3, b = 7;
    const auto f = [t](auto u, auto v, auto w) {
      return tc::if_(u < 0.5, [&] { return v * u; }, [&] { return w; }, tc::gate{t});
    };
    const auto [value, gradient] = tc::value_and_grad(f)(x, a, b);
    const double p = logistic((0.5 - x) / t), dp = -p * (1 - p) / t;
    CHECK(value == doctest::Approx(p * a * x + (1 - p) * b).epsilon(1e-14));
    CHECK(std::get<0>(gradient) == doctest::Approx(p * a + dp * (a * x - b)).epsilon(1e-13));
    CHECK(std::get<1>(gradient) == doctest::Approx(p * x).epsilon(1e-14));
    CHECK(std::get<2>(gradient) == doctest::Approx(1 - p).epsilon(1e-14));
    CHECK(tc::check_gradient(f, x, a, b) < 1e-8);
  }
  TEST_CASE("a branch that is cut off is not run, so it cannot poison a gradient") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto f = [nan](auto x) {
      return tc::if_(
          x < 1000.0, [&] { return tc::var(x * x); }, [&]() -> tc::var { return x * nan; },
          tc::gate{1.0});
    };
    CHECK(tc::value_and_grad(f)(3.0).value == 9);
    CHECK(tc::grad(f)(3.0) == 6);
    const auto g = [](auto x) {
      return tc::if_(
          x < 1000.0, [&] { return tc::var(x); },
          []() -> tc::var { throw std::logic_error("untaken"); }, tc::gate{1.0});
    };
    CHECK(tc::grad(g)(3.0) == 1);
    CHECK(tc::grad(g)(999.5) == 1);  // with a weight it runs, and what it throws counts for nothing
    CHECK_THROWS_AS(tc::grad(g)(1000.5), std::logic_error);  // the side that holds
    const auto h = [](auto x) {
      return tc::if_(x > 0, [&] { return tc::var(sqrt(x)); }, [] { return tc::var(0); });
    };
    CHECK(tc::grad(h)(-1.0) == 0);
  }
  TEST_CASE("branches mutate copies of a state, which are mixed") {
    const auto f = [](auto y) {
      const State<decltype(y)> state{y, 0, {y, y}};
      return tc::var(
          tc::if_(y < 0.5, state, [](auto& s) { s.y = -s.y; }, [](auto&) {}, tc::gate{0.5}).y);
    };
    const double p = logistic((0.5 - 0.3) / 0.5);
    CHECK(tc::value_and_grad(f)(0.3).value == doctest::Approx(0.3 * (1 - 2 * p)).epsilon(1e-14));
    CHECK(tc::check_gradient(f, 0.3) < 1e-8);
    const State<double> plain{2, 1, {}};
    CHECK(tc::if_(plain.y < 3, plain, [](auto& s) { s.steps = 9; }, [](auto&) {}).steps == 9);
    CHECK(plain.steps == 1);
  }
  TEST_CASE("branches that return nothing act, and a gate over them is refused") {
    int taken = 0;
    const tc::var x = 1;
    tc::if_(x < 2, [&] { taken = 1; }, [&] { taken = 2; });
    CHECK(taken == 1);
    tc::if_(false, [&] { taken = 1; }, [&] { taken = 2; });
    CHECK(taken == 2);
    const tc::control_scope soft(tc::gate{1.0});
    CHECK_THROWS_AS(tc::if_(x < 2, [&] { taken = 1; }, [&] { taken = 3; }), tc::argument_error);
    CHECK(taken == 2);
  }
  TEST_CASE("a disagreement names the path") {
    const tc::var x = 0.1;
    const auto error_of = [&](auto then) {
      try {
        tc::if_(x < 0, State<tc::var>{1, 2, {3, 4}}, then, [](auto&) {}, tc::gate{1.0});
      } catch (const tc::branch_disagreement& error) {
        return std::string(error.what());
      }
      return std::string("no error");
    };
    CHECK(error_of([](auto& s) { s.y = 5; }) == "no error");
    CHECK(error_of([](auto& s) { s.steps = 3; }).find("'steps'") != std::string::npos);
    CHECK(error_of([](auto& s) { s.path.push_back(1); }).find("'path'") != std::string::npos);
  }
  TEST_CASE("scopes nest, end, and give way to an argument") {
    const auto f = [](auto x) {
      return tc::if_(x < 0.5, [] { return tc::var(1); }, [] { return tc::var(0); });
    };
    CHECK(tc::grad(f)(0.4) == 0);
    {
      const tc::control_scope outer(tc::gate{1.0});
      const double wide = tc::grad(f)(0.4);
      CHECK(wide < 0);
      {
        const tc::control_scope inner(tc::gate{0.1});
        CHECK(tc::grad(f)(0.4) < 2 * wide);
        const auto explicit_hard = [](auto x) {
          return tc::if_(x < 0.5, [] { return tc::var(1); }, [] { return tc::var(0); }, tc::hard);
        };
        CHECK(tc::grad(explicit_hard)(0.4) == 0);
      }
      CHECK(tc::grad(f)(0.4) == wide);
    }
    CHECK(tc::grad(f)(0.4) == 0);
    CHECK_THROWS_AS(tc::control_scope(tc::gate{0}), tc::argument_error);
    CHECK_THROWS_AS(tc::control_scope(tc::gate{std::nan("")}), tc::argument_error);
  }
  TEST_CASE("every kernel gives its distribution function, and its density to equalities") {
    const double m = (2 - 1.3) / 0.5;
    const auto at = [](tc::kernel kernel) {
      return tc::value(tc::if_(
          tc::var(1.3) < 2.0, [] { return tc::var(1); }, [] { return tc::var(0); },
          tc::gate{0.5, kernel}));
    };
    CHECK(at(tc::kernel::logistic) == doctest::Approx(logistic(m)));
    CHECK(at(tc::kernel::gaussian) == doctest::Approx(0.5 * std::erfc(-m / std::sqrt(2.0))));
    CHECK(at(tc::kernel::cauchy) == doctest::Approx(0.5 + std::atan(m) / std::acos(-1.0)));
    const auto equal = [](tc::kernel kernel, double x) {
      return tc::value(tc::if_(
          tc::var(x) == 2.0, [] { return tc::var(1); }, [] { return tc::var(0); },
          tc::gate{0.5, kernel}));
    };
    const double d = 0.7 / 0.5;
    CHECK(equal(tc::kernel::logistic, 2) == 1);
    CHECK(equal(tc::kernel::logistic, 1.3) == doctest::Approx(1 / std::pow(std::cosh(d / 2), 2)));
    CHECK(equal(tc::kernel::gaussian, 1.3) == doctest::Approx(std::exp(-d * d / 2)));
    CHECK(equal(tc::kernel::cauchy, 2.7) == doctest::Approx(1 / (1 + d * d)));
    for (const auto kernel : {tc::kernel::logistic, tc::kernel::gaussian, tc::kernel::cauchy})
      for (const double x : {1.3, 1.95, 2.4}) {
        const auto f = [kernel](auto y) {
          using Real = decltype(y);
          const tc::gate g{0.5, kernel};
          const Real a =
              tc::if_(y < 2.0, [&] { return Real(y * y); }, [&] { return Real(3 * y); }, g);
          const Real b = tc::if_(y != 2.0, [&] { return Real(y); }, [&] { return Real(2 - y); }, g);
          return Real(a * b);
        };
        CHECK(tc::check_gradient(f, x) < 1e-9);
      }
  }
  TEST_CASE("straight_through has the hard value and the gate's gradient") {
    const auto f = [](auto x, auto a, auto b) {
      return tc::if_(x < 0.5, [&] { return a * x; }, [&] { return b; }, tc::straight_through{0.1});
    };
    const double x = 0.45, a = 3, b = 7, p = logistic(0.5);
    const auto [value, gradient] = tc::value_and_grad(f)(x, a, b);
    CHECK(value == a * x);
    // The margin is 0.5 - x, so that p falls by p (1 - p) / 0.1.
    CHECK(std::get<0>(gradient) == doctest::Approx(a - p * (1 - p) / 0.1 * (a * x - b)));
    CHECK(std::get<1>(gradient) == x);
    CHECK(std::get<2>(gradient) == 0);
    const auto other = tc::value_and_grad(f)(0.55, a, b);
    CHECK(other.value == b);
    CHECK(std::get<0>(other.gradient) == doctest::Approx(-p * (1 - p) / 0.1 * (a * 0.55 - b)));
    CHECK(std::get<1>(other.gradient) == 0);
    CHECK(std::get<2>(other.gradient) == 1);
  }
  TEST_CASE("of the side that does not hold, what throws or is not finite counts for nothing") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const tc::estimator e :
         {tc::estimator(tc::gate{1}), tc::estimator(tc::straight_through{1})}) {
      CHECK(tc::grad([e, nan](auto x) {
              return tc::if_(
                  x < 1, [&] { return tc::var(x * x); }, [&] { return tc::var(x * nan); }, e);
            })(0.5) == 1);
      CHECK(tc::grad([e](auto x) {
              return tc::if_(
                  x < 1, [&] { return tc::var(x * x); }, [&] { return tc::var(sqrt(x - 2)); }, e);
            })(0.5) == 1);
      CHECK(tc::grad([e](auto x) {
              return tc::if_(
                  x < 1, [&] { return tc::var(x * x); }, [&] { return tc::var(1 / (x - x)); }, e);
            })(0.5) == 1);
      tc::ledger book;
      const tc::ledger_scope counted(book);
      CHECK(tc::grad([e](auto x) {
              return tc::if_(
                  x < 1, [&] { return tc::var(x * x); },
                  []() -> tc::var { throw std::runtime_error("no"); }, e);
            })(0.5) == 1);
      REQUIRE(book.sites().size() == 1);
      CHECK(book.sites()[0].dropped == 1);
    }
  }
  TEST_CASE("what no branch changed is not recorded again") {
    State<tc::var> s;
    tc::recording<double> recorded;
    s.y = tc::var::input(2);
    for (int i = 0; i < 100; ++i) s.path.push_back(tc::var::input(i));
    const auto before = recorded.tape().statement_count();
    const auto after = tc::if_(
        s.y < 2.5, s, [](auto& t) { t.y = -t.y; }, [](auto& t) { t.y = t.y * 2; }, tc::gate{1});
    CHECK(recorded.tape().statement_count() - before < 12);
    CHECK(after.path[50].slot() == s.path[50].slot());
  }
  TEST_CASE("second derivatives pass a gate") {
    const auto f = [](auto x) {
      return tc::if_(x < 1.0, [&] { return x * x; }, [&] { return 2.0 * x; }, tc::gate{1.0});
    };
    const double x = 0.3, h = 1e-4;
    const auto slope = [&](double at) { return tc::grad(f)(at); };
    CHECK(tc::hessian(f)(x)(0, 0) ==
          doctest::Approx((slope(x + h) - slope(x - h)) / (2 * h)).epsilon(1e-7));
  }
  TEST_CASE("score_function outside of an estimate is refused") {
    const tc::var x = 1;
    CHECK_THROWS_AS(
        tc::if_(x < 2, [] { return 1.0; }, [] { return 2.0; }, tc::score_function{}), tc::error);
  }
}

}  // namespace test_branch
