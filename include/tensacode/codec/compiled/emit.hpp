// tensacode/codec/compiled/emit.hpp -- the functions that codec/emit.hpp declares.
// Layer 4. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/emit.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

inline std::string identifier(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (part)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, "_");
  return name;
}

template <class Number>
std::string literal(Number number) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(number)) return "__builtin_nan(\"\")";
    if (std::isinf(number)) return number > 0 ? "__builtin_inf()" : "-__builtin_inf()";
  }
  char digits[40];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  if constexpr (std::is_floating_point_v<Number>)
    if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  if constexpr (std::is_same_v<Number, std::uint64_t>) text += "ULL";
  return text;
}

inline constexpr std::string_view emitted_helpers = R"(
// y = weight * x + bias; the weight of input i to output o is weight[i * outputs + o].
TC_CLONES static void linear(const double* __restrict x, long long inputs,
                             const float* __restrict weight, const float* __restrict bias,
                             long long outputs, double* __restrict y) {
  for (long long o = 0; o < outputs; ++o) y[o] = bias[o];
  for (long long i = 0; i < inputs; ++i) {
    if (x[i] == 0) continue;  // half of what follows a rectifier
    const float* w = weight + i * outputs;
    for (long long o = 0; o < outputs; ++o) y[o] += x[i] * w[o];
  }
}

static void rectify(double* x, long long n) {
  for (long long i = 0; i < n; ++i)
    if (!(x[i] > 0)) x[i] = 0;
}

// Zeros for a negative column.
static void copy_column(const float* table, long long column, long long width, double* out) {
  for (long long i = 0; i < width; ++i) out[i] = column < 0 ? 0 : table[column * width + i];
}

static double between(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// A number as the parts of the intervals between knots that lie below it, its standardised
// value, and a flag for "absent" where that is allowed; then a linear map.
static void encode_number(double x, const double* knots, long long intervals, double mean,
                          double deviation, int may_be_absent, const float* weight,
                          const float* bias, long long width, double* out) {
  double feature[MOST_FEATURES];
  const int absent = x != x;
  for (long long i = 0; i < intervals; ++i)
    feature[i] = absent ? 0 : between((x / 2 - knots[i] / 2) / (knots[i + 1] / 2 - knots[i] / 2), 0, 1);
  feature[intervals] = absent ? 0 : between((x - mean) / deviation, -5, 5);
  if (may_be_absent) feature[intervals + 1] = absent;
  linear(feature, intervals + 1 + may_be_absent, weight, bias, width, out);
}

// One of the categories 0 ... categories - 1; anything else is "absent", the table's last column.
static void encode_category(long long category, long long categories, const float* table,
                            long long width, double* out) {
  copy_column(table, category < 0 || category >= categories ? categories : category, width, out);
}

static long long most_likely(const double* logits, long long n) {
  long long best = 0;
  for (long long i = 1; i < n; ++i)
    if (logits[i] > logits[best]) best = i;
  return best;
}
)";

inline constexpr std::string_view emitted_text_reader = R"(
static void add_token(unsigned long long token, const unsigned long long* vocabulary,
                      long long known, const float* table, long long width, double* sum,
                      long long* count) {
  long long low = 0, high = known;
  while (low < high) {
    const long long middle = (low + high) / 2;
    if (vocabulary[middle] < token) low = middle + 1; else high = middle;
  }
  if (low == known || vocabulary[low] != token) return;
  for (long long i = 0; i < width; ++i) sum[i] += table[low * width + i];
  ++*count;
}

static unsigned long long mix(unsigned long long w) {
  w ^= w >> 33; w *= 0xff51afd7ed558ccdULL; w ^= w >> 33;
  w *= 0xc4ceb9fe1a85ec53ULL; w ^= w >> 33;
  return w;
}

// A text as the sum over its known tokens (words, pairs of words, the whole) over the square root
// of their number. Hashes are FNV-1a. Returns the number of code points.
static long long encode_text(const char* text, long long length,
                             const unsigned long long* vocabulary, long long known,
                             const float* table, long long width, double* out) {
  const unsigned long long basis = 0xcbf29ce484222325ULL, prime = 0x100000001b3ULL;
  unsigned long long word = basis, previous = 0, whole = basis;
  long long count = 0, inside = 0, has_previous = 0;
  for (long long i = 0; i < width; ++i) out[i] = 0;
  for (long long i = 0; i <= length; ++i) {
    const unsigned char c = i < length ? (unsigned char)text[i] : (unsigned char)' ';
    const int upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) {
      word = (word ^ (unsigned long long)(upper ? c + 32 : c)) * prime;
      inside = 1;
    } else if (inside) {
      add_token(word, vocabulary, known, table, width, out, &count);
      if (has_previous)
        add_token(mix(previous * 3 + word) ^ 0x9e3779b97f4a7c15ULL, vocabulary, known, table,
                  width, out, &count);
      previous = word; has_previous = 1; word = basis; inside = 0;
    }
    if (i < length) whole = (whole ^ (unsigned long long)c) * prime;
  }
  if (length > 0)
    add_token(whole ^ 0xc2b2ae3d27d4eb4fULL, vocabulary, known, table, width, out, &count);
  const double scale = count ? 1 / sqrt((double)count) : 0;
  for (long long i = 0; i < width; ++i) out[i] *= scale;

  long long points = 0;
  for (long long i = 0; i < length; ++points) {
    const unsigned char lead = (unsigned char)text[i];
    long long bytes = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3
                    : (lead >> 3) == 30 ? 4 : 0;
    int valid = bytes > 0 && i + bytes <= length;
    unsigned point = bytes == 1 ? lead : lead & (0xffu >> (bytes + 1));
    for (long long j = 1; valid && j < bytes; ++j) {
      valid = ((unsigned char)text[i + j] >> 6) == 2;
      point = (point << 6) | (text[i + j] & 63);
    }
    // Overlong forms, surrogates, and numbers beyond Unicode are not valid.
    if (bytes == 2 && point < 0x80) valid = 0;
    if (bytes == 3 && (point < 0x800 || (point >> 11) == 0x1b)) valid = 0;
    if (bytes == 4 && (point < 0x10000 || point > 0x10ffff)) valid = 0;
    i += valid ? bytes : 1;
  }
  return points;
}
)";

inline constexpr std::string_view emitted_text_writer = R"(
static long long write_code_point(char* out, unsigned point) {
  if (point < 0x80) { out[0] = (char)point; return 1; }
  if (point < 0x800) {
    out[0] = (char)(0xc0 | (point >> 6)); out[1] = (char)(0x80 | (point & 63)); return 2;
  }
  if (point < 0x10000) {
    out[0] = (char)(0xe0 | (point >> 12)); out[1] = (char)(0x80 | ((point >> 6) & 63));
    out[2] = (char)(0x80 | (point & 63)); return 3;
  }
  out[0] = (char)(0xf0 | (point >> 18)); out[1] = (char)(0x80 | ((point >> 12) & 63));
  out[2] = (char)(0x80 | ((point >> 6) & 63)); out[3] = (char)(0x80 | (point & 63)); return 4;
}
)";

template <class Network>
class network_emitter {
  using text_set = lookup_set<std::string, text_hash>;
  using texts = std::vector<std::string>;

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
  // -------------------------------------------------------------------------------------
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

  // --- types
  // --------------------------------------------------------------------------------------
  /// How a node is reached in code: `in->age`, `in->home.street`; children append to it.
  struct access {
    std::string object;  ///< of the struct: `in->`, `in->home.`
    std::string member;  ///< name inside it
    std::string value() const { return object + member; }
    std::string value(const std::string& suffix) const { return object + member + suffix; }
    std::string prefixed(const std::string& prefix) const { return object + prefix + member; }
  };

  /// `wanted`, with a number if it is taken; takes it.
  static std::string unused(const std::string& wanted, text_set& taken) {
    std::string name = wanted;
    for (int i = 2; !taken.insert(name); ++i) name = format("{}_{}", wanted, i);
    return name;
  }
  /// Everything that `member` declares under `name`, nested structs aside.
  static texts names_of(const codec_node& node, const std::string& name, bool output) {
    switch (node.kind) {
      case node_kind::number:
        if (!output) return {name};
        return {name, name + "_mean", name + "_deviation", name + "_presence"};
      case node_kind::category:
        if (!output) return {name};
        return {name, name + "_probability"};
      case node_kind::text:
        return {name, name + "_length"};
      case node_kind::record:
        return {name};
      case node_kind::sequence:
        return {name, name + "_count"};
      case node_kind::optional: {
        auto names = names_of(node.children[0], inside_optional(node, name), output);
        names.push_back("has_" + name);
        return names;
      }
      case node_kind::alternatives: {
        texts names{name + "_choice"};
        for (std::size_t i = 0; i < node.children.size(); ++i)
          for (auto& inner : names_of(node.children[i], format("{}_{}", name, i), output))
            names.push_back(std::move(inner));
        return names;
      }
    }
    return {};
  }
  /// The child of an optional keeps the name, unless it is an optional itself.
  static std::string inside_optional(const codec_node& node, const std::string& name) {
    return node.children[0].kind == node_kind::optional ? name + "_value" : name;
  }
  /// Makes the fields of all records identifiers whose members do not collide: `x` and `x_mean`,
  /// `value` and `value_`.
  static void name_members(codec_node& node, bool output) {
    text_set taken;
    for (auto& child : node.children) {
      if (node.kind == node_kind::record) {
        const std::string wanted = identifier(child.field);
        const auto collides = [&](const std::string& name) {
          const auto names = names_of(child, name, output);
          return std::any_of(names.begin(), names.end(),
                             [&](const std::string& inner) { return taken.contains(inner); });
        };
        child.field = wanted;
        for (int i = 2; collides(child.field); ++i) child.field = format("{}_{}", wanted, i);
        for (auto& inner : names_of(child, child.field, output)) taken.insert(std::move(inner));
      }
      name_members(child, output);
    }
  }

  access root(const codec_node& node, const std::string& pointer) const {
    return node.kind == node_kind::record ? access{pointer + "->", ""}
                                          : access{pointer + "->", "value"};
  }
  static access field_of(const codec_node& parent, const access& at, std::size_t i) {
    const auto& child = parent.children[i];
    if (parent.kind == node_kind::record)
      return {at.member.empty() ? at.object : at.value() + ".", child.field};
    if (parent.kind == node_kind::alternatives) return {at.object, at.member + format("_{}", i)};
    return {at.object, inside_optional(parent, at.member)};
  }

  void declare(const codec_node& node, const std::string& name, bool output) {
    std::string members;
    if (node.kind == node_kind::record) {
      for (const auto& child : node.children) member(members, child, child.field, name, output);
      if (members.empty()) members = "  long long empty_;\n";
    } else {
      member(members, node, "value", name, output);
    }
    types_ += format("struct {} {\n{}};\n\n", name, members);
  }

  void member(std::string& out, const codec_node& node, const std::string& name,
              const std::string& owner, bool output) {
    const auto declare_nested = [&](const codec_node& inner) {
      std::string type = unused(owner + "_" + name, names_);
      declare(inner, type, output);
      return type;
    };
    const auto add = [&](const std::string& text) { out += "  " + text + "\n"; };
    switch (node.kind) {
      case node_kind::number:
        add(format("double {};{}", name, node.absent_allowed ? "  // NaN: absent" : ""));
        if (output) {
          add(format("double {}_mean;  // before rounding and bounds", name));
          add(format("double {}_deviation;", name));
          add(format("double {}_presence;", name));
        }
        return;
      case node_kind::category: {
        std::string names;
        for (std::size_t i = 0; i < node.categories.size(); ++i) {
          if (i == 8 && node.categories.size() > 10) {
            names += format(" ... {} in all", node.categories.size());
            break;
          }
          names += format("{}{} {}", i ? ", " : "", i, node.categories[i]);
        }
        add(format("long long {};  // {}{}", name, node.absent_allowed ? "-1 absent, " : "",
                   names));
        if (output) add(format("double {}_probability[{}];", name, head_rows(node)));
        return;
      }
      case node_kind::text:
        add(output ? format("char {}[{}];", name, decoded_text_bytes(node))
                   : format("const char* {};", name));
        add(format("long long {}_length;", name));
        return;
      case node_kind::record:
        add(format("struct {} {};", declare_nested(node), name));
        return;
      case node_kind::optional:
        add(format("long long has_{};", name));
        member(out, node.children[0], inside_optional(node, name), owner, output);
        return;
      case node_kind::sequence: {
        const std::string nested = declare_nested(node.children[0]);
        if (output) {
          add(format("long long {}_count;", name));
          add(format("struct {} {}[{}];", nested, name, decoded_capacity(node)));
        } else {
          add(format("const struct {}* {};", nested, name));
          add(format("long long {}_count;", name));
        }
        return;
      }
      case node_kind::alternatives:
        add(format("long long {}_choice;", name));
        for (std::size_t i = 0; i < node.children.size(); ++i)
          member(out, node.children[i], name + format("_{}", i), owner, output);
        return;
    }
  }

  // --- encoder
  // ------------------------------------------------------------------------------------
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
  // ------------------------------------------------------------------------------------
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
  std::string types_, declarations_, code_, data_;
  std::unordered_map<std::string, std::string> arrays_;  ///< wanted name to the array's
  text_set names_;                                       ///< of types and arrays
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
