// The value and the gradient of a lambda.
#include <tensacode/transform/transform.hpp>

#include <tuple>

double slope(double x, double y) {
  auto f = [](auto a, auto b) {
    using std::sin, std::exp;
    return exp(a) * sin(b);
  };
  const auto [value, gradient] = tc::value_and_grad(f)(x, y);
  return value + std::get<0>(gradient) + std::get<1>(gradient);
}
