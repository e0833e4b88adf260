// examples/06_mixture.cpp -- where Californians live, as a mixture of Gaussians fitted by gradient.
// The parameters are a struct; so is their gradient. The terms of the log likelihood, one a block
// of houses, are summed on all processors; the result does not depend on how many there are.
#include "housing.hpp"

#include <tensacode/tensacode.hpp>
#include <tensacode/transform/parallel.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

template <class Real>
struct Component {
  Real weight;                 // logarithm, up to a constant
  std::array<Real, 2> centre;  // longitude, latitude
  std::array<Real, 2> scale;   // logarithms of the deviations along the two axes
  Real slope;                  // of the second axis by the first
};
template <class Real>
using Mixture = std::array<Component<Real>, 4>;

// Minus the log likelihood of a place; `place` is a pair of plain numbers.
const auto surprise = [](const auto& mixture, const std::array<double, 2>& place) {
  using std::exp, std::log;
  using Real = std::remove_cvref_t<decltype(mixture[0].weight)>;
  Real sum = 0, weights = 0;
  for (const auto& c : mixture) {
    const Real x = (place[0] - c.centre[0]) * exp(-c.scale[0]);
    const Real y = (place[1] - c.centre[1] - c.slope * (place[0] - c.centre[0])) * exp(-c.scale[1]);
    sum += exp(c.weight - c.scale[0] - c.scale[1] - 0.5 * (x * x + y * y));
    weights += exp(c.weight);
  }
  return Real(log(weights) - log(sum + 1e-12) + std::log(2 * 3.14159265358979));
};

int main() {
  std::vector<std::array<double, 2>> places;
  for (const auto& block : tc::read_csv<housing::Block>("examples/data/housing_ca/data.csv"))
    places.push_back({block.longitude, block.latitude});

  Mixture<double> mixture{{{0, {-123, 39}, {0, 0}, 0},
                           {0, {-121, 37}, {0, 0}, 0},
                           {0, {-119, 36}, {0, 0}, 0},
                           {0, {-117, 33}, {0, 0}, 0}}};
  const auto gradient = tc::parallel_gradient(places, surprise);
  const double count = static_cast<double>(places.size());
  Mixture<double> speed{};
  double first = 0, last = 0;
  for (int step = 0; step <= 150; ++step) {
    const auto [value, slope] = gradient(mixture);
    last = value / count;
    if (step == 0) first = last;
    if (step % 50 == 0) std::printf("step %3d  surprise a block %.4f\n", step, last);
    // Gradient descent with momentum, number by number over the whole struct.
    speed = tc::zip(speed, slope, [&](double v, double g) { return 0.9 * v - 0.03 * g / count; });
    mixture = tc::zip(mixture, speed, [](double x, double v) { return x + v; });
  }
  double weights = 0;
  for (const auto& c : mixture) weights += std::exp(c.weight);
  for (const auto& c : mixture)
    std::printf("%4.1f %% around %.2f W, %.2f N, %.2f degrees wide\n",
                100 * std::exp(c.weight) / weights, -c.centre[0], c.centre[1],
                std::exp(c.scale[0]));
  return last < first - 0.5 ? 0 : 1;
}
