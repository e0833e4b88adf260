#include <tensacode/codec/network_file.hpp>

#include <support/all_kinds.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <unistd.h>

namespace test_network_file {

using all_kinds::Everything;

tc::codec_node tree() { return tc::codec<Everything>::describe(""); }

tc::network some_network() {
  auto node = tree();
  tc::columns c(node);
  for (const auto& object : all_kinds::random_objects(20, 1))
    tc::codec<Everything>::append(object, c);
  tc::measure(node, c, {.knots = 4});
  return {node,
          node,
          {.width = 8, .latent = 5, .dropout = 0, .sizes = {.leaf = 3, .text = 4, .element = 5}},
          3};
}

tc::network load(const tc::safetensors_file& file, std::uint64_t schema = 7) {
  return tc::network_from_file<float>(file, tree(), tree(), schema, "m.safetensors");
}

/// What loading says after a change to a good file.
std::string refusal(const std::function<void(tc::safetensors_file&)>& change) {
  auto file = tc::network_to_file(some_network(), 7);
  change(file);
  try {
    load(file);
  } catch (const tc::parse_error& error) {
    return error.what();
  }
  return "accepted";
}

tc::safetensor& tensor(tc::safetensors_file& file, const std::string& name) {
  for (auto& t : file.tensors)
    if (t.name == name) return t;
  throw tc::error("no tensor " + name);
}

TEST_SUITE("codec/network_file") {
  TEST_CASE("a network comes back with its parameters, statistics and options") {
    const auto net = some_network();
    const auto back = load(tc::network_to_file(net, 7));
    CHECK(back.options().width == 8);
    CHECK(back.options().latent == 5);
    CHECK(back.options().sizes.text == 4);
    REQUIRE(back.parameters().blocks.size() == net.parameters().blocks.size());
    for (std::size_t i = 0; i < net.parameters().blocks.size(); ++i) {
      CHECK(back.parameters().blocks[i].name == net.parameters().blocks[i].name);
      CHECK(back.parameters().blocks[i].value == net.parameters().blocks[i].value);
    }
    std::vector<const tc::codec_node*> nodes;
    tc::for_each_node(net.output(), [&](const tc::codec_node& n) { nodes.push_back(&n); });
    std::size_t next = 0;
    tc::for_each_node(back.output(), [&](const tc::codec_node& n) {
      CHECK(n.knots == nodes[next]->knots);
      CHECK(n.mean == nodes[next]->mean);
      CHECK(n.deviation == nodes[next]->deviation);
      CHECK(n.vocabulary == nodes[next]->vocabulary);
      CHECK(n.alphabet == nodes[next]->alphabet);
      CHECK(n.longest == nodes[next]->longest);
      ++next;
    });
  }
  TEST_CASE("every truncation of the file is an error that names the file") {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("tensacode_network_" + std::to_string(getpid())))
            .string();
    tc::write_safetensors(path, tc::network_to_file(some_network(), 7));
    const std::string whole = tc::read_file(path);
    const std::size_t step = whole.size() / 60 + 1;
    for (std::size_t size = 0; size < whole.size(); size += size < 40 ? 1 : step) {
      tc::write_file(path, std::string_view(whole).substr(0, size));
      INFO(size);
      bool refused = false;
      try {
        load(tc::read_safetensors(path));
      } catch (const tc::parse_error& error) {
        refused = std::string(error.what()).find(path) != std::string::npos;
      }
      CHECK(refused);
    }
    std::filesystem::remove(path);
  }
  TEST_CASE("other types, another format and bad metadata are refused") {
    CHECK_THROWS_AS(load(tc::network_to_file(some_network(), 7), 8), tc::parse_error);
    CHECK(refusal([](auto& f) {
            f.metadata["schema"] = "12";
          }).find("field 'schema': expected 7, ") != std::string::npos);
    CHECK(refusal([](auto& f) { f.metadata["format"] = "other"; }).find("'format'") !=
          std::string::npos);
    CHECK(refusal([](auto& f) { f.metadata.clear(); }).find("'format'") != std::string::npos);
    for (const auto* key : {"width", "latent", "depth", "leaf", "text", "element"})
      for (const auto* value : {"", "-1", "x", "1e9", "99999999999999999999", "3 "}) {
        INFO(key << " " << value);
        CHECK(refusal([&](auto& f) { f.metadata[key] = value; }).find(key) != std::string::npos);
      }
  }
  TEST_CASE("every missing tensor is named") {
    const auto whole = tc::network_to_file(some_network(), 7);
    for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
      const std::string name = whole.tensors[i].name;
      const auto said = refusal(
          [&](auto& f) { f.tensors.erase(f.tensors.begin() + static_cast<std::ptrdiff_t>(i)); });
      INFO(name << ": " << said);
      CHECK(said.find("m.safetensors: field '" + name + "'") == 0);
    }
  }
  TEST_CASE("a tensor of another shape or type is named") {
    CHECK(refusal([](auto& f) {
            tensor(f, "trunk[0].weight").shape = {1, 2};
          }).find("'trunk[0].weight'") != std::string::npos);
    CHECK(refusal([](auto& f) {
            tensor(f, "trunk[0].bias").type = tc::dtype_of<std::int32_t>();
          }).find("'trunk[0].bias'") != std::string::npos);
  }
  TEST_CASE("sizes that the tensors do not have are refused before anything is built") {
    CHECK(refusal([](auto& f) { f.metadata["width"] = "65536"; }).find("'trunk[0].weight'") !=
          std::string::npos);
    CHECK(refusal([](auto& f) { f.metadata["depth"] = "64"; }).find("'trunk[1].weight'") !=
          std::string::npos);
  }
  TEST_CASE("statistics that no training measures are refused") {
    const auto with = [](const std::string& name, std::vector<double> values) {
      return refusal([&](auto& f) {
        auto& t = tensor(f, name);
        tc::safetensors_file other;
        other.add<double>(name, {values.size()}, values);
        t = other.tensors[0];
      });
    };
    for (const auto& knots : {std::vector<double>{}, {1}, {2, 1}, {1, 1}, {1, INFINITY}, {NAN, 1}})
      CHECK(with("in:big/knots", knots).find("'in:big/knots'") != std::string::npos);
    for (const auto& moments :
         {std::vector<double>{}, {1}, {0, 0}, {0, -1}, {NAN, 1}, {0, INFINITY}})
      CHECK(with("out:big/moments", moments).find("'out:big/moments'") != std::string::npos);
    const auto integers = [](const std::string& name, std::vector<std::int64_t> values) {
      return refusal([&](auto& f) {
        tc::safetensors_file other;
        other.add<std::int64_t>(name, {values.size()}, values);
        tensor(f, name) = other.tensors[0];
      });
    };
    for (const auto& longest : {std::vector<std::int64_t>{}, {-1}, {5000}, {1, 1}})
      CHECK(integers("out:name/longest", longest).find("'out:name/longest'") != std::string::npos);
    for (const auto& alphabet : {std::vector<std::int64_t>{-1}, {0x110000}, {7, 3}, {0xd800}})
      CHECK(integers("out:name/alphabet", alphabet).find("'out:name/alphabet'") !=
            std::string::npos);
    CHECK(integers("in:name/vocabulary", {5, 4}).find("'in:name/vocabulary'") != std::string::npos);
  }
}

}  // namespace test_network_file
