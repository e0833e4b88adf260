// tests/transform/sparse.cpp -- patterns, colourings, and what is compressed by them.
#include <tensacode/transform/sparse.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

namespace test_sparse {

struct Plain {
  double x = 0;
  std::vector<double> ys;
};

const auto rosenbrock = [](const auto& x) {
  std::remove_cvref_t<decltype(x[0])> sum = x[0] * 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const auto a = x[i + 1] - x[i] * x[i];
    const auto b = 1 - x[i];
    sum += 100 * a * a + b * b;
  }
  return sum;
};
// A hub that meets every other number, and a ring of the others.
const auto wheel = [](const auto& x) {
  using std::sin;
  std::remove_cvref_t<decltype(x[0])> sum = x[0] * x[0];
  for (std::size_t i = 1; i < x.size(); ++i)
    sum += sin(x[i]) * x[0] + x[i] * x[i] * x[i % (x.size() - 1) + 1];
  return sum;
};
// A grid in which each number meets its neighbours to the right and below.
const auto grid = [](const auto& x) {
  const std::size_t width = 7;
  std::remove_cvref_t<decltype(x[0])> sum = x[0] * 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i % width + 1 < width && i + 1 < x.size()) sum += x[i] * x[i + 1] * x[i + 1];
    if (i + width < x.size()) sum += x[i] * x[i] * x[i + width];
  }
  return sum;
};

std::vector<double> some_numbers(std::size_t count) {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = std::sin(1.0 + static_cast<double>(i));
  return x;
}

TEST_SUITE("transform/sparse") {
  TEST_CASE("the pattern of a Hessian has what meets, and no sum") {
    const auto pattern = tc::hessian_pattern(rosenbrock)(some_numbers(4));
    CHECK(pattern.columns == 4);
    CHECK(pattern.rows ==
          std::vector<std::vector<std::uint32_t>>{{0, 1}, {0, 1, 2}, {1, 2, 3}, {2, 3}});
    CHECK(tc::hessian_pattern([](auto x, auto y) { return 3 * x + y / 2; })(1.0, 2.0).entries() ==
          0);
    // At a point where the numbers are zero the entries are still found.
    CHECK(tc::hessian_pattern([](auto x, auto y) { return x * x * y; })(0.0, 0.0).entries() == 3);
  }
  TEST_CASE("compressed Hessians equal dense ones") {
    for (const std::size_t n : {2u, 3u, 4u, 5u, 8u, 21u, 35u}) {
      CAPTURE(n);
      const auto x = some_numbers(n);
      const auto check = [&](const auto& f) {
        const auto coloring = tc::color_hessian(f)(x);
        const Eigen::MatrixXd dense = tc::hessian(f)(x);
        CHECK(Eigen::MatrixXd(tc::sparse_hessian(f, coloring)(x)).isApprox(dense, 1e-13));
        CHECK(coloring.colors() <= n);
        return coloring.colors();
      };
      CHECK(check(rosenbrock) <= 3);
      CHECK(check(wheel) <= 8);
      CHECK(check(grid) <= 12);
    }
  }
  TEST_CASE("a coloring serves other points; of another size it is refused") {
    const auto h = tc::sparse_hessian(rosenbrock, tc::color_hessian(rosenbrock)(some_numbers(50)));
    const std::vector<double> x(50, 0.25);
    CHECK(Eigen::MatrixXd(h(x)).isApprox(tc::hessian(rosenbrock)(x), 1e-13));
    CHECK(h(x).nonZeros() == 50 + 2 * 49);
    CHECK_THROWS_WITH_AS(h(some_numbers(49)),
                         "sparse_hessian: the colouring is of 50 numbers, the arguments have 49",
                         tc::shape_error);
  }
  TEST_CASE("tensor statements, several arguments, views of plain structs, floats") {
    const auto f = [](const auto& v, auto s) {
      return v.array().tanh().matrix().squaredNorm() + s * v(1);
    };
    const Eigen::VectorXd v = Eigen::Vector3d(0.1, 0.5, -0.3);
    CHECK(Eigen::MatrixXd(tc::sparse_hessian(f)(v, 2.0)).isApprox(tc::hessian(f)(v, 2.0), 1e-13));
    CHECK(tc::hessian_pattern(f)(v, 2.0).entries() == 5);
    const auto p = [](const auto& s) { return s[&Plain::x] * s[&Plain::ys][1]; };
    CHECK(Eigen::MatrixXd(tc::sparse_hessian(p)(Plain{1, {2, 3}})) ==
          (Eigen::Matrix3d() << 0, 0, 1, 0, 0, 0, 1, 0, 0).finished());
    const Eigen::SparseMatrix<float> h = tc::sparse_hessian([](auto x) { return x * x * x; })(2.0f);
    CHECK(h.coeff(0, 0) == 12.0f);
  }
  TEST_CASE("Jacobians, by rows and by columns, and patterns") {
    const auto differences = [](const auto& x) {
      auto y = x;
      for (std::size_t i = 0; i + 1 < x.size(); ++i) y[i] = x[i] * x[i + 1];
      return y;
    };
    const auto x = some_numbers(30);
    const auto coloring = tc::color_jacobian(differences)(x);
    CHECK(coloring.colors() == 2);
    CHECK(coloring.pattern().entries() == 2 * 29 + 1);
    CHECK(Eigen::MatrixXd(tc::sparse_jacobian(differences, coloring)(x))
              .isApprox(tc::jacobian(differences)(x), 1e-13));
    // A dense row needs as many columns' colours as it has entries; a dense column as many rows'.
    const auto dense_row = [](const auto& v) {
      auto y = v;
      for (std::size_t i = 1; i < v.size(); ++i) y[0] = y[0] * v[i];
      return y;
    };
    const auto dense_column = [](const auto& v) {
      auto y = v;
      for (std::size_t i = 1; i < v.size(); ++i) y[i] = v[0] * v[i];
      return y;
    };
    CHECK(tc::color_jacobian(dense_row)(x).by_sweeps());
    CHECK_FALSE(tc::color_jacobian(dense_column)(x).by_sweeps());
    CHECK(Eigen::MatrixXd(tc::sparse_jacobian(dense_row)(x))
              .isApprox(tc::jacobian(dense_row)(x), 1e-13));
    CHECK(Eigen::MatrixXd(tc::sparse_jacobian(dense_column)(x))
              .isApprox(tc::jacobian(dense_column)(x), 1e-13));
    const auto empty = tc::sparse_jacobian([](const auto& v) { return v; })(std::vector<double>{});
    CHECK(empty.rows() == 0);
    CHECK(empty.cols() == 0);
  }
}

}  // namespace test_sparse
