// tests/autodiff/convolution.cpp -- convolution against its definition, and its derivatives.
#include <tensacode/autodiff/tensor/convolution.hpp>

#include <support/expect_grad.hpp>
#include <tensacode/transform/transform.hpp>

#include "operation_checks.hpp"

#include <doctest/doctest.h>

namespace test_convolution {

using Matrix = Eigen::MatrixXd;

double by_definition(const Matrix& kernels, const Matrix& images, const tc::convolution_shape& s) {
  double sum = 0;
  for (Eigen::Index n = 0; n < images.cols(); ++n)
    for (Eigen::Index k = 0; k < kernels.rows(); ++k)
      for (Eigen::Index oy = 0; oy < s.out_height(); ++oy)
        for (Eigen::Index ox = 0; ox < s.out_width(); ++ox) {
          double value = 0;
          for (Eigen::Index c = 0; c < s.channels; ++c)
            for (Eigen::Index ky = 0; ky < s.kernel_height; ++ky)
              for (Eigen::Index kx = 0; kx < s.kernel_width; ++kx) {
                const Eigen::Index x = ox * s.stride + kx - s.padding;
                const Eigen::Index y = oy * s.stride + ky - s.padding;
                if (x < 0 || y < 0 || x >= s.width || y >= s.height) continue;
                value += kernels(k, c + s.channels * (kx + s.kernel_width * ky)) *
                         images(c + s.channels * (x + s.width * y), n);
              }
          sum += value * value * (1 + static_cast<double>(k + ox - oy));
        }
  return sum;
}

void expect_convolution(const tc::convolution_shape& s, Eigen::Index kernels, Eigen::Index images) {
  const auto f = test_support::operation::of([&](const auto& k, const auto& x) {
    const auto y = tc::convolution(k, x, s);
    Matrix weight(y.rows(), y.cols());
    for (Eigen::Index i = 0; i < weight.rows(); ++i)
      for (Eigen::Index j = 0; j < weight.cols(); ++j) {
        const Eigen::Index place = i / k.rows();
        weight(i, j) =
            1 + static_cast<double>(i % k.rows() + place % s.out_width() - place / s.out_width());
      }
    return (y.array().square() * weight.array()).sum();
  });
  test_support::expect_operation_at(
      f, [&](const Matrix& k, const Matrix& x) { return by_definition(k, x, s); },
      test_support::left_operand(kernels, s.patch_size()),
      test_support::right_operand(s.image_size(), images));
}

TEST_SUITE("autodiff/convolution") {
  TEST_CASE("strides, padding, channels and batches") {
    expect_convolution({.width = 3, .height = 2}, 1, 1);
    expect_convolution(
        {.channels = 2, .width = 4, .height = 3, .kernel_width = 2, .kernel_height = 3}, 3, 2);
    expect_convolution({.channels = 2,
                        .width = 5,
                        .height = 4,
                        .kernel_width = 3,
                        .kernel_height = 3,
                        .stride = 2,
                        .padding = 1},
                       2, 2);
    expect_convolution(
        {.channels = 1, .width = 2, .height = 2, .kernel_width = 2, .kernel_height = 2}, 2, 0);
  }
  TEST_CASE("shapes that do not fit are named") {
    const auto run = [](Eigen::Index rows, const tc::convolution_shape& s) {
      return tc::grad([&](const auto& k, const auto& x) { return tc::convolution(k, x, s).sum(); })(
          Matrix(Matrix::Ones(1, 4)), Matrix(Matrix::Ones(rows, 1)));
    };
    CHECK_THROWS_WITH_AS(
        run(9, {.width = 1, .height = 3, .kernel_width = 2, .kernel_height = 2}),
        "convolution: a 2 x 2 kernel does not fit a 1 x 3 image with padding 0 and stride 1",
        tc::shape_error);
    CHECK_THROWS_WITH_AS(run(8, {.width = 3, .height = 3, .kernel_width = 2, .kernel_height = 2}),
                         "convolution: kernels of 4 numbers and images of 8; the shape has 4 and 9",
                         tc::shape_error);
  }
}

}  // namespace test_convolution
