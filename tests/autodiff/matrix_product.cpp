// tests/autodiff/matrix_product.cpp -- matrix products against three loops. Compiled twice: with
// Eigen alone and, where OpenBLAS is installed, with TC_USE_BLAS.
#include <tensacode/autodiff/tensor/matrix_product.hpp>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>

namespace test_matrix_product {

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// The largest error of `out` as a sum of k products of numbers up to 1, beside `start`.
template <class Scalar, class A, class B>
double error_of(const Matrix<Scalar>& out, const Matrix<Scalar>& start, const A& a, const B& b) {
  double worst = 0;
  for (Eigen::Index i = 0; i < out.rows(); ++i)
    for (Eigen::Index j = 0; j < out.cols(); ++j) {
      double sum = static_cast<double>(start(i, j));
      for (Eigen::Index k = 0; k < a.cols(); ++k)
        sum += static_cast<double>(a(i, k)) * static_cast<double>(b(k, j));
      const double error = std::abs(static_cast<double>(out(i, j)) - sum);
      if (!(error <= worst)) worst = std::isnan(error) ? 1e300 : error;
    }
  return worst;
}

template <class Scalar, class A, class B>
void check(const A& a, const B& b) {
  CAPTURE(a.rows());
  CAPTURE(a.cols());
  CAPTURE(b.cols());
  // The sums beside are of doubles.
  const double precision =
      std::max(static_cast<double>(std::numeric_limits<Scalar>::epsilon()), 1e-16);
  const double tolerance = 2.0 * static_cast<double>(a.cols() + 1) * precision;
  const Matrix<Scalar> zero = Matrix<Scalar>::Zero(a.rows(), b.cols());
  // What was in the result does not count, even if it is not a number.
  Matrix<Scalar> out =
      Matrix<Scalar>::Constant(a.rows(), b.cols(), std::numeric_limits<Scalar>::quiet_NaN());
  tc::detail::assign_product(out, a, b);
  CHECK(error_of(out, zero, a, b) <= tolerance);
  const Matrix<Scalar> start = Matrix<Scalar>::Random(a.rows(), b.cols());
  out = start;
  tc::detail::add_product(Eigen::Map<Matrix<Scalar>>(out.data(), out.rows(), out.cols()), a, b);
  CHECK(error_of(out, start, a, b) <= tolerance);
}

template <class Scalar>
void check_shape(Eigen::Index m, Eigen::Index n, Eigen::Index k) {
  const Matrix<Scalar> a = Matrix<Scalar>::Random(m, k), b = Matrix<Scalar>::Random(k, n);
  const Matrix<Scalar> a_rows = a.transpose(), b_rows = b.transpose();
  check<Scalar>(a, b);
  check<Scalar>(a_rows.transpose(), b);
  check<Scalar>(a, b_rows.transpose());
  check<Scalar>(a_rows.transpose(), b_rows.transpose());
  // Parts of larger matrices.
  const Matrix<Scalar> around = Matrix<Scalar>::Random(m + 3, k + 2);
  check<Scalar>(around.block(2, 1, m, k), b);
  check<Scalar>(b_rows, around.block(2, 1, m, k).transpose());
}

TEST_SUITE("autodiff/matrix_product") {
  TEST_CASE_TEMPLATE("products of all shapes and layouts", Scalar, float, double) {
    const Eigen::Index sizes[] = {0, 1, 2, 5, 17, 33};
    for (const Eigen::Index m : sizes)
      for (const Eigen::Index n : sizes)
        for (const Eigen::Index k : sizes) check_shape<Scalar>(m, n, k);
  }
  TEST_CASE_TEMPLATE("large products", Scalar, float, double) {
    check_shape<Scalar>(130, 36, 258);
    check_shape<Scalar>(20, 260, 36);
    check_shape<Scalar>(1, 300, 200);
    check_shape<Scalar>(300, 1, 200);
    check_shape<Scalar>(300, 200, 1);
  }
  TEST_CASE("numbers that BLAS does not know") {
    const Matrix<long double> a = Matrix<long double>::Random(20, 20),
                              b = Matrix<long double>::Random(20, 20);
    check<long double>(a, b);
  }
#if defined(TC_USE_BLAS)
  TEST_CASE("large products are BLAS's, on one thread") {
    CHECK(tc::detail::blas_is_faster(64, 64, 64, false));
    CHECK(tc::detail::blas_is_faster(1024, 1024, 1024, true));
    CHECK_FALSE(tc::detail::blas_is_faster(4, 4, 4, false));
    CHECK_FALSE(tc::detail::blas_is_faster(1024, 1, 1024, false));
    CHECK_FALSE(tc::detail::blas_is_faster(Eigen::Index{1} << 32, 64, 64, false));
    CHECK(openblas_get_num_threads() == 1);
  }
#endif
}

}  // namespace test_matrix_product
