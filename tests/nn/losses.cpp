#include <tensacode/nn/losses.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace test_losses {

using Matrix = Eigen::MatrixXd;
using Var = tc::basic_tensor_var<double>;

/// Value and derivatives of a loss of one matrix.
template <class F>
std::pair<double, Matrix> differentiate(const Matrix& x, const F& loss) {
  tc::recording<double> recorded;
  const Var v = Var::input_reference(x);
  const auto y = loss(v);
  recorded.differentiate(y.slot());
  return {y.value(),
          Eigen::Map<const Matrix>(recorded.tape().adjoints(v.first_slot()), x.rows(), x.cols())};
}

template <class F>
double value_of(const Matrix& x, const F& loss) {
  tc::recording<double> recorded;
  return loss(Var::reference(x)).value();
}

TEST_SUITE("nn/losses") {
  TEST_CASE("cross_entropy is log of the sum of exponentials minus the target's logit") {
    Matrix z(3, 2);
    z << 1, 0.5, 2, -1, -3, 4;
    const std::array<std::int32_t, 2> targets{1, 0};
    const auto [loss, d] =
        differentiate(z, [&](const Var& v) { return tc::cross_entropy<double>(v, targets, 0.25); });
    const double first = std::log(std::exp(1) + std::exp(2) + std::exp(-3)) - 2;
    const double second = std::log(std::exp(0.5) + std::exp(-1) + std::exp(4)) - 0.5;
    CHECK(loss == doctest::Approx(0.25 * (first + second)).epsilon(1e-14));
    // d/dz = softmax - one at the target
    CHECK(d(0, 0) == doctest::Approx(0.25 * std::exp(1 - first - 2)).epsilon(1e-13));
    CHECK(d(1, 0) == doctest::Approx(0.25 * (std::exp(-first) - 1)).epsilon(1e-13));
    CHECK(d.colwise().sum().norm() < 1e-15);
  }
  TEST_CASE("cross_entropy skips instances without a target") {
    Matrix z(2, 3);
    z << 1, 5, 2, 0, 1, 7;
    const std::array<std::int32_t, 3> targets{0, -1, 1};
    const auto [loss, d] =
        differentiate(z, [&](const Var& v) { return tc::cross_entropy<double>(v, targets, 1.0); });
    CHECK(loss == doctest::Approx(std::log1p(std::exp(-1)) + std::log1p(std::exp(-5))));
    CHECK(d.col(1).isZero(0));
    const std::array<std::int32_t, 3> none{-1, -1, -1};
    CHECK(value_of(z, [&](const Var& v) { return tc::cross_entropy<double>(v, none, 1.0); }) == 0);
  }
  TEST_CASE("cross_entropy of huge logits is finite") {
    Matrix z(2, 1);
    z << 1e4, -1e4;
    const auto [loss, d] = differentiate(z, [&](const Var& v) {
      return tc::cross_entropy<double>(v, std::array<std::int32_t, 1>{1}, 1.0);
    });
    CHECK(loss == doctest::Approx(2e4));
    CHECK(d(0) == 1);
    CHECK(d(1) == -1);
  }
  TEST_CASE("cross_entropy refuses targets that do not fit") {
    tc::recording<double> recorded;
    CHECK_THROWS_WITH_AS(
        tc::cross_entropy<double>(Var(Matrix(2, 3)), std::array<std::int32_t, 2>{0, 0}, 1.0),
        "cross_entropy: 3 columns, 2 targets", tc::shape_error);
    CHECK_THROWS_AS(
        tc::cross_entropy<double>(Var(Matrix::Zero(2, 1)), std::array<std::int32_t, 1>{2}, 1.0),
        tc::shape_error);
  }

  TEST_CASE("gaussian_loss fits the mean by squares and the deviation by likelihood") {
    Matrix p(2, 4);
    p << 0.5, -1, 2, 0.3,  // means
        0.2, -0.7, 1, 0;   // log deviations
    const std::array<double, 4> targets{1, 1, std::numeric_limits<double>::quiet_NaN(), 0.3};
    const auto [loss, d] =
        differentiate(p, [&](const Var& v) { return tc::gaussian_loss<double>(v, targets, 0.5); });
    double expected = 0;
    for (const Eigen::Index i : {0, 1, 3}) {
      const double r = targets[static_cast<std::size_t>(i)] - p(0, i), s = std::exp(p(1, i));
      expected += r * r / 2 + std::log(s) + r * r / (2 * s * s);
      CHECK(d(0, i) == doctest::Approx(-0.5 * r).epsilon(1e-14));
      CHECK(d(1, i) == doctest::Approx(0.5 * (1 - r * r / (s * s))).epsilon(1e-13));
    }
    CHECK(loss == doctest::Approx(0.5 * expected).epsilon(1e-14));
    CHECK(d.col(2).isZero(0));
  }
  TEST_CASE("the derivative by the log deviation is that of the loss with the mean held fixed") {
    Matrix p(2, 3);
    p << 0.5, -1, 2, 0.2, -0.7, 6.5;
    const std::array<double, 3> targets{1, -2, 0};
    const auto loss = [&](const Var& v) { return tc::gaussian_loss<double>(v, targets, 1.0); };
    const Matrix d = differentiate(p, loss).second;
    for (Eigen::Index i = 0; i < 3; ++i) {
      Matrix up = p, down = p;
      up(1, i) += 1e-6;
      down(1, i) -= 1e-6;
      CHECK(d(1, i) ==
            doctest::Approx((value_of(up, loss) - value_of(down, loss)) / 2e-6).epsilon(1e-7));
    }
  }
  TEST_CASE("gaussian_loss clamps log deviations at 7, where they have no derivative") {
    Matrix p(2, 2);
    p << 0, 0, 9, -9;
    const std::array<double, 2> targets{1, 1};
    const auto loss = [&](const Var& v) { return tc::gaussian_loss<double>(v, targets, 1.0); };
    const auto [value, d] = differentiate(p, loss);
    CHECK(value == doctest::Approx(0.5 + 7 + std::exp(-14) / 2 + 0.5 - 7 + std::exp(14) / 2));
    CHECK(d(1, 0) == 0);
    CHECK(d(1, 1) == 0);
    CHECK(d(0, 1) == -1);
  }
  TEST_CASE("an infinite target is skipped like an absent one, and does not spoil the rest") {
    const Matrix p = Matrix::Zero(2, 2);
    const std::array<double, 2> targets{std::numeric_limits<double>::infinity(), 1};
    const auto [value, d] =
        differentiate(p, [&](const Var& v) { return tc::gaussian_loss<double>(v, targets, 1.0); });
    CHECK(value == 1);
    CHECK(d.col(0).isZero(0));
    CHECK(d(0, 1) == -1);
  }
  TEST_CASE("gaussian_loss refuses shapes that do not fit") {
    tc::recording<double> recorded;
    const std::array<double, 2> targets{1, 1};
    CHECK_THROWS_AS(tc::gaussian_loss<double>(Var(Matrix(3, 2)), targets, 1.0), tc::shape_error);
    CHECK_THROWS_AS(tc::gaussian_loss<double>(Var(Matrix(2, 3)), targets, 1.0), tc::shape_error);
  }
}

}  // namespace test_losses
