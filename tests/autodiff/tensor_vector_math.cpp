// tests/autodiff/tensor_vector_math.cpp -- the vectorised functions against long double.
#include <tensacode/autodiff/tensor/vector_math.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace test_tensor_vector_math {

/// The largest error in units of the last place at points spread over [low, high], and at the same
/// points scaled towards zero.
template <class Function, class Scalar, class Exact>
double worst_error(const Exact& exact, double low, double high) {
  constexpr int count = 40'000;
  double worst = 0;
  for (const double scale : {1.0, 0.05, 1e-3, 1e-9}) {
    std::vector<Scalar> x(count), y(count);
    for (int i = 0; i < count; ++i)
      x[static_cast<std::size_t>(i)] =
          static_cast<Scalar>(scale * (low + (high - low) * i / (count - 1)));
    tc::detail::map_lanes<Function>(x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double truth = exact(static_cast<long double>(x[i]));
      const auto rounded = static_cast<Scalar>(std::fabs(truth));
      const double unit = static_cast<double>(
          std::nextafter(rounded, std::numeric_limits<Scalar>::infinity()) - rounded);
      worst = std::fmax(
          worst, std::fabs(static_cast<double>(static_cast<long double>(y[i]) - truth)) / unit);
    }
  }
  return worst;
}

template <class Scalar>
void expect_accurate(double widest) {
  using namespace tc::detail;
  const auto exp = [](long double v) { return std::exp(v); };
  const auto expm1 = [](long double v) { return std::expm1(v); };
  const auto tanh = [](long double v) { return std::tanh(v); };
  const auto sigmoid = [](long double v) { return 1 / (1 + std::exp(-v)); };
  CHECK(worst_error<exp_lanes, Scalar>(exp, -1.05 * widest, widest) <= 1.2);
  CHECK(worst_error<expm1_lanes, Scalar>(expm1, -50, widest) <= 1.9);
  CHECK(worst_error<tanh_lanes, Scalar>(tanh, -25, 25) <= 2.5);
  CHECK(worst_error<sigmoid_lanes, Scalar>(sigmoid, -0.98 * widest, 50) <= 2.4);
}

template <class Function, class Scalar>
Scalar at(Scalar x) {
  tc::detail::map_lanes<Function>(&x, &x, 1);
  return x;
}

template <class Scalar>
void expect_limits() {
  using namespace tc::detail;
  constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();
  const Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  CHECK(at<exp_lanes>(infinity) == infinity);
  CHECK(at<exp_lanes>(Scalar(1000)) == infinity);
  CHECK(at<exp_lanes>(-infinity) == 0);
  CHECK(at<exp_lanes>(Scalar(0)) == 1);
  CHECK(at<expm1_lanes>(infinity) == infinity);
  CHECK(at<expm1_lanes>(-infinity) == -1);
  CHECK(std::signbit(at<expm1_lanes>(Scalar(-0.0))));
  CHECK(at<tanh_lanes>(infinity) == 1);
  CHECK(at<tanh_lanes>(-infinity) == -1);
  CHECK(std::signbit(at<tanh_lanes>(Scalar(-0.0))));
  CHECK(at<sigmoid_lanes>(infinity) == 1);
  CHECK(at<sigmoid_lanes>(-infinity) == 0);
  CHECK(std::isnan(at<exp_lanes>(nan)));
  CHECK(std::isnan(at<expm1_lanes>(nan)));
  CHECK(std::isnan(at<tanh_lanes>(nan)));
  CHECK(std::isnan(at<sigmoid_lanes>(nan)));
}

TEST_SUITE("autodiff/tensor_vector_math") {
  TEST_CASE("errors are within the bounds stated") {
    expect_accurate<double>(709);
    expect_accurate<float>(88);
  }
  TEST_CASE("infinities, zeros and not-a-number") {
    expect_limits<double>();
    expect_limits<float>();
  }
  TEST_CASE("a number has the same bits wherever it stands") {
    std::vector<double> x(41, 0.731), y(41);
    tc::detail::map_lanes<tc::detail::tanh_lanes>(x.data(), y.data(), x.size());
    for (const double v : y) CHECK(v == y[0]);
    CHECK(at<tc::detail::tanh_lanes>(0.731) == y[0]);
  }
}

}  // namespace test_tensor_vector_math
