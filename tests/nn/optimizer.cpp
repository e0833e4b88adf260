#include <tensacode/nn/optimizer.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace test_optimizer {

tc::parameter_set<double> one_number(double value, bool decay) {
  tc::parameter_set<double> set;
  set.add("w", Eigen::MatrixXd::Constant(1, 1, value), decay);
  return set;
}

TEST_SUITE("nn/optimizer") {
  TEST_CASE("two steps of AdamW are those of the paper") {
    auto set = one_number(1.0, true);
    tc::adamw<double> optimizer(set, {.learning_rate = 0.1, .epsilon = 1e-8, .weight_decay = 0.5});
    std::vector<double> g{2.0};
    optimizer.step(set, g);
    // m = 0.2, v = 0.004; unbiased 2 and 4: a step of 0.1 * 2 / 2, after a decay by 0.1 * 0.5.
    const double after_one = 1.0 * 0.95 - 0.1 * 2.0 / (2.0 + 1e-8);
    CHECK(set.blocks[0].value(0) == doctest::Approx(after_one).epsilon(1e-14));
    g = {-1.0};
    optimizer.step(set, g);
    const double m = (0.9 * 0.2 - 0.1) / (1 - 0.81), v = (0.999 * 0.004 + 0.001) / (1 - 0.998001);
    const double after_two = after_one * 0.95 - 0.1 * m / (std::sqrt(v) + 1e-8);
    CHECK(set.blocks[0].value(0) == doctest::Approx(after_two).epsilon(1e-13));
  }
  TEST_CASE("only blocks that ask for it decay") {
    tc::parameter_set<double> set;
    set.add("weight", Eigen::MatrixXd::Ones(2, 2), true);
    set.add("bias", Eigen::MatrixXd::Ones(2, 1), false);
    tc::adamw<double> optimizer(set, {.learning_rate = 0.1, .weight_decay = 0.5});
    std::vector<double> g(6, 0.0);
    optimizer.step(set, g);
    CHECK(set.blocks[0].value.isApproxToConstant(0.95, 1e-14));
    CHECK(set.blocks[1].value.isApproxToConstant(1.0, 0));
  }
  TEST_CASE("a gradient above the largest norm is scaled down to it, a smaller one is not") {
    for (const double size : {0.1, 100.0}) {
      auto set = one_number(0.0, false);
      // A large epsilon makes the step proportional to the gradient.
      tc::adamw<double> optimizer(
          set, {.learning_rate = 1, .epsilon = 1e12, .weight_decay = 0, .largest_norm = 5});
      std::vector<double> g{size};
      optimizer.step(set, g);
      CHECK(g[0] == doctest::Approx(std::min(size, 5.0)));
      CHECK(-set.blocks[0].value(0) * 1e12 == doctest::Approx(std::min(size, 5.0)).epsilon(1e-6));
    }
  }
  TEST_CASE("a rate factor of 0 leaves the parameters as they are") {
    auto set = one_number(3.0, true);
    tc::adamw<double> optimizer(set);
    std::vector<double> g{1.0};
    optimizer.step(set, g, 0.0);
    CHECK(set.blocks[0].value(0) == 3.0);
  }
  TEST_CASE("the number of derivatives must be that of the parameters") {
    auto set = one_number(3.0, true);
    tc::adamw<double> optimizer(set);
    std::vector<double> g(2);
    CHECK_THROWS_WITH_AS(optimizer.step(set, g), "adamw: 2 derivatives for 1 parameters",
                         tc::shape_error);
  }
  TEST_CASE("AdamW finds the least of a quadratic") {
    auto set = one_number(5.0, false);
    tc::adamw<double> optimizer(set, {.learning_rate = 0.1});
    for (std::size_t t = 0; t < 500; ++t) {
      std::vector<double> g{2 * (set.blocks[0].value(0) - 2)};
      optimizer.step(set, g, tc::cosine_schedule(t, 500));
    }
    CHECK(set.blocks[0].value(0) == doctest::Approx(2).epsilon(1e-3));
  }
  TEST_CASE("the schedule warms up over 5 %, is 1 there, and ends at 0") {
    CHECK(tc::cosine_schedule(0, 1000) == doctest::Approx(1.0 / 50));
    CHECK(tc::cosine_schedule(24, 1000) == doctest::Approx(0.5));
    CHECK(tc::cosine_schedule(49, 1000) == doctest::Approx(1));
    CHECK(tc::cosine_schedule(524, 1000) == doctest::Approx(0.5));
    CHECK(tc::cosine_schedule(999, 1000) == doctest::Approx(0));
    CHECK(tc::cosine_schedule(5000, 1000) == doctest::Approx(0));
    for (const std::size_t steps : {1, 2, 7})
      for (std::size_t t = 0; t < steps; ++t) {
        CHECK(tc::cosine_schedule(t, steps) >= 0);
        CHECK(tc::cosine_schedule(t, steps) <= 1);
      }
    CHECK(tc::cosine_schedule(0, 1) == 1);
  }
}

}  // namespace test_optimizer
