// tests/control/switch.cpp -- switch_ by index and by logits.
#include <tensacode/control/control.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace test_switch {

using doctest::Approx;

TEST_SUITE("control/switch") {
  TEST_CASE("by index it is an ordinary switch") {
    CHECK(tc::switch_(0, [] { return 1; }, [] { return 2.5; }) == 1);
    CHECK(tc::switch_(1U, [] { return 1; }, [] { return 2.5; }) == 2.5);
    CHECK(tc::switch_(1, [] { return std::string("a"); }, [] { return std::string("b"); }) == "b");
    CHECK_THROWS_AS(tc::switch_(2, [] { return 1; }, [] { return 2; }), tc::argument_error);
    CHECK_THROWS_AS(tc::switch_(-1, [] { return 1; }, [] { return 2; }), tc::argument_error);
    CHECK(tc::grad([](auto x) {
            return tc::switch_(1, [&] { return tc::var(x); }, [&] { return tc::var(x * x); });
          })(3.0) == 6);
  }
  TEST_CASE("on plain logits it takes the largest, of equals the first") {
    const std::vector<double> logits{1, 3, 3};
    int calls = 0;
    CHECK(tc::switch_(
              logits, [&] { return ++calls, 0; }, [&] { return ++calls, 1; },
              [&] { return ++calls, 2; }) == 1);
    CHECK(calls == 1);
    CHECK_THROWS_AS(tc::switch_(logits, [] { return 0; }), tc::argument_error);
    CHECK_THROWS_AS(tc::switch_(
                        std::vector<double>{1, std::nan("")}, [] { return 0; }, [] { return 1; }),
                    tc::argument_error);
  }
  // v_i weighted by softmax(l / t), and its gradient.
  template <class Estimator>
  auto program(Estimator e) {
    return [e](const auto& logits, const auto& v) {
      return tc::switch_(
          logits, tc::estimator(e), [&] { return v[0]; }, [&] { return v[1]; },
          [&] { return v[2]; });
    };
  }
  TEST_CASE("a gate mixes by the softmax of the logits, exactly") {
    const std::vector<double> logits{0.3, -0.2, 0.5}, v{2, -1, 4};
    const double t = 0.7;
    std::vector<double> w;
    double sum = 0, mean = 0;
    for (const double l : logits) sum += std::exp(l / t);
    for (const double l : logits) w.push_back(std::exp(l / t) / sum);
    for (int i = 0; i < 3; ++i) mean += w[i] * v[i];
    const auto [value, gradient] = tc::value_and_grad(program(tc::gate{t}))(logits, v);
    CHECK(value == Approx(mean));
    for (int i = 0; i < 3; ++i) {
      CHECK(std::get<0>(gradient)[i] == Approx(w[i] * (v[i] - mean) / t));
      CHECK(std::get<1>(gradient)[i] == Approx(w[i]));
    }
    CHECK(tc::check_gradient(program(tc::gate{t}), logits, v) < 1e-9);
    SUBCASE("straight through has its gradient by the logits at the hard value") {
      const auto hard = tc::value_and_grad(program(tc::straight_through{t}))(logits, v);
      CHECK(hard.value == 4);
      for (int i = 0; i < 3; ++i) {
        CHECK(std::get<0>(hard.gradient)[i] == Approx(w[i] * (v[i] - mean) / t));
        CHECK(std::get<1>(hard.gradient)[i] == (i == 2));
      }
    }
    SUBCASE("hard passes none") {
      const auto hard = tc::value_and_grad(program(tc::hard))(logits, v);
      CHECK(hard.value == 4);
      CHECK(std::get<0>(hard.gradient) == std::vector<double>{0, 0, 0});
    }
    SUBCASE("drawn, it is unbiased") {
      const auto e = tc::estimate(program(tc::score_function{t}),
                                  {.samples = 4096, .enumerated_paths = 0})(logits, v);
      CHECK(std::abs(e.value - mean) < 4 * e.value_error);
      for (int i = 0; i < 3; ++i)
        CHECK(std::abs(std::get<0>(e.gradient)[i] - w[i] * (v[i] - mean) / t) <
              4 * std::get<0>(e.gradient_error)[i] + 1e-12);
    }
  }
  TEST_CASE("logits of tensors and arrays; cases without weight are not called") {
    const auto f = [](const auto& logits) {
      return tc::switch_(
          logits, tc::gate{1}, "choice", [&] { return logits[0] * 1; },
          [&] { return logits[1] * 2; },
          [&]() -> decltype(logits[0] * 1) { throw std::logic_error("untaken"); });
    };
    CHECK(tc::check_gradient(f, Eigen::VectorXd(Eigen::Vector3d(0.2, 0.4, -60))) < 1e-9);
    CHECK(tc::check_gradient(f, std::array<double, 3>{0.2, 0.4, -60}) < 1e-9);
  }
  TEST_CASE("the gradient of a categorical choice is that of the sum it is") {
    // P6 of the control flow benchmarks: theta_i v_i summed.
    const std::array<double, 4> theta{0.1, 0.5, 0.3, 0.1}, v{312, 314, 440, 558};
    const auto e = tc::estimate(
        [v](const auto& p) {
          return tc::switch_(
              tc::categorical(p), [&] { return v[0]; }, [&] { return v[1]; }, [&] { return v[2]; },
              [&] { return v[3]; });
        },
        {.samples = 4096, .seed = 3})(theta);
    // By directions that keep the sum 1; along (1, 2, 4, -7) the derivative is -1206.
    double along = 0;
    const std::array<double, 4> direction{1, 2, 4, -7};
    for (int i = 0; i < 4; ++i) along += e.gradient[i] * direction[i];
    CHECK(along == Approx(-1206).epsilon(0.02));
  }
}

}  // namespace test_switch
