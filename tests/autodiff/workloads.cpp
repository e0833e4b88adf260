// tests/autodiff/workloads.cpp -- the gradients that benchmarks/autodiff times agree with those
// written by hand.
#include <tensacode/transform/transform.hpp>

#include <doctest/doctest.h>

#include "../../benchmarks/workloads/bundle_adjustment.hpp"
#include "../../benchmarks/workloads/gaussian_mixture.hpp"
#include "../../benchmarks/workloads/hand.hpp"
#include "../../benchmarks/workloads/lotka_volterra.hpp"
#include "../../benchmarks/workloads/lstm.hpp"
#include "../../benchmarks/workloads/perceptron.hpp"
#include "../../benchmarks/workloads/product.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace test_workloads {

/// Numbers of about unit size, the same on every run.
std::vector<double> numbers(std::size_t count, double scale = 1, int start = 0) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = scale * std::sin(1.7 * static_cast<double>(i) + start);
  return out;
}

/// The largest difference of value and gradient, relative to the larger of 1 and the one by hand.
template <class F, class T, class G>
double difference(const F& f, const T& x, const G& by_hand) {
  const auto [value, gradient] = tc::value_and_grad(f)(x);
  const auto [hand_value, hand_gradient] = by_hand(x);
  const auto a = tc::flatten(std::tuple<T>(gradient));
  const auto b = tc::flatten(std::tuple<T>(hand_gradient));
  REQUIRE(a.size() == b.size());
  REQUIRE_FALSE(a.empty());
  double worst = std::abs(value - hand_value) / std::max(1.0, std::abs(hand_value));
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(worst, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return worst;
}

TEST_SUITE("autodiff/workloads") {
  TEST_CASE("products and Rosenbrock's function") {
    auto x = numbers(50, 0.1);
    for (double& v : x) v += 1;
    CHECK(difference(workloads::product, x, workloads::product_by_hand) < 1e-12);
    CHECK(difference(workloads::rosenbrock, x, workloads::rosenbrock_by_hand) < 1e-12);
    CHECK(difference(workloads::rosenbrock_by_operation, x, workloads::rosenbrock_by_hand) < 1e-12);
  }
  TEST_CASE("a Gaussian mixture, also of one dimension and one component") {
    for (const auto& [d, k, n] :
         {std::tuple{3, 4, 20}, std::tuple{1, 1, 3}, std::tuple{2, 1, 5}, std::tuple{1, 3, 1}}) {
      const auto dimensions = static_cast<std::size_t>(d), components = static_cast<std::size_t>(k);
      const workloads::mixture_problem problem{
          dimensions, components, numbers(dimensions * static_cast<std::size_t>(n), 2), 1.3, 2};
      const workloads::gaussian_mixture<double> mixture{
          numbers(components), numbers(components * dimensions, 1, 1),
          numbers(components * problem.factor_size(), 0.5, 2)};
      CHECK(difference([&](const auto& m) { return workloads::log_posterior(m, problem); }, mixture,
                       [&](const auto& m) {
                         return workloads::log_posterior_by_hand(m, problem);
                       }) < 1e-10);
    }
  }
  TEST_CASE("a perceptron") {
    constexpr std::size_t in = 5, h = 7;
    workloads::batch data{Eigen::MatrixXd(in, 9), Eigen::VectorXd(9)};
    const auto inputs = numbers(in * 9), targets = numbers(9, 1, 3);
    std::copy(inputs.begin(), inputs.end(), data.inputs.data());
    std::copy(targets.begin(), targets.end(), data.targets.data());
    const workloads::perceptron<double> net{
        numbers(in * h, 0.5), numbers(h), numbers(h * h, 0.5), numbers(h), numbers(h, 0.5, 4), 0.1};
    CHECK(difference([&](const auto& p) { return workloads::squared_error(p, data); }, net,
                     [&](const auto& p) { return workloads::squared_error_by_hand(p, data); }) <
          1e-10);
  }
  TEST_CASE("populations, with and without a harvest") {
    for (const double above : {0.5, 1.5, 100.0}) {
      const workloads::run_of_populations run{300, 0.01, above, 0.2};
      CHECK(difference([&](const auto& p) { return workloads::populations(p, run); },
                       std::array<double, 6>{1.1, 0.4, 0.1, 0.4, 2, 1},
                       [&](const auto& p) { return workloads::populations_by_hand(p, run); }) <
            1e-10);
    }
  }
  TEST_CASE("a recurrent network") {
    constexpr std::size_t cells = 5;
    int start = 0;
    const auto next = [&] { return numbers(cells, 1, ++start); };
    const auto layer = [&] {
      return workloads::lstm_layer<double>{next(), next(), next(), next(),
                                           next(), next(), next(), next()};
    };
    const workloads::lstm<double> net{{layer(), layer()}, next(), next(), next()};
    workloads::sequence text(12, std::vector<double>(cells));
    for (std::size_t t = 0; t < text.size(); ++t) text[t][t * t % cells] = 1;
    CHECK(difference([&](const auto& p) { return workloads::sequence_loss(p, text); }, net,
                     [&](const auto& p) { return workloads::sequence_loss_by_hand(p, text); }) <
          1e-10);
  }
  TEST_CASE("the Jacobian of a reprojection") {
    const std::array<double, 15> p{0.3, -0.2, 0.4,    0.1, -0.1, -5, 500, 320,
                                   240, 0.01, -0.002, 0.5, 0.3,  1,  0.9};
    const std::array<double, 2> seen{330, 250};
    const auto hand = workloads::reprojection_by_hand(p, seen);
    const auto error = workloads::reprojection_error(p, seen);
    CHECK(error[0] == doctest::Approx(hand.error[0]).epsilon(1e-12));
    CHECK(error[1] == doctest::Approx(hand.error[1]).epsilon(1e-12));
    const auto jacobian =
        tc::jacobian([&](const auto& v) { return workloads::reprojection_error(v, seen); })(p);
    REQUIRE(jacobian.rows() == 2);
    REQUIRE(jacobian.cols() == 15);
    CHECK(
        ((jacobian - hand.jacobian).array() / hand.jacobian.array().abs().max(1)).abs().maxCoeff() <
        1e-10);
  }
  TEST_CASE("the Jacobian of a hand by its pose, by rows and by columns") {
    const auto hand = workloads::make_hand(50);
    std::array<double, 26> pose;
    const auto angles = numbers(26, 0.4, 2);
    std::copy(angles.begin(), angles.end(), pose.begin());
    const Eigen::MatrixXd expected = workloads::hand_jacobian_by_hand(pose, hand);
    const auto errors = [&](const auto& p) { return workloads::hand_errors(p, hand); };
    const auto off = [&](const Eigen::MatrixXd& jacobian) {
      REQUIRE(jacobian.rows() == expected.rows());
      REQUIRE(jacobian.cols() == 26);
      return ((jacobian - expected).array() / expected.array().abs().max(1)).abs().maxCoeff();
    };
    CHECK(off(tc::jacobian_by_rows(errors)(pose)) < 1e-10);
    CHECK(off(tc::jacobian_by_columns(errors)(pose)) < 1e-10);
  }
}

}  // namespace test_workloads
