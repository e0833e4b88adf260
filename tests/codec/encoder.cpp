#include <tensacode/codec/encoder.hpp>

#include <tensacode/codec/leaves.hpp>
#include <tensacode/codec/statistics.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace test_encoder {

std::vector<double> number_features(const tc::codec_node& node, double x) {
  std::vector<double> out(static_cast<std::size_t>(tc::number_feature_count(node)), 9);
  tc::write_number_features(node, x, out.data());
  return out;
}

/// Features of objects by an encoder measured on `seen`.
template <class T>
Eigen::MatrixXd encode(const std::vector<T>& seen, const std::vector<T>& objects) {
  auto node = tc::codec<T>::describe("");
  tc::columns c(node);
  for (const auto& object : seen) tc::codec<T>::append(object, c);
  tc::measure(node, c);
  tc::parameter_set<float> set;
  tc::random_key key(1);
  const auto plan = tc::plan_encoder(node, set, key, {});
  const auto exact = set.cast<double>();
  c.clear();
  for (const auto& object : objects) tc::codec<T>::append(object, c);
  tc::recording<double> scratch;
  const Eigen::MatrixXd y =
      tc::run_encoder(node, plan, tc::bound_parameters<double>(exact, false), c).value();
  CHECK(y.rows() == plan.width);
  CHECK(y.cols() == static_cast<Eigen::Index>(objects.size()));
  CHECK(y.allFinite());
  return y;
}

TEST_SUITE("codec/encoder") {
  TEST_CASE("a number is the parts of the intervals below it and its standardised value") {
    tc::codec_node node;
    node.kind = tc::node_kind::number;
    node.knots = {0, 1, 3};
    node.mean = 1;
    node.deviation = 2;
    CHECK(number_features(node, 2) == std::vector<double>{1, 0.5, 0.5});
    CHECK(number_features(node, -4) == std::vector<double>{0, 0, -2.5});
    CHECK(number_features(node, 1e300) == std::vector<double>{1, 1, 5});
    CHECK(number_features(node, -INFINITY) == std::vector<double>{0, 0, -5});
    CHECK(number_features(node, NAN) == std::vector<double>{0, 0, 0});
    node.absent_allowed = true;
    CHECK(number_features(node, 0.5) == std::vector<double>{0.5, 0, -0.25, 0});
    CHECK(number_features(node, NAN) == std::vector<double>{0, 0, 0, 1});
  }
  TEST_CASE("knots so far apart that their difference overflows still give numbers") {
    using limits = std::numeric_limits<double>;
    const auto y =
        encode<double>({limits::lowest(), limits::max()}, {limits::lowest(), 0, limits::max()});
    CHECK(y.allFinite());
    CHECK(y.col(0) != y.col(2));
  }
  TEST_CASE("equal objects have equal features, others different ones") {
    using Row = std::vector<std::optional<std::string>>;
    const std::vector<Row> rows{{}, {"a"}, {"a", "b"}, {"a", {}}, {{}}, {"a", "b"}};
    const auto y = encode<Row>(rows, rows);
    CHECK(y.col(2) == y.col(5));
    for (Eigen::Index i = 0; i < 5; ++i)
      for (Eigen::Index j = 0; j < i; ++j) CHECK(y.col(i) != y.col(j));
  }
  TEST_CASE("a sequence's features do not depend on the order of its elements") {
    const auto y = encode<std::vector<int>>({{1, 2, 3}}, {{1, 2, 3}, {3, 1, 2}, {1, 2, 2}});
    CHECK((y.col(0) - y.col(1)).norm() < 1e-12);
    CHECK((y.col(0) - y.col(2)).norm() > 1e-3);
  }
  TEST_CASE("unknown words count only by the length of the text") {
    const auto y = encode<std::string>({"red box", "red box"}, {"xxxxx", "yyyyy", "", "red"});
    CHECK(y.col(0) == y.col(1));
    CHECK(y.col(0) != y.col(2));
    CHECK(y.col(3).head(32).norm() > 0);
  }
  TEST_CASE("an alternative nobody took before is still encoded") {
    using Either = std::variant<int, std::string>;
    const auto y = encode<Either>({1, 2}, {1, Either("x"), Either("y")});
    CHECK(y.col(0) != y.col(1));
  }
}

}  // namespace test_encoder
