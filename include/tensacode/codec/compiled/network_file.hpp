// tensacode/codec/compiled/network_file.hpp -- the functions that codec/network_file.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/network_file.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

[[noreturn]] inline void raise_model_error(const std::string& file, const std::string& where,
                                           const std::string& expected, const std::string& found) {
  parse_problem problem;
  problem.path = where;
  problem.expected = expected;
  problem.found = found;
  throw parse_error(file, {problem});
}

template <class Number, class Items>
void store(safetensors_file& file, const std::string& name, const Items& items) {
  std::vector<Number> values;
  values.reserve(items.size());
  for (const auto& item : items) values.push_back(static_cast<Number>(item));
  file.template add<Number>(name, {values.size()}, values);
}

inline void store_statistics(safetensors_file& file, const codec_node& tree,
                             const std::string& side) {
  for_each_node(tree, [&](const codec_node& node) {
    const std::string name = side + node.path + "/";
    if (!node.knots.empty()) {
      store<double>(file, name + "knots", node.knots);
      store<double>(file, name + "moments", std::vector<double>{node.mean, node.deviation});
      store<std::int64_t>(file, name + "longest", std::vector<std::size_t>{node.longest});
    }
    if (node.kind == node_kind::text) {
      std::vector<std::int64_t> tokens;
      tokens.reserve(node.vocabulary.size());
      for (const auto token : node.vocabulary) tokens.push_back(std::bit_cast<std::int64_t>(token));
      store<std::int64_t>(file, name + "vocabulary", tokens);
      store<std::int64_t>(file, name + "alphabet", node.alphabet);
    }
  });
}

/// Reads tensors and metadata by name. Its errors name the file and the tensor.
class model_reader {
 public:
  model_reader(const safetensors_file& file, const std::string& name) : file_(file), name_(name) {}

  template <class Number>
  std::vector<Number> values(const std::string& tensor) const {
    const safetensor* found = file_.find(tensor);
    if (!found) raise_model_error(name_, tensor, "a tensor of this name", "none");
    if (found->type != dtype_of<Number>())
      raise_model_error(name_, tensor, std::string(dtype_name(dtype_of<Number>())),
                        std::string(dtype_name(found->type)));
    return found->template values<Number>();
  }
  template <class Number>
  Number metadata(const std::string& key, Number least, Number most) const {
    const auto entry = file_.metadata.find(key);
    if (entry == file_.metadata.end())
      raise_model_error(name_, key, "metadata of this name", "none");
    Number value{};
    const char* end = entry->second.data() + entry->second.size();
    const auto result = std::from_chars(entry->second.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || !(value >= least && value <= most))
      raise_model_error(name_, key, format("a number in [{}, {}]", least, most),
                        detail::quoted(entry->second));
    return value;
  }

  void restore_statistics(codec_node& tree, const std::string& side) const {
    for_each_node(tree, [&](codec_node& node) {
      const std::string name = side + node.path + "/";
      const bool measured = node.kind == node_kind::number || node.kind == node_kind::text ||
                            node.kind == node_kind::sequence;
      if (measured) {
        node.knots = values<double>(name + "knots");
        const auto moments = values<double>(name + "moments");
        const auto longest = values<std::int64_t>(name + "longest");
        bool ascending = node.knots.size() >= 2 && node.knots.size() <= 4096;
        for (std::size_t i = 0; i < node.knots.size(); ++i)
          ascending = ascending && std::isfinite(node.knots[i]) &&
                      (i == 0 || node.knots[i] > node.knots[i - 1]);
        if (!ascending)
          raise_model_error(name_, name + "knots", "2 to 4096 ascending numbers", "others");
        if (moments.size() != 2 || !std::isfinite(moments[0]) || !std::isfinite(moments[1]) ||
            moments[1] <= 0)
          raise_model_error(name_, name + "moments", "a mean and a positive deviation", "others");
        if (longest.size() != 1 || longest[0] < 0 || longest[0] > 4096)
          raise_model_error(name_, name + "longest", "a length up to 4096", "another");
        node.mean = moments[0];
        node.deviation = moments[1];
        node.longest = static_cast<std::size_t>(longest[0]);
      }
      if (node.kind == node_kind::text) {
        for (const auto token : values<std::int64_t>(name + "vocabulary"))
          node.vocabulary.push_back(std::bit_cast<std::uint64_t>(token));
        for (const auto point : values<std::int64_t>(name + "alphabet")) {
          if (point < 0 || point > 0x10ffff || (point >> 11) == 0x1b)
            raise_model_error(name_, name + "alphabet", "code points", format("{}", point));
          node.alphabet.push_back(static_cast<std::uint32_t>(point));
        }
        if (!std::is_sorted(node.vocabulary.begin(), node.vocabulary.end()))
          raise_model_error(name_, name + "vocabulary", "ascending entries", "others");
        if (!std::is_sorted(node.alphabet.begin(), node.alphabet.end()))
          raise_model_error(name_, name + "alphabet", "ascending entries", "others");
        if (node.alphabet.empty()) node.longest = 0;
      }
    });
  }

 private:
  const safetensors_file& file_;
  const std::string& name_;
};

}  // namespace tc::detail

namespace tc {

template <class Scalar>
safetensors_file network_to_file(const basic_network<Scalar>& net, std::uint64_t schema) {
  safetensors_file file;
  const auto& options = net.options();
  file.metadata = {
      {"format", "tensacode.network.1"},          {"schema", format("{}", schema)},
      {"width", format("{}", options.width)},     {"latent", format("{}", options.latent)},
      {"depth", format("{}", options.depth)},     {"leaf", format("{}", options.sizes.leaf)},
      {"text", format("{}", options.sizes.text)}, {"element", format("{}", options.sizes.element)}};
  detail::store_statistics(file, net.input(), "in:");
  detail::store_statistics(file, net.output(), "out:");
  for (const auto& block : net.parameters().blocks) {
    // Tensors are row-major there and column-major here, so the shape is that of the transpose.
    file.template add<Scalar>(
        block.name,
        {static_cast<std::size_t>(block.value.cols()),
         static_cast<std::size_t>(block.value.rows())},
        std::span<const Scalar>(block.value.data(), static_cast<std::size_t>(block.value.size())));
  }
  return file;
}

template <class Scalar>
basic_network<Scalar> network_from_file(const safetensors_file& file, codec_node input,
                                        codec_node output, std::uint64_t schema,
                                        const std::string& name) {
  const auto format_entry = file.metadata.find("format");
  if (format_entry == file.metadata.end() || format_entry->second != "tensacode.network.1")
    detail::raise_model_error(
        name, "format", "'tensacode.network.1'",
        format_entry == file.metadata.end() ? "none" : detail::quoted(format_entry->second));
  const detail::model_reader reader(file, name);
  const auto stored = reader.template metadata<std::uint64_t>("schema", 0, UINT64_MAX);
  if (stored != schema)
    detail::raise_model_error(name, "schema", format("{}, the hash of these types", schema),
                              format("{}: the model was saved for other types", stored));
  network_options options;
  options.width = reader.template metadata<Eigen::Index>("width", 1, 65536);
  options.latent = reader.template metadata<Eigen::Index>("latent", 0, 65536);
  options.depth = reader.template metadata<std::size_t>("depth", 1, 64);
  options.sizes.leaf = reader.template metadata<Eigen::Index>("leaf", 1, 4096);
  options.sizes.text = reader.template metadata<Eigen::Index>("text", 1, 4096);
  options.sizes.element = reader.template metadata<Eigen::Index>("element", 1, 4096);
  // The stated sizes are those of the tensors: nothing large is allocated for a damaged number.
  for (std::size_t layer = 0; layer < options.depth; ++layer) {
    const std::string trunk = format("trunk[{}].weight", layer);
    const auto* tensor = file.find(trunk);
    const auto outputs = static_cast<std::size_t>(
        layer + 1 == options.depth && options.latent > 0 ? options.latent : options.width);
    if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != outputs)
      detail::raise_model_error(name, trunk, format("a tensor of {} columns", outputs),
                                tensor ? "another shape" : "none");
  }
  reader.restore_statistics(input, "in:");
  reader.restore_statistics(output, "out:");
  basic_network<Scalar> net(std::move(input), std::move(output), options, 0);
  for (auto& block : net.parameters().blocks) {
    const auto* tensor = file.find(block.name);
    const auto shape = [](std::size_t a, std::size_t b) { return format("{} x {}", a, b); };
    const auto rows = static_cast<std::size_t>(block.value.rows());
    const auto columns = static_cast<std::size_t>(block.value.cols());
    if (!tensor)
      detail::raise_model_error(name, block.name, "a tensor " + shape(columns, rows), "none");
    if (tensor->shape != std::vector<std::size_t>{columns, rows})
      detail::raise_model_error(name, block.name, "shape " + shape(columns, rows), "another shape");
    const auto values = reader.template values<Scalar>(block.name);
    std::copy(values.begin(), values.end(), block.value.data());
  }
  return net;
}

}  // namespace tc
