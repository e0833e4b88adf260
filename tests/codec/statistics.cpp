#include <tensacode/codec/statistics.hpp>

#include <tensacode/codec/leaves.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace test_statistics {

template <class T>
tc::codec_node measured(const std::vector<T>& objects, const tc::measure_options& options = {}) {
  auto node = tc::codec<T>::describe("x");
  tc::columns c(node);
  for (const auto& object : objects) tc::codec<T>::append(object, c);
  tc::measure(node, c, options);
  return node;
}

void check_knots(const tc::codec_node& node) {
  REQUIRE(node.knots.size() >= 2);
  for (std::size_t i = 0; i < node.knots.size(); ++i) {
    CHECK(std::isfinite(node.knots[i]));
    if (i > 0) CHECK(node.knots[i] > node.knots[i - 1]);
  }
  CHECK(std::isfinite(node.mean));
  CHECK(node.deviation > 0);
}

TEST_SUITE("codec/statistics") {
  TEST_CASE("knots are quantiles: ascending, distinct, from least to greatest") {
    std::vector<double> values;
    for (int i = 0; i < 1000; ++i) values.push_back((i * 7919) % 1000);
    const auto node = measured(values);
    check_knots(node);
    CHECK(node.knots.size() == 33);
    CHECK(node.knots.front() == 0);
    CHECK(node.knots.back() == 999);
    CHECK(node.knots[16] == doctest::Approx(500).epsilon(0.01));
    CHECK(node.mean == doctest::Approx(499.5));
    CHECK(node.deviation == doctest::Approx(std::sqrt((1e6 - 1) / 12)));
  }
  TEST_CASE("repeated values make fewer knots") {
    const auto node = measured(std::vector<int>{1, 1, 1, 1, 1, 2, 3});
    check_knots(node);
    CHECK(node.knots == std::vector<double>{1, 2, 3});
  }
  TEST_CASE("a constant column has two knots and deviation 1, however large it is") {
    for (const double x : {0.0, 5.0, -5.0, 1e18, -1e18, 1e300, std::numeric_limits<double>::max(),
                           std::numeric_limits<double>::lowest()}) {
      const auto node = measured(std::vector<double>(10, x));
      check_knots(node);
      CHECK(node.knots.size() == 2);
    }
  }
  TEST_CASE("values so large that their squares overflow leave a usable deviation") {
    check_knots(measured(std::vector<double>{1e200, -1e200, 3}));
  }
  TEST_CASE("all missing, none at all, or only infinite ones: knots 0 and 1") {
    CHECK(measured(std::vector<std::optional<double>>(4)).knots == std::vector<double>{0, 1});
    CHECK(measured(std::vector<double>{}).knots == std::vector<double>{0, 1});
    CHECK(measured(std::vector<double>{INFINITY, -INFINITY, NAN}).knots ==
          std::vector<double>{0, 1});
  }
  TEST_CASE("missing values do not count") {
    const auto node = measured(std::vector<std::optional<double>>{1.0, {}, 3.0});
    CHECK(node.mean == 2);
    CHECK(node.deviation == 1);
  }
  TEST_CASE("a vocabulary keeps the most frequent tokens that occur twice, ascending") {
    const std::vector<std::string> texts{"red box", "red ball", "box", "once"};
    const auto node = measured(texts);
    std::vector<std::uint64_t> expected{tc::fnv1a("red"), tc::fnv1a("box")};
    std::sort(expected.begin(), expected.end());
    CHECK(node.vocabulary == expected);
    CHECK(measured(texts, {.vocabulary = 1}).vocabulary.size() == 1);
    CHECK(measured(texts, {.least_count = 1}).vocabulary.size() > 6);
    CHECK(node.longest == 8);
    CHECK(std::is_sorted(node.alphabet.begin(), node.alphabet.end()));
    CHECK(node.alphabet.size() == 11);  // " abcdelnorx"
    CHECK(measured(texts, {.alphabet = 3, .longest_text = 4}).alphabet.size() == 3);
    CHECK(measured(texts, {.longest_text = 4}).longest == 4);
  }
  TEST_CASE("lengths of sequences are measured, and of what is in them") {
    const auto node = measured(std::vector<std::vector<int>>{{}, {4, 6}, std::vector<int>(50, 5)});
    check_knots(node);
    CHECK(node.longest == 32);
    CHECK(node.knots.back() == 50);
    CHECK(node.children[0].mean == doctest::Approx(5));
    const auto empty = measured(std::vector<std::vector<int>>(3));
    CHECK(empty.longest == 0);
    check_knots(empty.children[0]);
  }
  TEST_CASE("texts that are all empty have no alphabet and length 0") {
    const auto node = measured(std::vector<std::string>(3));
    CHECK(node.alphabet.empty());
    CHECK(node.longest == 0);
    CHECK(node.vocabulary.empty());
  }
}

}  // namespace test_statistics
