#include <tensacode/nn/layers.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace test_layers {

using Matrix = Eigen::MatrixXd;
using Var = tc::basic_tensor_var<double>;
using Inputs = std::vector<Var>;

Matrix normal(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Matrix m(rows, columns);
  for (Eigen::Index i = 0; i < m.size(); ++i)
    m.data()[i] = tc::random_key(seed).normal(static_cast<std::uint64_t>(i));
  return m;
}

/// Largest difference between the tape's derivatives and central differences of the sum over
/// `statement(inputs)` times fixed weights.
template <class F>
double gradient_error(std::vector<Matrix> inputs, const F& statement) {
  const auto value = [&](Inputs& bound, bool active) {
    for (const auto& input : inputs)
      bound.push_back(active ? Var::input_reference(input) : Var::reference(input));
    const Var y = statement(bound);
    return y.cwiseProduct(Var(normal(y.rows(), y.cols(), 99))).sum();
  };
  std::vector<Matrix> derivatives;
  {
    tc::recording<double> recorded;
    Inputs bound;
    const auto y = value(bound, true);
    recorded.differentiate(y.slot());
    for (const auto& input : bound)
      derivatives.push_back(Eigen::Map<const Matrix>(recorded.tape().adjoints(input.first_slot()),
                                                     input.rows(), input.cols()));
  }
  double worst = 0;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (Eigen::Index i = 0; i < inputs[k].size(); ++i) {
      const double kept = inputs[k].data()[i], h = 1e-6;
      const auto at = [&](double x) {
        inputs[k].data()[i] = x;
        tc::recording<double> scratch;
        Inputs bound;
        return value(bound, false).value();
      };
      const double difference = (at(kept + h) - at(kept - h)) / (2 * h);
      inputs[k].data()[i] = kept;
      worst = std::max(worst, std::abs(difference - derivatives[k].data()[i]));
    }
  return worst;
}

TEST_SUITE("nn/layers") {
  TEST_CASE("linear is weight times x plus bias, and its derivatives are right") {
    const Matrix w = normal(3, 4, 1), b = normal(3, 1, 2), x = normal(4, 5, 3);
    tc::recording<double> recorded;
    const Matrix y = tc::linear(Var(w), Var(b), Var(x)).value();
    CHECK((y - ((w * x).colwise() + b.col(0))).norm() < 1e-12);
    CHECK(gradient_error({w, b, x}, [](Inputs& v) { return tc::linear(v[0], v[1], v[2]); }) < 1e-8);
  }
  TEST_CASE("linear_relu cuts below zero, and its derivatives are right off the kink") {
    const Matrix w = normal(6, 4, 4), b = normal(6, 1, 5), x = normal(4, 7, 6);
    tc::recording<double> recorded;
    const Matrix y = tc::linear_relu(Var(w), Var(b), Var(x)).value();
    CHECK((y - ((w * x).colwise() + b.col(0)).cwiseMax(0.0)).norm() < 1e-12);
    CHECK(y.minCoeff() == 0);
    CHECK(gradient_error({w, b, x}, [](Inputs& v) { return tc::linear_relu(v[0], v[1], v[2]); }) <
          1e-8);
  }
  TEST_CASE("linear_relu has derivative 0 at 0") {
    tc::recording<double> recorded;
    const Matrix one = Matrix::Ones(1, 1), zero = Matrix::Zero(1, 1);
    const Var w = Var::input_reference(one);
    const auto y = tc::linear_relu(w, Var(zero), Var(zero)).sum();
    recorded.differentiate(y.slot());
    CHECK(*recorded.tape().adjoints(w.first_slot()) == 0);
  }
  TEST_CASE("linear over no columns, or over no rows, is fine") {
    for (const auto& [rows, columns] : {std::pair{0, 3}, std::pair{4, 0}})
      CHECK(gradient_error({normal(2, rows, 7), normal(2, 1, 8), normal(rows, columns, 9)},
                           [](Inputs& v) { return tc::linear_relu(v[0], v[1], v[2]); }) < 1e-8);
  }
  TEST_CASE("linear refuses shapes that do not fit, and says which") {
    tc::recording<double> recorded;
    const Matrix w = normal(3, 4, 1), b = normal(3, 1, 2), x = normal(5, 2, 3);
    CHECK_THROWS_WITH_AS(tc::linear(Var(w), Var(b), Var(x)),
                         "linear: weight 3 x 4, bias 3 x 1, input 5 x 2 do not fit",
                         tc::shape_error);
    CHECK_THROWS_AS(tc::linear(Var(w), Var(normal(2, 1, 1)), Var(normal(4, 2, 1))),
                    tc::shape_error);
    CHECK_THROWS_AS(tc::linear(Var(w), Var(normal(3, 2, 1)), Var(normal(4, 2, 1))),
                    tc::shape_error);
  }

  TEST_CASE("gather_columns picks columns, repeats them, and gives zeros for negative ones") {
    const Matrix x = normal(3, 4, 10);
    const std::array<std::int32_t, 5> columns{2, -1, 0, 2, 3};
    {
      tc::recording<double> recorded;
      const Matrix y = tc::gather_columns<double>(Var(x), columns).value();
      REQUIRE(y.cols() == 5);
      CHECK(y.col(0) == x.col(2));
      CHECK(y.col(1).isZero(0));
      CHECK(y.col(3) == x.col(2));
    }
    CHECK(gradient_error(
              {x}, [&](Inputs& v) { return tc::gather_columns<double>(v[0], columns); }) < 1e-8);
    CHECK(gradient_error({x}, [&](Inputs& v) {
            return tc::gather_columns(v[0], std::span<const std::int32_t>());
          }) < 1e-8);
    CHECK(gradient_error({Matrix(3, 0)}, [&](Inputs& v) {
            return tc::gather_columns<double>(v[0], std::array<std::int32_t, 2>{-1, -1});
          }) < 1e-8);
  }
  TEST_CASE("gather_columns refuses a column that is not there") {
    tc::recording<double> recorded;
    CHECK_THROWS_WITH_AS(
        tc::gather_columns<double>(Var(normal(3, 4, 10)), std::array<std::int32_t, 1>{4}),
        "gather_columns: index 4 of 4", tc::shape_error);
  }

  TEST_CASE("vcat stacks its parts, empty ones too") {
    const auto stack = [](Inputs& v) { return tc::vcat<double>(v); };
    const std::vector<Matrix> parts{normal(2, 3, 11), Matrix(0, 3), normal(1, 3, 12)};
    {
      tc::recording<double> recorded;
      Inputs v{Var(parts[0]), Var(parts[1]), Var(parts[2])};
      const Matrix y = stack(v).value();
      CHECK(y.topRows(2) == parts[0]);
      CHECK(y.bottomRows(1) == parts[2]);
    }
    CHECK(gradient_error(parts, stack) < 1e-8);
    CHECK(gradient_error({normal(2, 0, 1), normal(3, 0, 1)}, stack) < 1e-8);
    tc::recording<double> recorded;
    CHECK(tc::vcat(std::span<const Var>()).size() == 0);
    CHECK_THROWS_WITH_AS(tc::vcat<double>(std::vector<Var>{Var(Matrix(1, 2)), Var(Matrix(1, 3))}),
                         "vcat: parts of 1 x 2 and 1 x 3", tc::shape_error);
  }
  TEST_CASE("a part that is concatenated twice gets both derivatives") {
    CHECK(gradient_error({normal(2, 3, 13)}, [](Inputs& v) {
            return tc::vcat<double>(std::vector<Var>{v[0], v[0]});
          }) < 1e-8);
  }

  TEST_CASE("segment_mean averages segments, with zeros for empty ones") {
    const Matrix x = normal(3, 5, 14);
    const std::array<std::uint32_t, 5> offsets{0, 2, 2, 5, 5};
    {
      tc::recording<double> recorded;
      const Matrix y = tc::segment_mean<double>(Var(x), offsets).value();
      REQUIRE(y.cols() == 4);
      CHECK((y.col(0) - x.leftCols(2).rowwise().mean()).norm() < 1e-14);
      CHECK(y.col(1).isZero(0));
      CHECK((y.col(2) - x.rightCols(3).rowwise().mean()).norm() < 1e-14);
      CHECK(y.col(3).isZero(0));
      const Matrix root = tc::segment_mean<double>(Var(x), offsets, 0.5).value();
      CHECK((root.col(0) * std::sqrt(2.0) - x.leftCols(2).rowwise().sum()).norm() < 1e-14);
    }
    for (const double power : {0.0, 0.5, 1.0})
      CHECK(gradient_error({x}, [&](Inputs& v) {
              return tc::segment_mean<double>(v[0], offsets, power);
            }) < 1e-8);
    CHECK(gradient_error({Matrix(3, 0)}, [](Inputs& v) {
            return tc::segment_mean<double>(v[0], std::array<std::uint32_t, 3>{0, 0, 0});
          }) < 1e-8);
  }
  TEST_CASE("segment_max takes the greatest of each row, with zeros for empty segments") {
    const Matrix x = normal(4, 5, 15);
    const std::array<std::uint32_t, 4> offsets{0, 3, 3, 5};
    {
      tc::recording<double> recorded;
      const Matrix y = tc::segment_max<double>(Var(x), offsets).value();
      CHECK(y.col(0) == x.leftCols(3).rowwise().maxCoeff());
      CHECK(y.col(1).isZero(0));
    }
    CHECK(gradient_error({x}, [&](Inputs& v) { return tc::segment_max<double>(v[0], offsets); }) <
          1e-8);
    CHECK(gradient_error({Matrix(4, 0)}, [](Inputs& v) {
            return tc::segment_max<double>(v[0], std::array<std::uint32_t, 2>{0, 0});
          }) < 1e-8);
  }
  TEST_CASE("segment_max gives the derivative of equal columns to the first one") {
    tc::recording<double> recorded;
    const Matrix x = Matrix::Ones(1, 3);
    const Var v = Var::input_reference(x);
    const auto y = tc::segment_max<double>(v, std::array<std::uint32_t, 2>{0, 3}).sum();
    recorded.differentiate(y.slot());
    const double* d = recorded.tape().adjoints(v.first_slot());
    CHECK(d[0] == 1);
    CHECK(d[1] == 0);
    CHECK(d[2] == 0);
  }
  TEST_CASE("segments that are not within x are refused") {
    tc::recording<double> recorded;
    const Var x{normal(2, 3, 1)};
    for (const auto& offsets : {std::vector<std::uint32_t>{0, 4}, std::vector<std::uint32_t>{2, 1},
                                std::vector<std::uint32_t>{}}) {
      CHECK_THROWS_AS(tc::segment_mean<double>(x, offsets), tc::shape_error);
      CHECK_THROWS_AS(tc::segment_max<double>(x, offsets), tc::shape_error);
    }
  }

  TEST_CASE("dropout zeroes its share, keeps the mean, and repeats with its key") {
    const Matrix x = Matrix::Ones(100, 101);
    tc::recording<double> recorded;
    const Matrix y = tc::dropout(Var(x), 0.25, tc::random_key(5)).value();
    const auto zeros = static_cast<double>((y.array() == 0).count());
    CHECK(zeros / 10100 == doctest::Approx(0.25).epsilon(0.05));
    CHECK(y.mean() == doctest::Approx(1).epsilon(0.02));
    CHECK(y == tc::dropout(Var(x), 0.25, tc::random_key(5)).value());
    CHECK(y != tc::dropout(Var(x), 0.25, tc::random_key(6)).value());
    CHECK(tc::dropout(Var(x), 0, tc::random_key(5)).value() == x);
    CHECK(gradient_error({normal(3, 7, 16)}, [](Inputs& v) {
            return tc::dropout(v[0], 0.5, tc::random_key(7));
          }) < 1e-8);
  }
}

}  // namespace test_layers
