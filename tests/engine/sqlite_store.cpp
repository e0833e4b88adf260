#if __has_include(<sqlite3.h>)

#include <tensacode/engine/sqlite_store.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test_sqlite_store {

struct temporary_file {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("tensacode_store_" + std::to_string(getpid()) + ".db"))
                         .string();
  temporary_file() { remove(); }
  ~temporary_file() { remove(); }
  void remove() const {
    for (const auto* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  }
  void run(const char* sql) const {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_SUITE("engine/sqlite_store") {
  TEST_CASE("experiences come back as they were, oldest first, by site and schema") {
    const temporary_file file;
    const std::string odd("quote ' \0 \xff \u20ac", 13);
    {
      tc::sqlite_store store(file.path);
      CHECK(store.add({.site = odd,
                       .schema = UINT64_MAX,
                       .context = "{\"a\": \"" + odd + "\"}",
                       .choice = 3,
                       .probability = 0.1,
                       .reward = {}}) == 1);
      CHECK(store.add({.site = odd,
                       .schema = UINT64_MAX,
                       .context = "",
                       .choice = 0,
                       .probability = 1,
                       .reward = -2.5}) == 2);
      store.add({.site = "other",
                 .schema = UINT64_MAX,
                 .context = "{}",
                 .choice = 0,
                 .probability = 1,
                 .reward = {}});
      store.add(
          {.site = odd, .schema = 1, .context = "{}", .choice = 0, .probability = 1, .reward = {}});
      store.set_reward(1, 0.1);
    }
    tc::sqlite_store store(file.path);
    const auto found = store.of_site(odd, UINT64_MAX);
    REQUIRE(found.size() == 2);
    CHECK(found[0].handle == 1);
    CHECK(found[0].context == "{\"a\": \"" + odd + "\"}");
    CHECK(found[0].choice == 3);
    CHECK(found[0].probability == 0.1);
    CHECK(found[0].reward == 0.1);
    CHECK(found[1].context.empty());
    CHECK(found[1].reward == -2.5);
    CHECK(store.of_site("nobody", 1).empty());
    CHECK_THROWS_AS(store.set_reward(99, 1), tc::argument_error);
  }
  TEST_CASE("another application's database is refused, and left as it is") {
    const temporary_file file;
    file.run("CREATE TABLE theirs (x)");
    CHECK_THROWS_WITH_AS(tc::sqlite_store(file.path),
                         doctest::Contains("another application's database"), tc::store_error);
    file.run("INSERT INTO theirs VALUES (1)");
    CHECK_FALSE(std::filesystem::exists(file.path + "-wal"));
  }
  TEST_CASE("another application's database with a version of its own is refused too") {
    const temporary_file file;
    file.run("CREATE TABLE theirs (x); PRAGMA user_version = 1");
    CHECK_THROWS_AS(tc::sqlite_store(file.path), tc::store_error);
  }
  TEST_CASE("a newer layout is refused with both versions") {
    const temporary_file file;
    {
      tc::sqlite_store store(file.path);
    }
    file.run("PRAGMA user_version = 7");
    CHECK_THROWS_WITH_AS(tc::sqlite_store(file.path),
                         doctest::Contains("expected layout version 1, found 7"), tc::store_error);
  }
  TEST_CASE("processes that open a new file at once all get a store") {
    const temporary_file file;
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i)
      if (const pid_t child = fork(); child == 0) {
        int status = 1;
        try {
          tc::sqlite_store store(file.path);
          tc::experience item;
          item.site = "s";
          for (int j = 0; j < 5; ++j) store.set_reward(store.add(item), j);
          status = 0;
        } catch (const std::exception& error) {
          std::fprintf(stderr, "%s\n", error.what());
        }
        _exit(status);
      } else {
        children.push_back(child);
      }
    for (const pid_t child : children) {
      int status = -1;
      REQUIRE(waitpid(child, &status, 0) == child);
      CHECK(status == 0);
    }
    tc::sqlite_store store(file.path);
    CHECK(store.of_site("s", 0).size() == 40);
  }
  TEST_CASE("a file that is no database, and a folder that is not there, are store_errors") {
    const temporary_file file;
    std::FILE* out = std::fopen(file.path.c_str(), "w");
    std::fputs(std::string(5000, 'x').c_str(), out);
    std::fclose(out);
    CHECK_THROWS_WITH_AS(tc::sqlite_store(file.path), doctest::Contains(file.path.c_str()),
                         tc::store_error);
    CHECK_THROWS_AS(tc::sqlite_store("/no/such/folder/x.db"), tc::store_error);
  }
}

}  // namespace test_sqlite_store

#endif
