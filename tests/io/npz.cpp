// tests/io/npz.cpp -- records of arrays in .npz files. tests/oracle/npy/ holds files of numpy.
#if __has_include(<minizip/unzip.h>) || __has_include(<unzip.h>)
#include <tensacode/io/npz.hpp>
#include "support/small_disk.hpp"

#include <unistd.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

namespace test_npz {

struct Layer {
  Eigen::MatrixXf weight;
  std::optional<std::vector<double>> bias;
};
struct Net {
  Layer first;
  std::vector<Layer> hidden;
  std::optional<Layer> last;
  std::map<std::string, std::vector<std::int32_t>> counts;
  double rate = 0;
  bool flags[3] = {};
  std::string comment = "not an array";
};
TC_FIELD(Net, comment, tc::ignore)

Layer layer(int rows, bool with_bias) {
  Layer out;
  out.weight = Eigen::MatrixXf::Random(rows, 3);
  if (with_bias) out.bias = std::vector<double>(static_cast<std::size_t>(rows), 0.5);
  return out;
}
Net net() {
  Net out;
  out.first = layer(2, true);
  for (int i = 0; i < 11; ++i) out.hidden.push_back(layer(i, i % 2 == 0));
  out.counts = {{"a", {1, 2}}, {"b.c", {}}, {"caf\xC3\xA9", {3}}};
  out.rate = 0.25;
  out.flags[1] = true;
  return out;
}

struct Small {
  struct {
    std::vector<std::vector<float>> weight;
    std::vector<double> bias;
  } layer;
  std::int64_t steps = 0;
  std::vector<bool> mask;
};

std::string oracle(const std::string& name) {
  return tc::read_file("tests/oracle/npy/" + name + ".npz");
}

template <class T>
std::string error_of(const std::string& bytes, const tc::npz_read_options& options = {}) {
  try {
    tc::from_npz<T>(bytes, "a.npz", options);
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "no error";
}

/// The zip file with all occurrences of a member's name replaced by another of the same length.
std::string renamed(std::string bytes, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = bytes.find(from, at)) != std::string::npos; at += to.size())
    bytes.replace(at, to.size(), to);
  return bytes;
}

TEST_SUITE("io/npz") {
  TEST_CASE("a record reads back equal, compressed or not") {
    const Net original = net();
    const std::string bytes = tc::to_npz(original);
    for (const bool compress : {false, true}) {
      const Net back = tc::from_npz<Net>(tc::to_npz(original, {.compress = compress}), "a.npz",
                                         {.unknown_arrays = tc::read_policy::error});
      CHECK(tc::to_npz(back) == bytes);
      CHECK(back.first.weight == original.first.weight);
      REQUIRE(back.hidden.size() == 11);
      CHECK(back.hidden[10].weight == original.hidden[10].weight);
      CHECK(back.hidden[10].bias == original.hidden[10].bias);
      CHECK_FALSE(back.hidden[1].bias);
      CHECK_FALSE(back.last);
      CHECK(back.counts == original.counts);
      CHECK(back.rate == 0.25);
      CHECK(back.flags[1]);
    }
    CHECK(tc::to_npz(original, {.compress = true}).size() < bytes.size());
  }
  TEST_CASE("maps are files of their own, in the order of their keys") {
    const std::map<std::string, Eigen::VectorXd> sorted{{"b", Eigen::Vector2d(1, 2)},
                                                        {"a", Eigen::Vector3d(3, 4, 5)}};
    const std::unordered_map<std::string, Eigen::VectorXd> unordered(sorted.begin(), sorted.end());
    CHECK(tc::to_npz(sorted) == tc::to_npz(unordered));
    CHECK(tc::from_npz<std::map<std::string, Eigen::VectorXd>>(tc::to_npz(sorted)) == sorted);
    CHECK(tc::from_npz<std::map<std::string, double>>(tc::to_npz(std::map<std::string, double>{}))
              .empty());
    CHECK_THROWS_WITH_AS(tc::to_npz(std::map<std::string, int>{{std::string("a\0b", 3), 1}}),
                         "write_npz: 'a?b.npy' cannot be the name of an array", tc::argument_error);
    CHECK_THROWS_AS(tc::to_npz(std::map<std::string, int>{{std::string(70000, 'a'), 1}}),
                    tc::argument_error);
  }
  TEST_CASE("files that numpy wrote are read") {
    for (const auto* name : {"stored", "compressed"}) {
      const auto record =
          tc::from_npz<Small>(oracle(name), name, {.unknown_arrays = tc::read_policy::error});
      CHECK(record.layer.weight == std::vector<std::vector<float>>{{-3, -2, -1}, {0, 1, 2}});
      CHECK(record.layer.bias == std::vector<double>{0.5, -0.5});
      CHECK(record.steps == 7);
      CHECK(record.mask == std::vector<bool>{true, false, true});
    }
  }
  TEST_CASE("all problems are named, with the file and the array") {
    struct Other {
      struct {
        std::vector<float> weight;
        std::vector<float> bias;
        std::vector<float> scale;
      } layer;
      std::int64_t steps = 0;
    };
    CHECK(error_of<Other>(oracle("stored"), {.unknown_arrays = tc::read_policy::error}) ==
          "a.npz: field 'layer.weight': expected an array of shape (n), found an array of shape "
          "(2, 3)\n"
          "a.npz: field 'layer.bias': expected numbers that f4 holds without loss, found f8\n"
          "a.npz: field 'layer.scale': expected an array of shape (n), found no such name\n"
          "a.npz: expected names of the type, found 'mask'");
  }
  TEST_CASE("a name that is there twice, and one with and without .npy, are errors") {
    const std::map<std::string, double> two{{"aa", 1}, {"bb", 2}};
    CHECK(error_of<std::map<std::string, double>>(renamed(tc::to_npz(two), "bb.npy", "aa.npy")) ==
          "a.npz: field 'aa.npy': expected the name once, found it twice");
    const std::map<std::string, double> others{{"q", 1}, {"q.npx", 2}};
    CHECK(error_of<std::map<std::string, double>>(renamed(tc::to_npz(others), "q.npy", "q.npx")) ==
          "a.npz: field 'q.npx.npy': expected the name once, found it with and without .npy");
  }
  TEST_CASE("a name that could not be written is not read") {
    const std::map<std::string, double> one{{"qx", 1}};
    CHECK(error_of<std::map<std::string, double>>(
              renamed(tc::to_npz(one), "qx.npy", std::string_view("q\0.npy", 6))) ==
          "a.npz: expected names without NUL, found 'q?.npy'");
  }
  TEST_CASE("a bomb is an error before it goes off") {
    using record = std::map<std::string, std::vector<double>>;
    CHECK(error_of<record>(oracle("bomb"), {.max_bytes = 1 << 20}) ==
          "a.npz: field 'zeros.npy': expected at most 1048576 bytes when decompressed, see "
          "max_bytes, "
          "found more");
    CHECK(tc::from_npz<record>(oracle("bomb"))["zeros"].size() == 1 << 20);
    // Not asked for is not decompressed.
    struct nothing {
      std::optional<double> other;
    };
    CHECK(error_of<nothing>(oracle("bomb"), {.max_bytes = 0}) == "no error");
    // Stored bytes are there once: the limit is not theirs.
    const record stored{{"zeros", std::vector<double>(1000)}};
    CHECK(tc::from_npz<record>(tc::to_npz(stored), "", {.max_bytes = 0}) == stored);
  }
  TEST_CASE("a file is written at once, and one that does not fit leaves the old one") {
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("tensacode_" + std::to_string(getpid()) + ".npz"))
                                 .string();
    const Net original = net();
    tc::write_npz(path, original);
    CHECK(tc::read_file(path) == tc::to_npz(original));
    CHECK(tc::to_npz(tc::read_npz<Net>(path)) == tc::to_npz(original));
    std::remove(path.c_str());
    CHECK_THROWS_AS(tc::read_npz<Net>(path), tc::file_error);
    CHECK(small_disk_keeps_old_file([&](const std::string& at) { tc::write_npz(at, original); }));
  }
  TEST_CASE("a list longer than the one beside it is named with its array") {
    Small record;
    record.layer.weight = {{1}, {2, 3}};
    CHECK_THROWS_WITH_AS(tc::to_npz(record),
                         "field 'layer.weight': array of numbers: element [1] has shape (2), the "
                         "first one (1)",
                         tc::argument_error);
  }
  TEST_CASE("a file cut at any byte is an error and not a crash") {
    for (const auto* name : {"stored", "compressed"}) {
      const std::string bytes = oracle(name);
      for (std::size_t i = 0; i < bytes.size(); ++i)
        CHECK_THROWS_AS(tc::from_npz<Small>(bytes.substr(0, i)), tc::parse_error);
      CHECK_THROWS_AS(tc::from_npz<Small>(bytes + '\0'), tc::parse_error);
    }
    CHECK(error_of<Small>("").find("a.npz: ") == 0);
  }
  TEST_CASE("a file with any byte changed is read or an error, and not a crash") {
    for (const auto* name : {"stored", "compressed"}) {
      const std::string bytes = oracle(name);
      const std::string right = tc::to_npz(tc::from_npz<Small>(bytes));
      for (std::size_t i = 0; i < bytes.size(); ++i)
        for (const int change : {1, 0x80, 0xFF}) {
          std::string other = bytes;
          other[i] = static_cast<char>(other[i] ^ change);
          try {
            // Checksums cover the arrays: what is read is what was written.
            const bool equal = tc::to_npz(tc::from_npz<Small>(other)) == right;
            CHECK(equal);
          } catch (const tc::parse_error&) {
            continue;
          }
        }
    }
  }
}

}  // namespace test_npz
#endif
