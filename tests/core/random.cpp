// tests/core/random.cpp -- counter-based random numbers: reproducible, independent, well shaped.
#include <tensacode/core/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

namespace test_random {

TEST_SUITE("core/random") {
  TEST_CASE("the same key and counter give the same bits, in any order") {
    const tc::random_key a(7), b(7);
    std::vector<std::uint64_t> forward, backward;
    for (std::uint64_t i = 0; i < 100; ++i) forward.push_back(a.bits(i));
    for (std::uint64_t i = 100; i-- > 0;) backward.push_back(b.bits(i));
    std::reverse(backward.begin(), backward.end());
    CHECK(forward == backward);
    static_assert(tc::random_key(3).bits(5) == tc::random_key(3).bits(5));
  }
  TEST_CASE("other seeds, counters and children give other bits") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      for (std::uint64_t child = 0; child < 20; ++child)
        for (std::uint64_t i = 0; i < 20; ++i)
          seen.insert(tc::random_key(seed).split(child).bits(i));
    for (std::uint64_t i = 0; i < 20; ++i) seen.insert(tc::random_key(0).bits(i));
    CHECK(seen.size() == 20 * 20 * 20 + 20);
  }
  TEST_CASE("splits are not commutative and neighbours are uncorrelated") {
    const tc::random_key key(1);
    CHECK(key.split(1).split(2).state != key.split(2).split(1).state);
    const int n = 100'000;
    double products = 0;
    for (std::uint64_t i = 0; i < n; ++i)
      products += (key.split(0).uniform(i) - 0.5) * (key.split(1).uniform(i) - 0.5);
    // The product has mean 0 and deviation 1/12; five standard errors.
    CHECK(std::abs(products / n) < 5.0 / 12 / std::sqrt(double(n)));
    double serial = 0;
    for (std::uint64_t i = 0; i < n; ++i)
      serial += (key.uniform(i) - 0.5) * (key.uniform(i + 1) - 0.5);
    CHECK(std::abs(serial / n) < 5.0 / 12 / std::sqrt(double(n)));
  }
  TEST_CASE("uniform numbers lie in [0, 1) and fill it evenly") {
    const tc::random_key key(42);
    const int n = 100'000, bins = 20;
    std::vector<int> histogram(bins);
    for (std::uint64_t i = 0; i < n; ++i) {
      const double u = key.uniform(i);
      REQUIRE(u >= 0);
      REQUIRE(u < 1);
      ++histogram[static_cast<std::size_t>(u * bins)];
    }
    double chi_squared = 0;
    for (const int count : histogram)
      chi_squared += std::pow(count - n / bins, 2) / (double(n) / bins);
    CHECK(chi_squared < 45.3);  // the .9993 quantile of chi-squared with 19 degrees of freedom
  }
  TEST_CASE("normal numbers have the first four moments of the normal law") {
    tc::random_stream stream{tc::random_key(5)};
    const int n = 200'000;
    double moments[4] = {};
    for (int i = 0; i < n; ++i) {
      const double x = stream.normal();
      REQUIRE(std::isfinite(x));
      double power = 1;
      for (double& moment : moments) moment += (power *= x) / n;
    }
    // Standard errors: 1, sqrt(2), sqrt(15), sqrt(96), each over sqrt(n). Five of them.
    const double e = 5 / std::sqrt(double(n));
    CHECK(std::abs(moments[0]) < e);
    CHECK(std::abs(moments[1] - 1) < e * std::sqrt(2.0));
    CHECK(std::abs(moments[2]) < e * std::sqrt(15.0));
    CHECK(std::abs(moments[3] - 3) < e * std::sqrt(96.0));
  }
  TEST_CASE("a stream draws what its key holds, and counts") {
    tc::random_stream stream{tc::random_key(9)};
    CHECK(stream.uniform() == tc::random_key(9).uniform(0));
    CHECK(stream.uniform() == tc::random_key(9).uniform(1));
    CHECK(stream.drawn == 2);
  }
  TEST_CASE("below(n) reaches each of 0 ... n - 1 and nothing else") {
    tc::random_stream stream{tc::random_key(11)};
    std::vector<int> histogram(7);
    for (int i = 0; i < 7000; ++i) ++histogram.at(stream.below(7));
    for (const int count : histogram) CHECK(std::abs(count - 1000) < 150);
    CHECK(stream.below(1) == 0);
  }
  TEST_CASE("a shuffle is a permutation that the key alone decides") {
    std::vector<int> a(1000);
    std::iota(a.begin(), a.end(), 0);
    const auto sorted = a;
    auto b = a, c = a;
    tc::shuffle(a, tc::random_key(1));
    tc::shuffle(b, tc::random_key(1));
    tc::shuffle(c, tc::random_key(2));
    CHECK(a == b);
    CHECK(a != c);
    CHECK(a != sorted);
    std::sort(a.begin(), a.end());
    CHECK(a == sorted);
  }
  TEST_CASE("every order of three is as frequent as the others") {
    std::vector<int> histogram(27);
    for (std::uint64_t i = 0; i < 6000; ++i) {
      std::vector<int> items{0, 1, 2};
      tc::shuffle(items, tc::random_key(3).split(i));
      ++histogram[static_cast<std::size_t>(items[0] * 9 + items[1] * 3 + items[2])];
    }
    for (const std::size_t order : {5u, 7u, 11u, 15u, 19u, 21u})
      CHECK(std::abs(histogram[order] - 1000) < 150);
  }
  TEST_CASE("shuffling nothing or one item does nothing") {
    std::vector<int> none, one{4};
    tc::shuffle(none, tc::random_key(1));
    tc::shuffle(one, tc::random_key(1));
    CHECK(none.empty());
    CHECK(one == std::vector<int>{4});
  }
}

}  // namespace test_random
