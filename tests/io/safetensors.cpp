#include <tensacode/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace test_safetensors {

tc::safetensors_file example() {
  tc::safetensors_file file;
  file.metadata = {{"format", "tc"}, {"quote\"", "caf\xC3\xA9"}};
  const std::vector<float> floats{1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> integers{-1};
  const std::vector<std::uint8_t> bytes{1, 2, 3};
  file.add<float>("weight", {2, 3}, floats);
  file.add<std::int64_t>("a scalar", {}, integers);
  file.add<double>("empty", {0, 7}, {});
  file.add<std::uint8_t>("bytes", {3}, bytes);
  return file;
}

std::string with_header(std::string header, std::size_t data_size) {
  const std::uint64_t length = header.size();
  std::string out(8, '\0');
  std::memcpy(out.data(), &length, 8);
  return out + header + std::string(data_size, 'd');
}

std::string error_of(const std::string& bytes) {
  try {
    tc::from_safetensors(bytes, "m");
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "no error";
}

TEST_SUITE("io/safetensors") {
  TEST_CASE("a file reads back as it was written, in order") {
    const auto file = example();
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("tensacode_" + std::to_string(getpid()) + ".safetensors"))
                                 .string();
    tc::write_safetensors(path, file);
    const auto back = tc::read_safetensors(path);
    CHECK(tc::read_file(path) == tc::to_safetensors(file));
    std::remove(path.c_str());
    CHECK(back.metadata == file.metadata);
    REQUIRE(back.tensors.size() == 4);
    CHECK(back.tensors[0].name == "weight");
    CHECK(back.tensors[0].shape == std::vector<std::size_t>{2, 3});
    CHECK(back.tensors[0].values<float>() == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(back.find("a scalar")->values<std::int64_t>() == std::vector<std::int64_t>{-1});
    CHECK(back.find("empty")->bytes.empty());
    CHECK(back.find("nothing") == nullptr);
    CHECK(tc::to_safetensors(back) == tc::to_safetensors(file));
    CHECK_THROWS_AS(back.find("weight")->values<double>(), tc::argument_error);
  }
  TEST_CASE("data begin at a multiple of eight bytes") {
    const std::string bytes = tc::to_safetensors(example());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    CHECK(length % 8 == 0);
  }
  TEST_CASE("a tensor that is not its shape, or a name used twice, is not written") {
    auto file = example();
    file.tensors[0].shape = {7};
    CHECK_THROWS_AS(tc::to_safetensors(file), tc::argument_error);
    file = example();
    file.tensors[1].name = "weight";
    CHECK_THROWS_AS(tc::to_safetensors(file), tc::argument_error);
  }
  TEST_CASE("errors name the file and the tensor") {
    const auto entry = [](const std::string& name, const std::string& dtype,
                          const std::string& shape, const std::string& offsets) {
      return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape +
             R"(,"data_offsets":)" + offsets + "}";
    };
    const std::string good = entry("w", "F32", "[2]", "[0,8]");
    CHECK(error_of(with_header("{" + good + "}", 8)) == "no error");
    CHECK(error_of("abc") == "m: expected 8 bytes of header length, found 3 bytes");
    CHECK(error_of(std::string(8, '\xFF')).find("a header of at most 100000000 bytes") !=
          std::string::npos);
    CHECK(error_of(with_header("{" + good + "}", 9)) == "m: expected 8 bytes of data, found 9");
    CHECK(error_of(with_header("{" + good + "}", 7)) ==
          "m: field 'w': expected offsets inside 7 bytes of data, found [0, 8]");
    CHECK(error_of(with_header("{" + entry("w", "F16", "[2]", "[0,4]") + "}", 4)) ==
          "m: field 'w': expected a dtype that is one of F32, F64, I64, I32 or U8, found 'F16'");
    CHECK(error_of(with_header("{" + entry("w", "F32", "[3]", "[0,8]") + "}", 8)) ==
          "m: field 'w': expected 12 bytes for its shape, found 8");
    CHECK(error_of(
              with_header("{" + entry("w", "F32", "[4294967296,4294967296]", "[0,8]") + "}", 8)) ==
          "m: field 'w': expected a shape that fits in memory, found 8");
    CHECK(error_of(with_header("{" + entry("w", "F32", "[-2]", "[0,8]") + "}", 8)) ==
          "m: field 'w': expected integers from 0, found -2");
    CHECK(error_of(with_header("{" + good + "," + good + "}", 8)) ==
          "m: field 'w': expected the name once, found it twice");
    CHECK(error_of(with_header("{" + good + "," + entry("v", "U8", "[4]", "[4,8]") + "}", 8)) ==
          "m: field 'v': expected data that begin at byte 8, found 4");
    CHECK(error_of(with_header("{" + good + "," + entry("v", "U8", "[1]", "[9,10]") + "}", 10)) ==
          "m: field 'v': expected data that begin at byte 8, found 9");
    CHECK(error_of(with_header(R"({"w":{"dtype":"F32","shape":[]}})", 0)) ==
          "m: field 'w': expected dtype, shape and data_offsets, found not all of them");
    CHECK(error_of(with_header(R"({"__metadata__":{"a":1}})", 0)) ==
          "m: field '__metadata__.a': expected a string, found 1");
    CHECK(error_of(with_header("[]", 0)) == "m: expected an object, found an array");
  }
  TEST_CASE("a file cut at any byte is an error, not a crash") {
    const std::string bytes = tc::to_safetensors(example());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      CHECK_THROWS_AS(tc::from_safetensors(bytes.substr(0, i)), tc::parse_error);
  }
}

}  // namespace test_safetensors
