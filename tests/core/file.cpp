// tests/core/file.cpp -- whole-file reading and writing that happens at once or not at all.
#include <tensacode/core/file.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test_file {

namespace fs = std::filesystem;

struct temporary_folder {
  fs::path path;
  temporary_folder() {
    std::string pattern = (fs::temp_directory_path() / "tensacode_file_XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~temporary_folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

TEST_SUITE("core/file") {
  TEST_CASE("bytes read back as they were written") {
    const temporary_folder folder;
    std::string bytes = "line\r\n\0\xFF end";
    bytes += std::string(300'000, 'x');
    bytes[9] = '\0';
    tc::write_file(folder.file("a"), bytes);
    CHECK(tc::read_file(folder.file("a")) == bytes);
    tc::write_file(folder.file("a"), "shorter");
    CHECK(tc::read_file(folder.file("a")) == "shorter");
    CHECK(folder.entries() == 1);
  }
  TEST_CASE("empty views, also without data, write an empty file") {
    const temporary_folder folder;
    tc::write_file(folder.file("a"), "");
    CHECK(tc::read_file(folder.file("a")).empty());
    tc::write_file(folder.file("b"), std::string_view());
    CHECK(tc::read_file(folder.file("b")).empty());
  }
  TEST_CASE("without commit nothing appears at the path and nothing is left beside it") {
    const temporary_folder folder;
    {
      tc::atomic_file file(folder.file("a"));
      file.write("half of it");
      CHECK_FALSE(fs::exists(folder.file("a")));
    }
    CHECK(folder.entries() == 0);
  }
  TEST_CASE("without commit the old content stays") {
    const temporary_folder folder;
    tc::write_file(folder.file("a"), "old");
    {
      tc::atomic_file file(folder.file("a"));
      file.write("new");
    }
    CHECK(tc::read_file(folder.file("a")) == "old");
    CHECK(folder.entries() == 1);
  }
  TEST_CASE("pieces are written in order and appear at commit") {
    const temporary_folder folder;
    tc::atomic_file file(folder.file("a"));
    file.write("one ");
    file.write("");
    file.write("two");
    file.commit();
    CHECK(tc::read_file(folder.file("a")) == "one two");
  }
  TEST_CASE("two writers of one path do not mix") {
    const temporary_folder folder;
    tc::atomic_file first(folder.file("a")), second(folder.file("a"));
    first.write("first");
    second.write("second");
    second.commit();
    CHECK(tc::read_file(folder.file("a")) == "second");
    first.commit();
    CHECK(tc::read_file(folder.file("a")) == "first");
    CHECK(folder.entries() == 1);
  }
  TEST_CASE("a path that cannot be written is named with the reason") {
    const std::string path = "/nonexistent_folder/file";
    try {
      tc::write_file(path, "x");
      FAIL("no exception");
    } catch (const tc::file_error& error) {
      CHECK(std::string_view(error.what()).find(path) != std::string_view::npos);
      CHECK(std::string_view(error.what()).find("No such file or directory") !=
            std::string_view::npos);
    }
    CHECK_THROWS_AS(tc::write_file("", "x"), tc::file_error);
  }
  TEST_CASE("a folder at the path stays, and the error removes the temporary file") {
    const temporary_folder folder;
    fs::create_directory(folder.file("a"));
    tc::write_file(folder.file("a/inside"), "kept");
    CHECK_THROWS_AS(tc::write_file(folder.file("a"), "x"), tc::file_error);
    CHECK(tc::read_file(folder.file("a/inside")) == "kept");
    CHECK(folder.entries() == 1);
  }
  TEST_CASE("a folder without permission keeps the old content") {
    if (geteuid() == 0) return;  // root may write anywhere
    const temporary_folder folder;
    tc::write_file(folder.file("a"), "old");
    fs::permissions(folder.path, fs::perms::owner_read | fs::perms::owner_exec);
    CHECK_THROWS_AS(tc::write_file(folder.file("a"), "new"), tc::file_error);
    fs::permissions(folder.path, fs::perms::owner_all);
    CHECK(tc::read_file(folder.file("a")) == "old");
  }
  TEST_CASE("a write beyond the file size limit throws and keeps the old content") {
    // The limit and its signal belong to the process, so a child tries.
    const temporary_folder folder;
    const std::string path = folder.file("a");
    tc::write_file(path, "old");
    const pid_t child = fork();
    if (child == 0) {
      const rlimit limit{1000, 1000};
      setrlimit(RLIMIT_FSIZE, &limit);
      std::signal(SIGXFSZ, SIG_IGN);
      try {
        tc::write_file(path, std::string(1'000'000, 'x'));
      } catch (const tc::file_error&) {
        _exit(0);
      }
      _exit(1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(tc::read_file(path) == "old");
    CHECK(folder.entries() == 1);
  }
  TEST_CASE("reading names the path and the reason") {
    CHECK_THROWS_WITH_AS(tc::read_file("/nonexistent"),
                         "cannot open '/nonexistent' for reading: No such file or directory",
                         tc::file_error);
    CHECK_THROWS_AS(tc::read_file("/tmp"), tc::file_error);  // a folder
  }
  TEST_CASE("a file without a size, as under /proc, is read to its end") {
    CHECK(tc::read_file("/proc/self/status").starts_with("Name:"));
    CHECK(tc::read_file("/dev/null").empty());
  }
}

}  // namespace test_file
