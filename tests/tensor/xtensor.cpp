// tests/tensor/xtensor.cpp -- xtensor arrays seen as Eigen matrices.
// xtensor 0.24 itself does not compile with clang 19 (ambiguous rebind_container).
#if __has_include(<xtensor/xarray.hpp>) && !(defined(__clang__) && __clang_major__ >= 19)
#include <tensacode/io/json.hpp>
#include <tensacode/tensor/xtensor.hpp>

#include <string>

#include <xtensor/xtensor.hpp>

#include <doctest/doctest.h>

namespace {

struct Grids {
  xt::xarray<double> any;
  xt::xtensor<int, 3> cube;
};

}  // namespace

TEST_SUITE("tensor/xtensor") {
  TEST_CASE("arrays are fields of a struct, and JSON") {
    Grids grids;
    grids.any = xt::ones<double>({2, 3});
    grids.cube.resize({1, 2, 2});
    grids.cube.fill(4);
    const std::string text = tc::to_json(grids);
    CHECK(text == R"({"any":[[1,1,1],[1,1,1]],"cube":[[[4,4],[4,4]]]})");
    CHECK(tc::to_json(tc::from_json<Grids>(text)) == text);
    CHECK_THROWS_AS(tc::from_json<Grids>(R"({"any":[1],"cube":[[1]]})"), tc::parse_error);
  }
  TEST_CASE("a view reads and writes the array's own numbers, row by row") {
    xt::xarray<double> array{{1, 2, 3}, {4, 5, 6}};
    auto matrix = tc::as_matrix(array);
    CHECK(matrix.rows() == 2);
    CHECK(matrix.cols() == 3);
    CHECK(matrix(1, 0) == 4);
    matrix(0, 2) = 9;
    CHECK(array(0, 2) == 9);
    const auto& constant = array;
    CHECK(tc::as_matrix(constant)(0, 2) == 9);
  }
  TEST_CASE("one dimension is a column, others are refused") {
    xt::xarray<double> vector{1, 2, 3};
    CHECK(tc::as_matrix(vector).cols() == 1);
    CHECK(tc::as_matrix(vector).sum() == 6);
    xt::xarray<double> cube = xt::xarray<double>::from_shape({2, 2, 2});
    CHECK_THROWS_AS(tc::as_matrix(cube), tc::shape_error);
  }
  TEST_CASE("a matrix copied to an array reads back") {
    Eigen::MatrixXd matrix(2, 3);
    matrix << 1, 2, 3, 4, 5, 6;
    auto array = tc::to_xarray(matrix);
    CHECK(array(1, 2) == 6);
    CHECK(tc::as_matrix(array) == matrix);
  }
}
#endif
