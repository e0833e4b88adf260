#include <tensacode/io/safetensors.hpp>
#include "support/small_disk.hpp"

#include <unistd.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

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

struct Layer {
  Eigen::MatrixXf weight;
  std::optional<Eigen::VectorXf> bias;
  // Listed: Eigen's constructors do not let the fields of an optional matrix be counted.
  TC_REFLECT(Layer, weight, bias)
};
struct Net {
  Layer input;
  std::vector<Layer> blocks;
  std::array<std::uint16_t, 2> sizes{};
  std::map<std::string, std::vector<bool>> masks;
  double rate = 0;
};
TC_FIELD(Net, rate, tc::range(0, 1), tc::renamed_from("step"))
TC_FIELD(Net, input, tc::renamed_from("first"))

struct Folder {
  std::vector<double> sizes;
  std::vector<Folder> inside;
};

Net net() {
  Net out;
  out.input.weight = Eigen::MatrixXf::Random(2, 3);
  out.input.bias = Eigen::Vector2f(1, 2);
  out.blocks.resize(12);
  for (auto& block : out.blocks) block.weight = Eigen::MatrixXf::Random(3, 2);
  out.blocks[11].bias = Eigen::Vector3f(1, 2, 3);
  out.sizes = {7, 65535};
  out.masks = {{"a", {true, false}}, {"b.c", {}}};
  out.rate = 0.5;
  return out;
}

template <class T>
std::string error_of_record(const std::string& bytes,
                            const tc::safetensors_read_options& options = {}) {
  try {
    tc::from_safetensors<T>(bytes, "m", options);
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "no error";
}

tc::safetensor raw(const std::string& name, tc::dtype type,
                   const std::vector<std::uint16_t>& numbers) {
  tc::safetensor tensor{name, type, {numbers.size()}, {}};
  tensor.bytes.resize(numbers.size() * 2);
  std::memcpy(tensor.bytes.data(), numbers.data(), tensor.bytes.size());
  return tensor;
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
    CHECK(back.find("weight")->values<double>() == std::vector<double>{1, 2, 3, 4, 5, 6});
    CHECK_THROWS_WITH_AS(back.find("weight")->values<std::int64_t>(),
                         "tensor 'weight' holds F32, which I64 does not", tc::argument_error);
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
    CHECK(error_of(with_header("{" + entry("w", "F8_E5M2", "[2]", "[0,2]") + "}", 2)) ==
          "m: field 'w': expected a dtype that is one of BOOL, U8, I8, U16, I16, F16, BF16, U32, "
          "I32, F32, U64, I64 or F64, found 'F8_E5M2'");
    CHECK(error_of(with_header("{" + entry("w", "F32", "[3]", "[0,8]") + "}", 8)) ==
          "m: field 'w': expected 12 bytes for its shape, found 8");
    CHECK(error_of(
              with_header("{" + entry("w", "F32", "[4294967296,4294967296]", "[0,8]") + "}", 8)) ==
          "m: field 'w': expected a shape that fits in memory, found a larger one");
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
  TEST_CASE("tensors of every type of number read back equal") {
    const auto check = []<class Number>(Number) {
      using limits = std::numeric_limits<Number>;
      const std::array<Number, 3> numbers{limits::lowest(), Number{1}, limits::max()};
      tc::safetensors_file file;
      file.add<Number>("x", {3}, numbers);
      const auto back = tc::from_safetensors(tc::to_safetensors(file));
      CHECK(back.tensors[0].type == tc::dtype_of<Number>());
      const std::vector<Number> values = back.tensors[0].template values<Number>();
      CHECK(std::equal(values.begin(), values.end(), numbers.begin(), numbers.end()));
    };
    check(bool{});
    check(std::int8_t{});
    check(std::int16_t{});
    check(std::int32_t{});
    check(std::int64_t{});
    check(std::uint8_t{});
    check(std::uint16_t{});
    check(std::uint32_t{});
    check(std::uint64_t{});
    check(float{});
    check(double{});
  }
  TEST_CASE("halves are read as floats and doubles, and stay halves in a file") {
    tc::safetensors_file file;
    file.tensors = {raw("half", tc::dtype::F16, {0x3C00, 0xC000, 0x7BFF, 0x0001}),
                    raw("brain", tc::dtype::BF16, {0x3F80, 0xC000, 0x7F7F, 0x0080})};
    const std::string bytes = tc::to_safetensors(file);
    const auto back = tc::from_safetensors(bytes);
    CHECK(tc::to_safetensors(back) == bytes);
    CHECK(back.find("half")->values<float>() == std::vector<float>{1, -2, 65504, 0x1p-24F});
    CHECK(back.find("brain")->values<double>() == std::vector<double>{1, -2, 0x1.FEp127, 0x1p-126});
    CHECK_THROWS_AS(back.find("half")->values<std::uint16_t>(), tc::argument_error);
    struct halves {
      std::vector<float> half;
      Eigen::VectorXd brain;
    };
    const auto record = tc::from_safetensors<halves>(bytes);
    CHECK(record.half == std::vector<float>{1, -2, 65504, 0x1p-24F});
    CHECK(record.brain(2) == 0x1.FEp127);
  }
  TEST_CASE("a record reads back equal, its arrays by their paths") {
    const Net original = net();
    const std::string bytes = tc::to_safetensors(original);
    const Net back =
        tc::from_safetensors<Net>(bytes, "m", {.unknown_tensors = tc::read_policy::error});
    CHECK(tc::to_safetensors(back) == bytes);
    CHECK(back.input.weight == original.input.weight);
    CHECK(back.input.bias == original.input.bias);
    REQUIRE(back.blocks.size() == 12);
    CHECK(back.blocks[11].weight == original.blocks[11].weight);
    CHECK_FALSE(back.blocks[10].bias);
    CHECK(back.sizes == original.sizes);
    CHECK(back.masks == original.masks);

    const auto file = tc::from_safetensors(bytes);
    REQUIRE(file.find("blocks.11.bias") != nullptr);
    const tc::safetensor* weight = file.find("input.weight");
    REQUIRE(weight != nullptr);
    CHECK(weight->shape == std::vector<std::size_t>{2, 3});
    CHECK(weight->values<float>()[1] == original.input.weight(0, 1));  // rows, not columns
  }
  TEST_CASE("a map is a record of its own, and a type may contain itself") {
    const std::map<std::string, std::vector<int>> map{{"a", {1}}, {"b.c", {2, 3}}};
    CHECK(tc::from_safetensors<std::map<std::string, std::vector<int>>>(tc::to_safetensors(map)) ==
          map);
    const Folder folder{{1}, {{{2, 3}, {}}, {{}, {{{4}, {}}}}}};
    const auto back = tc::from_safetensors<Folder>(tc::to_safetensors(folder));
    CHECK(back.inside[1].inside[0].sizes == std::vector<double>{4});
    std::string name;
    tc::safetensors_file deep;
    for (int i = 0; i < 1000; ++i, name += "inside.0.") {
      deep.add<double>(name + "sizes", {0}, {});
    }
    CHECK(
        error_of_record<Folder>(tc::to_safetensors(deep)).find("at most 512 names in each other") !=
        std::string::npos);
  }
  TEST_CASE("all problems of a record are named") {
    tc::safetensors_file file = tc::from_safetensors(tc::to_safetensors(net()));
    std::erase_if(file.tensors, [](const auto& tensor) {
      return tensor.name == "input.weight" || tensor.name == "rate";
    });
    const double two = 2;
    file.add<double>("rate", {}, std::span(&two, 1));
    file.add<double>("other", {}, std::span(&two, 1));
    for (auto& tensor : file.tensors) {
      if (tensor.name == "input.bias") tensor.shape = {1, 2};
      if (tensor.name == "sizes") tensor.type = tc::dtype::I16;
    }
    const std::string problems =
        "m: field 'input.weight': expected an array of shape (n, n), found no such name\n"
        "m: field 'input.bias': expected an array of shape (n), found an array of shape (1, 2)\n"
        "m: field 'sizes': expected numbers that U16 holds without loss, found I16\n"
        "m: field 'rate': expected a number in [0, 1], found others";
    const std::string bytes = tc::to_safetensors(file);
    CHECK(error_of_record<Net>(bytes) == problems);
    CHECK(error_of_record<Net>(bytes, {.unknown_tensors = tc::read_policy::error}) ==
          problems + "\nm: expected names of the type, found 'other'");
  }
  TEST_CASE("a field is found under its older name") {
    const std::string bytes = tc::to_safetensors(net());
    tc::safetensors_file file = tc::from_safetensors(bytes);
    for (auto& tensor : file.tensors) {
      if (tensor.name == "rate") tensor.name = "step";
      if (tensor.name.starts_with("input.")) tensor.name.replace(0, 5, "first");
    }
    const auto back = tc::from_safetensors<Net>(tc::to_safetensors(file));
    CHECK(tc::to_safetensors(back) == bytes);
  }
  TEST_CASE("a file that does not fit leaves the old one") {
    CHECK(small_disk_keeps_old_file(
        [](const std::string& path) { tc::write_safetensors(path, net()); }));
  }
  TEST_CASE("a record cut at any byte is an error, not a crash") {
    const std::string bytes = tc::to_safetensors(net());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      CHECK_THROWS_AS(tc::from_safetensors<Net>(bytes.substr(0, i)), tc::parse_error);
  }
  TEST_CASE("a file cut at any byte is an error, not a crash") {
    const std::string bytes = tc::to_safetensors(example());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      CHECK_THROWS_AS(tc::from_safetensors(bytes.substr(0, i)), tc::parse_error);
  }
}

}  // namespace test_safetensors
