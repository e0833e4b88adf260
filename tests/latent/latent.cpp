#include <tensacode/latent/latent.hpp>

#include <doctest/doctest.h>

namespace test_latent {

tc::vector of(double a, double b) { return {Eigen::Vector2d(a, b)}; }

TEST_SUITE("latent/latent") {
  TEST_CASE("similarity is 1 for equal, 1/2 for orthogonal, 0 for opposite latents") {
    CHECK(tc::similarity(of(3, 4), of(3, 4)) == 1);
    CHECK(tc::similarity(of(1, 0), of(0, 5)) == 0.5);
    CHECK(tc::similarity(of(1, 2), of(-1, -2)) == 0);
    CHECK(tc::similarity(of(1, 0), of(2, 0)) == doctest::Approx(0.9));
  }
  TEST_CASE("similarity is symmetric and within [0, 1]") {
    const tc::vector a = of(1e-3, 2), b = of(-7, 1e5);
    CHECK(tc::similarity(a, b) == tc::similarity(b, a));
    CHECK(tc::similarity(a, b) >= 0);
    CHECK(tc::similarity(a, b) <= 1);
  }
  TEST_CASE("two zero latents, and two empty ones, are equal") {
    CHECK(tc::similarity(of(0, 0), of(0, 0)) == 1);
    CHECK(tc::similarity(tc::vector{}, tc::vector{}) == 1);
    CHECK(tc::similarity(of(0, 0), of(1, 0)) == 0.5);
  }
  TEST_CASE("latents of different widths do not compare") {
    CHECK_THROWS_WITH_AS(tc::similarity(of(1, 2), tc::vector{Eigen::Vector3d(1, 2, 3)}),
                         "similarity: latents of 2 and 3 numbers", tc::shape_error);
  }
}

}  // namespace test_latent
