// tests/core/parallel.cpp -- loops over independent items.
#include <tensacode/core/parallel.hpp>

#include "support/with_threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
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
  TEST_CASE("who waits for an inner loop runs nothing of the outer one") {
    static thread_local int outer_items = 0;
    std::atomic<int> intruders = 0;
    with_threads(4, [&] {
      for (int repeat = 0; repeat < 10; ++repeat)
        tc::parallel_for(64, [&](std::size_t i) {  // of uneven length, so that some come to wait
          intruders += ++outer_items > 1;
          tc::parallel_for(8, [&](std::size_t k) {
            std::this_thread::sleep_for(std::chrono::microseconds(i % 16 == 0 ? 50 * k : 1));
          });
          --outer_items;
        });
    });
    CHECK(intruders == 0);
  }
  TEST_CASE("an item has the settings of its loop's block, on every thread") {
    using tc::detail::block_setting, tc::detail::current_block_setting;
    const block_setting none{}, here{{std::byte{1}}}, inner{{std::byte{2}}};
    std::atomic<int> wrong = 0;
    with_threads(4, [&] {
      const tc::detail::block_setting_scope scope(here);
      tc::parallel_for(1000, [&](std::size_t) {
        if (current_block_setting != here) ++wrong;
        const tc::detail::block_setting_scope of_item(inner);
        tc::parallel_for(10, [&](std::size_t) {
          if (current_block_setting != inner) ++wrong;
        });
      });
    });
    CHECK(wrong == 0);
    CHECK(bool(current_block_setting == none));
    with_threads(4, [&] {
      tc::parallel_for(1000, [&](std::size_t) {
        if (current_block_setting != none) ++wrong;
      });
    });
    CHECK(wrong == 0);
  }
}

}  // namespace test_parallel
