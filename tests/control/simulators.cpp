// tests/control/simulators.cpp -- the programs that benchmarks/control_tasks trains: their
// gradients agree with differences, and training improves the crisp program.
#include <doctest/doctest.h>

#include "../../benchmarks/workloads/air_conditioning.hpp"
#include "../../benchmarks/workloads/control_training.hpp"

#include <Eigen/Core>

#include <cstdint>

namespace test_simulators {

using namespace workloads;

TEST_SUITE("control/simulators") {
  TEST_CASE("air conditioning: the gate's gradient is that of its value") {
    const tc::control_scope scope{tc::gate{0.5}};
    const hot_day day(3);
    CHECK(tc::check_gradient([&](const auto& p) { return air_conditioning::cost(p, day); },
                             air_conditioning::start(2)) < 1e-7);
  }
  TEST_CASE("air conditioning: straight through has the value of the crisp program") {
    const tc::control_scope scope{tc::straight_through{0.3}};
    const Eigen::VectorXd p = air_conditioning::start(6);
    const hot_day day(1);
    const auto [value, gradient] =
        tc::value_and_grad([&](const auto& q) { return air_conditioning::cost(q, day); })(p);
    CHECK(value == doctest::Approx(air_conditioning::cost(p, day)).epsilon(1e-12));
    CHECK(gradient.norm() > 0);
  }
  TEST_CASE("air conditioning: every estimator improves the crisp loss in a few steps") {
    const auto cost = [](const Eigen::VectorXd& p, std::uint64_t i) {
      return air_conditioning::cost(p, hot_day(i));
    };
    for (const auto& gradient :
         {air_conditioning_gradient(tc::straight_through{0.3}),
          air_conditioning_gradient(tc::gate{0.3}), air_conditioning_score(tc::score_function{0.3}),
          smoothing_gradient(cost, 0.2, false), smoothing_gradient(cost, 0.2, true)}) {
      Eigen::VectorXd p = air_conditioning::start(3);
      const double before = air_conditioning::crisp_loss(p, 50);
      adam optimizer(p.size(), 0.05);
      for (std::uint64_t step = 0; step < 15; ++step)
        optimizer.step(p, gradient(p, {.seed = 1, .done = 40 * step, .count = 40}));
      CHECK(air_conditioning::crisp_loss(p, 50) < 0.8 * before);
    }
  }
}

}  // namespace test_simulators
