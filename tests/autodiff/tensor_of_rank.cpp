// tests/autodiff/tensor_of_rank.cpp -- tensors of several indices against loops over them.
#include <tensacode/autodiff/tensor/tensor_of_rank.hpp>
#include <tensacode/transform/transform.hpp>

#include "operation_checks.hpp"

#include <doctest/doctest.h>

#include <array>

namespace test_tensor_of_rank {

using Matrix = Eigen::MatrixXd;

template <std::size_t rank, class T>
auto shaped(const T& x, const std::array<Eigen::Index, rank>& shape) {
  return tc::basic_tensor_of_rank<typename T::scalar_type, rank>(shape, x);
}

// Tensors of 2 x 3 x 4 numbers, given as matrices of 24 x 1.
constexpr std::array<Eigen::Index, 3> shape{2, 3, 4};
double at(const Matrix& x, Eigen::Index i, Eigen::Index j, Eigen::Index k) {
  return x(i + 2 * (j + 3 * k));
}
template <class F, class Plain>
void expect_tensor(const F& f, const Plain& plain_value) {
  test_support::expect_operation_at(test_support::operation::of<false>(f), plain_value,
                                    test_support::left_operand(24, 1),
                                    test_support::right_operand(24, 1));
}

TEST_SUITE("autodiff/tensor_of_rank") {
  TEST_CASE("elements and elementwise statements") {
    expect_tensor(
        [](const auto& a, const auto& b) {
          const auto x = shaped(a, shape), y = shaped(b, shape);
          const auto z = x.with(x.array() * y.array());
          return (z + x - y).flat().squaredNorm() * z(1, 2, 3) + z(0, 1, 2);
        },
        [](const Matrix& a, const Matrix& b) {
          const Matrix z = a.cwiseProduct(b);
          return (z + a - b).squaredNorm() * at(z, 1, 2, 3) + at(z, 0, 1, 2);
        });
  }
  TEST_CASE("sums along each axis, and another order of axes") {
    expect_tensor(
        [](const auto& a, const auto& b) {
          const auto x = shaped(a, shape);
          return x.sum(0).flat().squaredNorm() + x.sum(1).flat().squaredNorm() +
                 x.mean(2).flat().squaredNorm() +
                 x.shuffled({2, 0, 1}).flat().dot(b) * x.shuffled({1, 2, 0})(2, 3, 1) + x.sum();
        },
        [](const Matrix& a, const Matrix& b) {
          double sum = a.sum(), rotated = 0;
          for (int j = 0; j < 3; ++j)
            for (int k = 0; k < 4; ++k) sum += std::pow(at(a, 0, j, k) + at(a, 1, j, k), 2);
          for (int i = 0; i < 2; ++i)
            for (int k = 0; k < 4; ++k)
              sum += std::pow(at(a, i, 0, k) + at(a, i, 1, k) + at(a, i, 2, k), 2);
          for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 3; ++j) {
              double mean = 0;
              for (int k = 0; k < 4; ++k) {
                mean += at(a, i, j, k) / 4;
                rotated += at(a, i, j, k) * b(k + 4 * (i + 2 * j));
              }
              sum += mean * mean;
            }
          return sum + rotated * at(a, 1, 2, 3);
        });
  }
  TEST_CASE("contractions and batches of matrix products") {
    expect_tensor(
        [](const auto& a, const auto& b) {
          const auto x = shaped(a, shape), y = shaped(b, std::array<Eigen::Index, 3>{3, 2, 4});
          const auto c = contract(x, 1, y, 0);  // (2, 4, 2, 4)
          const auto p = batch_product(x, y);   // (2, 2, 4)
          return c.flat().squaredNorm() + p.flat().squaredNorm() + c(1, 2, 0, 3) * p(0, 1, 2);
        },
        [](const Matrix& a, const Matrix& b) {
          const auto c = [&](int i, int k, int m, int n) {
            double sum = 0;
            for (int j = 0; j < 3; ++j) sum += at(a, i, j, k) * b(j + 3 * (m + 2 * n));
            return sum;
          };
          double sum = 0;
          for (int i = 0; i < 2; ++i)
            for (int m = 0; m < 2; ++m)
              for (int k = 0; k < 4; ++k) {
                for (int n = 0; n < 4; ++n) sum += std::pow(c(i, k, m, n), 2);
                sum += std::pow(c(i, k, m, k), 2);
              }
          return sum + c(1, 2, 0, 3) * c(0, 2, 1, 2);
        });
  }
  TEST_CASE("shapes and axes that do not fit are named") {
    tc::recording<double> recorded;
    const tc::tensor_var x = tc::tensor_var::input(Matrix::Ones(6, 2));
    const tc::tensor_of_rank<3> a({2, 3, 2}, x);
    CHECK_THROWS_WITH_AS(tc::tensor_of_rank<2>({5, 2}, x),
                         "tensor_of_rank: 12 numbers for a shape of 10", tc::shape_error);
    CHECK_THROWS_AS(a(2, 0, 0), tc::shape_error);
    CHECK_THROWS_AS(a.sum(3), tc::shape_error);
    CHECK_THROWS_AS(a.shuffled({0, 0, 1}), tc::shape_error);
    CHECK_THROWS_AS(batch_product(a, a), tc::shape_error);
    CHECK_THROWS_AS(contract(a, 0, a, 1), tc::shape_error);
    CHECK_THROWS_AS(a + tc::tensor_of_rank<3>({3, 2, 2}, x), tc::shape_error);
    const tc::tensor_of_rank<3> none({0, 3, 2}, tc::tensor_var::input(Matrix(0, 1)));
    CHECK(none.sum(1).size() == 0);
    CHECK(none.sum(0).flat().value() == Matrix::Zero(6, 1));
  }
}

}  // namespace test_tensor_of_rank
