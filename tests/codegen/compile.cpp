#include <tensacode/codegen/compile.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace test_compile {

namespace fs = std::filesystem;

struct temporary_folder {
  std::string path;
  temporary_folder() {
    static int count = 0;
    path = (fs::temp_directory_path() /
            ("tensacode_compile_" + std::to_string(getpid()) + "_" + std::to_string(count++)))
               .string();
    fs::create_directories(path);
  }
  ~temporary_folder() { fs::remove_all(path); }
};

std::string real_compiler() { return std::getenv("CXX") ? std::getenv("CXX") : "c++"; }

/// A compiler that writes a line to a log for each run.
struct counting_compiler {
  temporary_folder folder;
  std::string command = folder.path + "/compiler";
  explicit counting_compiler(const std::string& before = "") {
    std::ofstream(command) << "#!/bin/sh\necho \"$*\" >> " << folder.path << "/log\n"
                           << before << "\nexec " << real_compiler() << " \"$@\"\n";
    fs::permissions(command, fs::perms::owner_all);
  }
  /// Runs so far that compiled, and all runs.
  std::pair<int, int> runs() const {
    std::ifstream log(folder.path + "/log");
    int compiled = 0, all = 0;
    for (std::string line; std::getline(log, line); ++all)
      if (line.find("-shared") != std::string::npos) ++compiled;
    return {compiled, all};
  }
};

std::string answer(int number) {
  return "extern \"C\" int answer() { return " + std::to_string(number) + "; }";
}
const std::vector<std::string> symbols{"answer"};

TEST_SUITE("codegen/compile") {
  TEST_CASE("a function of a source is compiled, loaded and called") {
    const temporary_folder cache;
    const auto plugin = tc::compile_source(answer(42), {.symbols = symbols, .cache = cache.path});
    CHECK(plugin.get<int()>("answer")() == 42);
    CHECK(plugin.path().find(cache.path) == 0);
  }
  TEST_CASE("a source that was compiled before is taken from the cache") {
    const temporary_folder cache;
    const counting_compiler compiler;
    const tc::compile_options options{
        .symbols = symbols, .compiler = compiler.command, .cache = cache.path};
    for (int i = 0; i < 3; ++i)
      CHECK(tc::compile_source(answer(1), options).get<int()>("answer")() == 1);
    CHECK(compiler.runs().first == 1);
    // Its identity is asked for once, too.
    CHECK(compiler.runs().second == 2);
    CHECK(tc::compile_source(answer(2), options).get<int()>("answer")() == 2);
    CHECK(compiler.runs().first == 2);
  }
  TEST_CASE("a warm call runs no process") {
    const temporary_folder cache;
    const tc::compile_options options{.symbols = symbols, .cache = cache.path};
    const auto kept = tc::compile_source(answer(1), options);
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) tc::compile_source(answer(1), options);
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
            .count() /
        20;
    MESSAGE("warm call: " << ms << " ms");
    CHECK(ms < 20);  // generous: the machine may be loaded
  }
  TEST_CASE("a compiler that was replaced is asked who it is again") {
    const temporary_folder cache;
    counting_compiler compiler;
    const tc::compile_options options{
        .symbols = symbols, .compiler = compiler.command, .cache = cache.path};
    tc::compile_source(answer(1), options);
    std::ofstream(compiler.command) << "#!/bin/sh\necho \"$*\" >> " << compiler.folder.path
                                    << "/log\n[ \"$1\" = --version ] && echo another && exit\nexec "
                                    << real_compiler() << " \"$@\"\n";
    fs::last_write_time(compiler.command,
                        fs::last_write_time(compiler.command) + std::chrono::seconds(2));
    tc::compile_source(answer(1), options);
    CHECK(compiler.runs().first == 2);
  }
  TEST_CASE("a source with a mistake is a compiler_error with the message and the source's path") {
    const temporary_folder cache;
    try {
      tc::compile_source("int answer( {", {.cache = cache.path});
      FAIL("compiled");
    } catch (const tc::compiler_error& error) {
      CHECK(error.message.find("error") != std::string::npos);
      CHECK(fs::exists(error.source_path));
      CHECK(tc::read_file(error.source_path) == "int answer( {");
      CHECK(std::string(error.what()).find(error.source_path) != std::string::npos);
    }
    // It leaves no object behind, and fails again rather than being found.
    CHECK_THROWS_AS(tc::compile_source("int answer( {", {.cache = cache.path}), tc::compiler_error);
    for (const auto& entry : fs::directory_iterator(cache.path))
      CHECK(entry.path().extension() != ".tmp");
  }
  TEST_CASE("a compiler that is not there, or fails, is a compiler_error") {
    const temporary_folder cache;
    CHECK_THROWS_AS(
        tc::compile_source(answer(1), {.compiler = "/no/such/compiler", .cache = cache.path}),
        tc::compiler_error);
    CHECK_THROWS_AS(tc::compile_source(
                        answer(1), {.compiler = "no-such-compiler-anywhere", .cache = cache.path}),
                    tc::compiler_error);
    CHECK_THROWS_AS(tc::compile_source(answer(1), {.compiler = "false", .cache = cache.path}),
                    tc::compiler_error);
    const counting_compiler killed("[ \"$1\" = --version ] || kill -9 $$");
    CHECK_THROWS_AS(
        tc::compile_source(answer(1), {.compiler = killed.command, .cache = cache.path}),
        tc::compiler_error);
  }
  TEST_CASE("a missing symbol is a plugin_error that names it") {
    const temporary_folder cache;
    for (int i = 0; i < 2; ++i) try {
        tc::compile_source(answer(3), {.symbols = {"answer", "question"}, .cache = cache.path});
        FAIL("loaded");
      } catch (const tc::plugin_error& error) {
        CHECK(std::string(error.what()).find("question") != std::string::npos);
      }
  }
  TEST_CASE("a damaged cache entry is built anew") {
    const temporary_folder cache;
    const counting_compiler compiler;
    const tc::compile_options options{
        .symbols = symbols, .compiler = compiler.command, .cache = cache.path};
    const std::string object = tc::compile_source(answer(5), options).path();
    const std::string base = object.substr(0, object.size() - 3);
    int expected = 1;
    const auto rebuilt = [&] {
      CHECK(tc::compile_source(answer(5), options).get<int()>("answer")() == 5);
      CHECK(compiler.runs().first == ++expected);
    };
    tc::write_file(object, std::string_view(tc::read_file(object)).substr(0, 100));
    rebuilt();
    tc::write_file(object, "");
    rebuilt();
    fs::remove(object);
    rebuilt();
    tc::write_file(base + ".cpp", answer(6));  // as if two sources had one hash
    rebuilt();
    fs::remove(base + ".txt");
    rebuilt();
  }
  TEST_CASE("other flags are another entry, and reach the compiler") {
    const temporary_folder cache;
    const std::string source = "extern \"C\" int answer() { return NUMBER; }";
    const auto with = [&](const char* flag) {
      return tc::compile_source(source, {.symbols = symbols, .flags = {flag}, .cache = cache.path});
    };
    const auto one = with("-DNUMBER=1"), two = with("-DNUMBER=2");
    CHECK(one.path() != two.path());
    CHECK(one.get<int()>("answer")() == 1);
    CHECK(two.get<int()>("answer")() == 2);
  }
  TEST_CASE("processes that compile one source at once share the work") {
    const temporary_folder cache;
    const counting_compiler compiler("[ \"$1\" = --version ] || sleep 0.3");
    const tc::compile_options options{
        .symbols = symbols, .compiler = compiler.command, .cache = cache.path};
    std::vector<pid_t> children;
    for (int i = 0; i < 2; ++i)
      if (const pid_t child = fork(); child == 0) {
        int status = 1;
        try {
          status = tc::compile_source(answer(9), options).get<int()>("answer")() == 9 ? 0 : 2;
        } catch (...) {
        }
        _exit(status);
      } else {
        children.push_back(child);
      }
    for (const pid_t child : children) {
      int status = -1;
      REQUIRE(waitpid(child, &status, 0) == child);
      CHECK(WIFEXITED(status));
      CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(compiler.runs().first == 1);
  }
  TEST_CASE("a cache folder that cannot be made is a file_error") {
    CHECK_THROWS_AS(tc::compile_source(answer(1), {.cache = "/proc/no/such"}), tc::file_error);
  }
  TEST_CASE("a command of several words is split at blanks") {
    CHECK(tc::detail::split_words("  ccache  g++ ") == std::vector<std::string>{"ccache", "g++"});
    const temporary_folder cache;
    CHECK(tc::compile_source(answer(7), {.compiler = "env " + real_compiler(), .cache = cache.path})
              .get<int()>("answer")() == 7);
  }
}

}  // namespace test_compile
