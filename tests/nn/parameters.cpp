#include <tensacode/nn/parameters.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace test_parameters {

TEST_SUITE("nn/parameters") {
  TEST_CASE("a set counts its numbers, and casts with names and decay kept") {
    tc::parameter_set<float> set;
    CHECK(set.number_count() == 0);
    CHECK(set.add("a", Eigen::MatrixXf::Constant(2, 3, 0.1F), true) == 0);
    CHECK(set.add("b", Eigen::MatrixXf(0, 4), false) == 1);
    CHECK(set.number_count() == 6);
    const auto exact = set.cast<double>();
    REQUIRE(exact.blocks.size() == 2);
    CHECK(exact.blocks[0].name == "a");
    CHECK(exact.blocks[0].decay);
    CHECK_FALSE(exact.blocks[1].decay);
    CHECK(exact.blocks[0].value(1, 2) == static_cast<double>(0.1F));
    CHECK(exact.blocks[1].value.cols() == 4);
  }
  TEST_CASE("normal_matrix has the deviation asked for and depends on its key alone") {
    const auto m = tc::normal_matrix<double>(100, 100, 0.5, tc::random_key(3));
    CHECK(m.mean() == doctest::Approx(0).epsilon(0.02));
    CHECK(std::sqrt(m.squaredNorm() / 10000) == doctest::Approx(0.5).epsilon(0.03));
    CHECK(m == tc::normal_matrix<double>(100, 100, 0.5, tc::random_key(3)));
    CHECK(m != tc::normal_matrix<double>(100, 100, 0.5, tc::random_key(4)));
  }
  TEST_CASE("bound parameters are variables when trainable, else constants") {
    tc::parameter_set<double> set;
    set.add("a", Eigen::MatrixXd::Ones(2, 2), true);
    tc::recording<double> recorded;
    const tc::bound_parameters<double> variable(set, true), constant(set, false);
    CHECK(variable.size() == 1);
    CHECK(variable[0].active());
    CHECK_FALSE(constant[0].active());
    set.blocks[0].value(0, 0) = 7;  // a reference, not a copy
    CHECK(variable[0].value()(0, 0) == 7);
  }
}

}  // namespace test_parameters
