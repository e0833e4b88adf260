// tests/core/parallel.cpp -- loops over independent items.
#include <tensacode/core/parallel.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

namespace test_parallel {

TEST_SUITE("core/parallel") {
  TEST_CASE("every index is visited once") {
    for (const std::size_t n : {0u, 1u, 2u, 3u, 100u, 10'000u}) {
      std::vector<std::atomic<int>> visits(n);
      tc::parallel_for(n, [&](std::size_t i) { ++visits[i]; });
      for (const auto& count : visits) REQUIRE(count == 1);
    }
  }
  TEST_CASE("a single item runs on the calling thread") {
    std::thread::id where;
    tc::parallel_for(1, [&](std::size_t) { where = std::this_thread::get_id(); });
    CHECK(where == std::this_thread::get_id());
  }
  TEST_CASE("an exception of one call arrives at the caller") {
    const auto run = [](std::size_t n, std::size_t bad) {
      tc::parallel_for(n, [&](std::size_t i) {
        if (i == bad) throw std::runtime_error("item");
      });
    };
    CHECK_THROWS_WITH_AS(run(1, 0), "item", std::runtime_error);
    CHECK_THROWS_WITH_AS(run(1000, 0), "item", std::runtime_error);
    CHECK_THROWS_WITH_AS(run(1000, 999), "item", std::runtime_error);
    CHECK_NOTHROW(run(1000, 1000));
  }
  TEST_CASE("loops nest") {
    std::atomic<int> total = 0;
    tc::parallel_for(10, [&](std::size_t) { tc::parallel_for(10, [&](std::size_t) { ++total; }); });
    CHECK(total == 100);
  }
}

}  // namespace test_parallel
