// tensacode/codec/compiled/emit.hpp -- the functions that codec/emit.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/detail/emitted_helpers.hpp>
#include <tensacode/codec/detail/emitted_structs.hpp>
#include <tensacode/codec/detail/emitted_text.hpp>
#include <tensacode/codec/emit.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tc::detail {

/// Writes the source of one network: the code first, then the trained parameters.
template <class Network>
class network_emitter : emitted_structs {
 public:
  network_emitter(const Network& net, std::string_view input_name, std::string_view output_name)
      : net_(net),
        input_(net.input()),
        output_(net.output()),
        input_name_(identifier(input_name)),
        output_name_(identifier(output_name)) {
    if (output_name_ == input_name_) output_name_ += "_out";
    names_.insert(input_name_);
    names_.insert(output_name_);
    name_members(input_, false);
    name_members(output_, true);
  }

  emitted_source emit(std::uint64_t schema) {
    emitted_source result;
    result.function = "predict_" + output_name_;
    declare(input_, input_name_, false);
    declare(output_, output_name_, true);
    const std::string prototype = format("void {}(const struct {}* in, struct {}* out)",
                                         result.function, input_name_, output_name_);

    const Eigen::Index width = net_.encoder().width;
    line(format("TC_EXPORT {} {", prototype));
    line(format("double x0[{}];", std::max<Eigen::Index>(width, 1)));
    encode(input_, net_.encoder(), root(input_, "in"), "x0", 0);
    Eigen::Index inputs = width;
    for (std::size_t layer = 0; layer < net_.options().depth; ++layer) {
      const std::size_t at = net_.first_trunk_parameter() + 2 * layer;
      const Eigen::Index outputs = block(at).value.rows();
      line("");
      line(format("// Hidden layer {}: {} to {}.", layer + 1, inputs, outputs));
      line(format("double x{}[{}];", layer + 1, outputs));
      linear(at, format("x{}", layer), format("x{}", layer + 1));
      const bool bottleneck = layer + 1 == net_.options().depth && net_.options().latent > 0;
      if (!bottleneck) line(format("rectify(x{}, {});", layer + 1, outputs));
      inputs = outputs;
    }
    line("");
    decode(output_, net_.decoder(), root(output_, "out"), format("x{}", net_.options().depth));
    line("}");

    const std::string title = format("// A trained network from {} to {}, written by TensaCode.\n",
                                     input_name_, output_name_);
    result.header = title +
                    "// Link with, or load, the plugin built from the source beside this "
                    "file.\n#pragma once\n\n" +
                    types_ + "#ifdef __cplusplus\nextern \"C\"\n#endif\n" + prototype + ";\n";
    result.source =
        title +
        "// It stands alone: c++ -O2 -shared -fPIC this_file.cpp -o plugin.so\n"
        "// Code first; the trained numbers are at the end.\n\n"
        "extern \"C\" double exp(double);\nextern \"C\" double sqrt(double);\n"
        "extern \"C\" double nearbyint(double);\n\n"
        "#define TC_EXPORT extern \"C\" __attribute__((visibility(\"default\")))\n"
        "// On x86-64 the inner loop is compiled twice, and the processor's version is picked.\n"
        "#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)\n"
        "#define TC_CLONES __attribute__((target_clones(\"arch=haswell\", \"default\"), "
        "optimize(\"O3\")))\n"
        "#else\n#define TC_CLONES\n#endif\n\n" +
        types_ + "TC_EXPORT const unsigned long long tc_plugin_schema = " + format("{}", schema) +
        "ULL;\n\nnamespace {\n\n" + declarations_ +
        format("enum { MOST_FEATURES = {} };\n", most_features_) + std::string(emitted_helpers) +
        (reads_text_ ? std::string(emitted_text_reader) : "") +
        (writes_text_ ? std::string(emitted_text_writer) : "") + "\n}  // namespace\n\n" + code_ +
        "\nnamespace {\n\n" + data_ + "\n}  // namespace\n";
    return result;
  }

 private:
  const auto& block(std::size_t i) const { return net_.parameters().blocks[i]; }

  // --- output
  void line(const std::string& text) {
    if (!text.empty() && text[0] == '}') indent_ -= 2;
    if (!text.empty()) code_ += std::string(static_cast<std::size_t>(indent_), ' ') + text;
    code_ += '\n';
    if (!text.empty() && text.back() == '{') indent_ += 2;
  }

  /// Declares an array in front and defines it at the end, once; returns its name.
  template <class Numbers>
  std::string array(const std::string& wanted, std::string_view type, const Numbers& numbers) {
    const auto [known, added] = arrays_.try_emplace(wanted);
    if (!added) return known->second;
    const std::string name = known->second = unused(identifier(wanted), names_);
    std::string text;
    std::size_t column = 0;
    for (const auto& number : numbers) {
      std::string item = literal(number);
      item += ", ";
      if (column + item.size() > 98) {
        text += "\n  ";
        column = 2;
      }
      text += item;
      column += item.size();
    }
    const std::size_t count = std::max<std::size_t>(std::size(numbers), 1);
    if (std::size(numbers) == 0) text = "0";
    declarations_ += format("extern const {} {}[{}];\n", type, name, count);
    data_ += format("const {} {}[{}] = {\n  {}\n};\n", type, name, count, text);
    return name;
  }
  std::string weights(std::size_t parameter) {
    const auto& value = block(parameter).value;
    return array(block(parameter).name, "float",
                 std::span(value.data(), static_cast<std::size_t>(value.size())));
  }
  void linear(std::size_t parameter, const std::string& x, const std::string& y) {
    line(format("linear({}, {}, {}, {}, {}, {});", x, block(parameter).value.cols(),
                weights(parameter), weights(parameter + 1), block(parameter).value.rows(), y));
  }

  // --- encoder
  void encode_number(const codec_node& node, const std::string& value, std::size_t parameter,
                     const std::string& to) {
    most_features_ = std::max(most_features_, number_feature_count(node));
    line(format("encode_number({}, {}, {}, {}, {}, {}, {}, {}, {}, {});", value,
                array("in:" + node.path + "/knots", "double", node.knots), node.knots.size() - 1,
                literal(node.mean), literal(node.deviation), node.absent_allowed ? 1 : 0,
                weights(parameter), weights(parameter + 1), block(parameter).value.rows(), to));
  }
  static std::string plus(const std::string& buffer, Eigen::Index offset) {
    return offset == 0 ? buffer : format("{} + {}", buffer, offset);
  }

  void encode(const codec_node& node, const encoder_plan& plan, const access& at,
              const std::string& buffer, Eigen::Index offset) {
    const std::size_t first = plan.first_parameter;
    const std::string to = plus(buffer, offset);
    switch (node.kind) {
      case node_kind::number:
        encode_number(node, at.value(), first, to);
        return;
      case node_kind::category:
        line(format("encode_category({}, {}, {}, {}, {});", at.value(), node.categories.size(),
                    weights(first), plan.width, to));
        return;
      case node_kind::text: {
        reads_text_ = true;
        const Eigen::Index width = block(first).value.rows();
        const std::string points = format("points{}", next_name_++);
        line(format("const long long {} = encode_text({}, {}, {}, {}, {}, {}, {});", points,
                    at.value(), at.value("_length"),
                    array("in:" + node.path + "/vocabulary", "unsigned long long", node.vocabulary),
                    node.vocabulary.size(), weights(first), width, to));
        encode_number(node, format("(double){}", points), first + 1, plus(buffer, offset + width));
        return;
      }
      case node_kind::record:
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          encode(node.children[i], plan.children[i], field_of(node, at, i), buffer, offset);
          offset += plan.children[i].width;
        }
        return;
      case node_kind::optional:
        line(format("if ({}) {", at.prefixed("has_")));
        encode(node.children[0], plan.children[0], field_of(node, at, 0), buffer, offset);
        line("} else {");
        line(format("copy_column({}, 0, {}, {});", weights(first), plan.width, to));
        line("}");
        return;
      case node_kind::sequence:
        encode_sequence(node, plan, at, buffer, offset);
        return;
      case node_kind::alternatives: {
        line(format("copy_column({}, {}, {}, {});", weights(first), at.value("_choice"), plan.width,
                    to));
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          const std::size_t number = next_name_++;
          const std::string inner = format("inner{}", number), added = format("added{}", number);
          line(format("if ({} == {}) {", at.value("_choice"), i));
          line(format("double {}[{}], {}[{}];", inner,
                      std::max<Eigen::Index>(plan.children[i].width, 1), added, plan.width));
          encode(node.children[i], plan.children[i], field_of(node, at, i), inner, 0);
          linear(first + 1 + 2 * i, inner, added);
          line(format("for (long long i = 0; i < {}; ++i) ({})[i] += {}[i];", plan.width, to,
                      added));
          line("}");
        }
        return;
      }
    }
  }

  void encode_sequence(const codec_node& node, const encoder_plan& plan, const access& at,
                       const std::string& buffer, Eigen::Index offset) {
    const std::size_t first = plan.first_parameter, number = next_name_++;
    const auto& child = node.children[0];
    const Eigen::Index width = block(first).value.rows();
    const std::string item = format("item{}", number), features = format("features{}", number),
                      hidden = format("hidden{}", number), count = at.value("_count"),
                      mean = format("({})", plus(buffer, offset)),
                      greatest = format("({})", plus(buffer, offset + width));
    line(format("// {}: the mean and the maximum over the elements, and their number.", node.path));
    line(format("for (long long i = 0; i < {}; ++i) {}[i] = 0;", 2 * width, mean));
    line(format("for (long long n{} = 0; n{} < {}; ++n{}) {", number, number, count, number));
    line(format("const auto* {} = &{}[n{}];", item, at.value(), number));
    line(format("double {}[{}], {}[{}];", features,
                std::max<Eigen::Index>(plan.children[0].width, 1), hidden, width));
    encode(child, plan.children[0], root(child, item), features, 0);
    linear(first, features, hidden);
    line(format("rectify({}, {});", hidden, width));
    line(format("for (long long i = 0; i < {}; ++i) {", width));
    line(format("{}[i] += {}[i];", mean, hidden));
    line(format("if ({}[i] > {}[i]) {}[i] = {}[i];", hidden, greatest, greatest, hidden));
    line("}");
    line("}");
    line(format("if ({} > 0) {", count));
    line(format("for (long long i = 0; i < {}; ++i) {}[i] /= (double){};", width, mean, count));
    line("}");
    encode_number(node, format("(double){}", count), first + 2, plus(buffer, offset + 2 * width));
  }

  // --- decoder
  /// Emits a head and the index of its largest output; returns the name of the index.
  std::string choose(std::size_t parameter, const std::string& x) {
    const std::size_t number = next_name_++;
    const Eigen::Index rows = block(parameter).value.rows();
    line(format("double logits{}[{}];", number, rows));
    linear(parameter, x, format("logits{}", number));
    const std::string name = format("choice{}", number);
    line(format("const long long {} = most_likely(logits{}, {});", name, number, rows));
    return name;
  }

  /// Opens a loop over `count` decoded elements of `x`; returns the names of position, features.
  std::pair<std::string, std::string> open_elements(std::size_t parameter, const std::string& x,
                                                    const std::string& count) {
    const std::size_t number = next_name_++;
    const Eigen::Index width = block(parameter).value.rows();
    const std::string shared = format("shared{}", number), features = format("element{}", number),
                      position = format("n{}", number);
    line(format("double {}[{}];", shared, width));
    linear(parameter, x, shared);
    line(format("for (long long {} = 0; {} < {}; ++{}) {", position, position, count, position));
    line(format("double {}[{}];", features, width));
    line(format("copy_column({}, {}, {}, {});", weights(parameter + 2), position, width, features));
    line(format("for (long long i = 0; i < {}; ++i) {}[i] += {}[i];", width, features, shared));
    line(format("rectify({}, {});", features, width));
    return {position, features};
  }

  void decode(const codec_node& node, const decoder_plan& plan, const access& at,
              const std::string& x) {
    const std::size_t first = plan.first_parameter;
    switch (node.kind) {
      case node_kind::number: {
        const std::size_t number = next_name_++;
        const std::string z = format("z{}", number);
        line(format("double {}[{}];", z, head_rows(node)));
        linear(first, x, z);
        line(format("{} = {} + {} * {}[0];", at.value("_mean"), literal(node.mean),
                    literal(node.deviation), z));
        std::string value = format("between({}, {}, {})", at.value("_mean"), literal(node.least),
                                   literal(node.greatest));
        if (node.integral) value = format("nearbyint({})", value);
        line(format("{} = {};", at.value(), value));
        line(format("{} = {} * exp(between({}[1], -7, 7));", at.value("_deviation"),
                    literal(node.deviation), z));
        if (node.absent_allowed) {
          line(format("{} = 1 / (1 + exp(-{}[2]));", at.value("_presence"), z));
          line(
              format("if ({} < 0.5) {} = __builtin_nan(\"\");", at.value("_presence"), at.value()));
        } else {
          line(format("{} = 1;", at.value("_presence")));
        }
        return;
      }
      case node_kind::category: {
        const auto rows = head_rows(node);
        const std::string p = at.value("_probability"), total = format("total{}", next_name_++);
        linear(first, x, p);
        const std::string choice = format("choice{}", next_name_++);
        line(format("const long long {} = most_likely({}, {});", choice, p, rows));
        line(format("const double greatest_{} = {}[{}];", choice, p, choice));
        line(format("double {} = 0;", total));
        line(format("for (long long i = 0; i < {}; ++i) {} += {}[i] = exp({}[i] - greatest_{});",
                    rows, total, p, p, choice));
        line(format("for (long long i = 0; i < {}; ++i) {}[i] /= {};", rows, p, total));
        line(node.absent_allowed
                 ? format("{} = {} == {} ? -1 : {};", at.value(), choice, rows - 1, choice)
                 : format("{} = {};", at.value(), choice));
        return;
      }
      case node_kind::text: {
        writes_text_ = true;
        const auto length = choose(first, x);
        line(format("{} = 0;", at.value("_length")));
        const auto [position, features] = open_elements(first + 2, x, length);
        const auto character = choose(first + 5, features);
        line(format("{} += write_code_point({} + {}, {}[{}]);", at.value("_length"), at.value(),
                    at.value("_length"),
                    array("out:" + node.path + "/alphabet", "unsigned", node.alphabet), character));
        line("}");
        line(format("{}[{}] = 0;", at.value(), at.value("_length")));
        return;
      }
      case node_kind::record:
        for (std::size_t i = 0; i < node.children.size(); ++i)
          decode(node.children[i], plan.children[i], field_of(node, at, i), x);
        return;
      case node_kind::optional: {
        const auto choice = choose(first, x);
        line(format("{} = {};", at.prefixed("has_"), choice));
        line(format("if ({}) {", choice));
        decode(node.children[0], plan.children[0], field_of(node, at, 0), x);
        line("}");
        return;
      }
      case node_kind::sequence: {
        const auto length = choose(first, x);
        line(format("{} = {};", at.value("_count"), length));
        const auto [position, features] = open_elements(first + 2, x, length);
        const std::string item = format("item{}", next_name_++);
        line(format("auto* {} = &{}[{}];", item, at.value(), position));
        decode(node.children[0], plan.children[0], root(node.children[0], item), features);
        line("}");
        return;
      }
      case node_kind::alternatives: {
        const auto choice = choose(first, x);
        line(format("{} = {};", at.value("_choice"), choice));
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          line(format("if ({} == {}) {", choice, i));
          decode(node.children[i], plan.children[i], field_of(node, at, i), x);
          line("}");
        }
        return;
      }
    }
  }

  const Network& net_;
  codec_node input_, output_;  ///< with names of members as fields
  std::string input_name_, output_name_;
  std::string declarations_, code_, data_;
  std::unordered_map<std::string, std::string> arrays_;  ///< wanted name to the array's
  Eigen::Index most_features_ = 2;
  std::size_t next_name_ = 0;
  int indent_ = 0;
  bool reads_text_ = false, writes_text_ = false;
};

}  // namespace tc::detail

namespace tc {

template <class Scalar>
emitted_source emit_network(const basic_network<Scalar>& net, std::string_view input_name,
                            std::string_view output_name, std::uint64_t schema) {
  return detail::network_emitter<basic_network<Scalar>>(net, input_name, output_name).emit(schema);
}

}  // namespace tc
