// tests/transform/parallel.cpp -- gradients of sums on several threads.
#include <tensacode/transform/parallel.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace test_parallel_gradient {

template <class Real>
struct Line {
  Real slope, offset;
  std::string name;
};

std::vector<std::pair<double, double>> points(std::size_t count) {
  std::vector<std::pair<double, double>> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto x = static_cast<double>(i) / 7;
    out[i] = {x, std::sin(x)};
  }
  return out;
}

constexpr auto squared_distance = [](const auto& line, const std::pair<double, double>& point) {
  const auto off = line.slope * point.first + line.offset - point.second;
  return off * off;
};

TEST_SUITE("transform/parallel") {
  TEST_CASE("value and gradient are those of the sum") {
    const auto data = points(1000);
    const Line<double> line{0.3, -0.1, "fit"};
    const auto [value, gradient] = tc::parallel_gradient(data, squared_distance)(line);
    const auto expected = tc::value_and_grad([&](const auto& l) {
      std::remove_cvref_t<decltype(l.slope)> sum = 0;
      for (const auto& point : data) sum += squared_distance(l, point);
      return sum;
    })(line);
    CHECK(value == doctest::Approx(expected.value).epsilon(1e-13));
    CHECK(gradient.slope == doctest::Approx(expected.gradient.slope).epsilon(1e-13));
    CHECK(gradient.offset == doctest::Approx(expected.gradient.offset).epsilon(1e-13));
    CHECK(gradient.name == "fit");
  }
  TEST_CASE("the same bits on any number of threads") {
    const auto data = points(777);
    const Line<double> line{0.3, -0.1, ""};
    const auto run = [&] {
      const auto result = tc::parallel_gradient(data, squared_distance)(line);
      return std::array{result.value, result.gradient.slope, result.gradient.offset};
    };
    const auto one = with_threads(1, run);
    for (const std::size_t threads : {2u, 7u})
      for (int repeat = 0; repeat < 20; ++repeat) CHECK(with_threads(threads, run) == one);
  }
  TEST_CASE("no terms, one term, fewer terms than shards") {
    const Line<double> line{2, 1, ""};
    const auto none = tc::parallel_gradient(points(0), squared_distance)(line);
    CHECK(none.value == 0);
    CHECK(none.gradient.slope == 0);
    const std::vector<std::pair<double, double>> single{{3, 4}};
    const auto one = tc::parallel_gradient(single, squared_distance)(line);
    CHECK(one.value == 9);
    CHECK(one.gradient.slope == 18);
    CHECK(one.gradient.offset == 6);
    const std::vector<std::pair<double, double>> three{{3, 4}, {1, 0}, {0, 0}};
    CHECK(tc::parallel_gradient(three, squared_distance)(line).value == 9 + 9 + 1);
  }
  TEST_CASE("several arguments, trees of them, and indices as terms") {
    const auto f = [](const auto& x, const auto& weights, int i) {
      return x * x * weights.at("a")[static_cast<std::size_t>(i)] * i;
    };
    const std::map<std::string, std::vector<double>> weights{{"a", {1, 2, 3}}, {"b", {5}}};
    const auto [value, gradient] =
        tc::parallel_gradient(std::views::iota(0, 3), f, {.shards = 2})(2.0, weights);
    CHECK(value == 4 * (2 + 6));
    CHECK(std::get<0>(gradient) == 4 * (2 + 6));
    CHECK(std::get<1>(gradient).at("a") == std::vector<double>{0, 4, 8});
    CHECK(std::get<1>(gradient).at("b") == std::vector<double>{0});
  }
  TEST_CASE("whole matrices, float") {
    const Eigen::MatrixXf w = Eigen::MatrixXf::Random(4, 3);
    std::vector<Eigen::MatrixXf> inputs(30);
    for (auto& x : inputs) x = Eigen::MatrixXf::Random(3, 5);
    const auto loss = [](const auto& weights, const Eigen::MatrixXf& x) {
      return (weights * x).squaredNorm();
    };
    const auto run = [&] { return tc::parallel_gradient(inputs, loss)(w).gradient; };
    const Eigen::MatrixXf one = with_threads(1, run), seven = with_threads(7, run);
    CHECK((one.array() == seven.array()).all());
    Eigen::MatrixXf expected = Eigen::MatrixXf::Zero(4, 3);
    for (const auto& x : inputs) expected += 2 * w * x * x.transpose();
    CHECK((one - expected).norm() < 1e-4f * expected.norm());
  }
  TEST_CASE(
      "a step of a network in parts of the batch has the same bits on any number of threads") {
    struct part {
      Eigen::MatrixXf x, target;
    };
    const Eigen::MatrixXf w = Eigen::MatrixXf::Random(48, 20), b = Eigen::MatrixXf::Random(48, 1),
                          v = Eigen::MatrixXf::Random(1, 48), c = Eigen::MatrixXf::Random(1, 1);
    std::vector<part> parts;
    for (int i = 0; i < 5; ++i)
      parts.push_back({Eigen::MatrixXf::Random(20, 37), Eigen::MatrixXf::Random(1, 37)});
    const auto loss = [](const auto& w1, const auto& b1, const auto& w2, const auto& b2,
                         const part& samples) {
      using Tensor = std::remove_cvref_t<decltype(w1)>;
      const auto y = linear(w2, b2, linear_tanh(w1, b1, Tensor::reference(samples.x)));
      return (y - Tensor::reference(samples.target)).squaredNorm();
    };
    const auto run = [&] {
      const auto [value, gradient] = tc::parallel_gradient(parts, loss)(w, b, v, c);
      return std::pair(value, tc::flatten(gradient));
    };
    const auto one = with_threads(1, run);
    CHECK(one.second.size() == 48 * 20 + 48 + 48 + 1);
    for (const std::size_t threads : {2u, 7u})
      for (int repeat = 0; repeat < 10; ++repeat) CHECK(with_threads(threads, run) == one);
    // The same bits are the right ones.
    float value = 0;
    for (const auto& samples : parts) {
      const Eigen::MatrixXf h =
          ((w * samples.x).colwise() + b.col(0)).array().tanh().matrix().eval();
      value += ((v * h).array() + c(0) - samples.target.array()).matrix().squaredNorm();
    }
    CHECK(one.first == doctest::Approx(value).epsilon(1e-5));
  }
  TEST_CASE("inside of another recording") {
    const auto data = points(50);
    const auto outer = tc::grad([&](const auto& x) {
      const auto inner = tc::parallel_gradient(data, squared_distance)(Line<double>{1, 2, ""});
      return x * x * inner.gradient.slope;
    });
    const double slope =
        tc::parallel_gradient(data, squared_distance)(Line<double>{1, 2, ""}).gradient.slope;
    CHECK(outer(3.0) == doctest::Approx(6 * slope));
  }
  TEST_CASE("errors arrive at the caller") {
    const auto data = points(100);
    const auto throws =
        tc::parallel_gradient(data, [](const auto& line, const std::pair<double, double>& point) {
          if (point.first > 10) throw std::runtime_error("term");
          return line.slope * 1.0;
        });
    CHECK_THROWS_WITH_AS(throws(Line<double>{}), "term", std::runtime_error);
    CHECK_THROWS_AS(tc::parallel_gradient(data, squared_distance, {.shards = 0}),
                    tc::argument_error);
  }
}

}  // namespace test_parallel_gradient
