#include <tensacode/codegen/plugin.hpp>

#include <tensacode/codegen/compile.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include <unistd.h>

namespace test_plugin {

TEST_SUITE("codegen/plugin") {
  TEST_CASE("a function keeps its plugin loaded, after the plugin and the file are gone") {
    const std::string cache =
        (std::filesystem::temp_directory_path() / ("tensacode_plugin_" + std::to_string(getpid())))
            .string();
    auto function = [&] {
      const auto plugin = tc::compile_source(
          "static int calls; extern \"C\" int count(int by) { return calls += by; }\n"
          "extern \"C\" const double half = 0.5;",
          {.symbols = {"count"}, .cache = cache});
      CHECK(plugin.constant<double>("half") == 0.5);
      CHECK_THROWS_AS(plugin.get<int()>("missing"), tc::plugin_error);
      const auto copy = plugin;
      CHECK(copy.get<int(int)>("count")(1) == 1);
      return plugin.get<int(int)>("count");
    }();
    std::filesystem::remove_all(cache);
    CHECK(function(2) == 3);  // the same library: its state is kept
    CHECK(function.pointer()(1) == 4);
  }
  TEST_CASE("what cannot be loaded is a plugin_error with the path and the reason") {
    CHECK_THROWS_WITH_AS(tc::plugin("/no/such.so"), doctest::Contains("/no/such.so"),
                         tc::plugin_error);
    CHECK_THROWS_AS(tc::plugin("no_slash.so"), tc::plugin_error);
    CHECK_THROWS_WITH_AS(tc::plugin().get<int()>("f"), "plugin: nothing is loaded",
                         tc::plugin_error);
  }
}

}  // namespace test_plugin
