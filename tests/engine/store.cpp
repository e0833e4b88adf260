#include <tensacode/engine/store.hpp>

#include <doctest/doctest.h>

namespace test_store {

TEST_SUITE("engine/store") {
  TEST_CASE("a memory store keeps experiences and rewards") {
    tc::memory_store store;
    tc::experience item;
    item.site = "s";
    item.schema = 1;
    CHECK(store.add(item) == 1);
    CHECK(store.add(item) == 2);
    store.set_reward(2, 0.5);
    const auto found = store.of_site("s", 1);
    REQUIRE(found.size() == 2);
    CHECK_FALSE(found[0].reward);
    CHECK(found[1].reward == 0.5);
    CHECK(store.of_site("s", 2).empty());
    CHECK(store.of_site("t", 1).empty());
    CHECK_THROWS_AS(store.set_reward(3, 1), tc::argument_error);
    CHECK_THROWS_AS(store.set_reward(-1, 1), tc::argument_error);
  }
  TEST_CASE("without the header that can, a file asks for it in a sentence") {
    const auto kept = tc::detail::open_file_store;
    tc::detail::open_file_store = nullptr;
    CHECK_THROWS_WITH_AS(tc::detail::open_store("x.db"),
                         "engine: to keep experience in 'x.db', include "
                         "<tensacode/engine/engine.hpp> and link with SQLite",
                         tc::error);
    tc::detail::open_file_store = kept;
    CHECK(tc::detail::open_store("") != nullptr);
  }
}

}  // namespace test_store
