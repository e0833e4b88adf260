#include <tensacode/codec/detail/emitted_text.hpp>
#include <tensacode/codec/emit.hpp>

#include <tensacode/codec/plugin_layout.hpp>
#include <tensacode/codegen/compile.hpp>

#include <support/all_kinds.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

namespace test_emit {

using all_kinds::Everything;

struct temporary_folder {
  std::string path =
      (std::filesystem::temp_directory_path() / ("tensacode_emit_" + std::to_string(getpid())))
          .string();
  temporary_folder() { std::filesystem::create_directories(path); }
  ~temporary_folder() { std::filesystem::remove_all(path); }
};

/// A network from In to Out measured on objects, with parameters so large that all its heads take
/// all their choices.
template <class In, class Out>
tc::network network_for(const std::vector<In>& in, const std::vector<Out>& out) {
  auto input = tc::codec<In>::describe(""), output = tc::codec<Out>::describe("");
  tc::columns a(input), b(output);
  for (const auto& object : in) tc::codec<In>::append(object, a);
  for (const auto& object : out) tc::codec<Out>::append(object, b);
  tc::measure(input, a);
  tc::measure(output, b);
  tc::network net(input, output,
                  {.width = 24, .dropout = 0, .sizes = {.leaf = 5, .text = 6, .element = 7}}, 11);
  for (auto& block : net.parameters().blocks) block.value *= 3;
  return net;
}

/// Largest difference between a network's columns and beliefs and those of its plugin.
struct comparison {
  double worst = 0;
  void numbers(double a, double b) {
    if (std::isnan(a) && std::isnan(b)) return;
    const double difference = std::abs(a - b) / std::max({1.0, std::abs(a), std::abs(b)});
    worst = difference <= worst ? worst : difference;  // a NaN is taken
  }
  void columns(const tc::columns& a, const tc::columns& b) {
    CHECK(a.instances == b.instances);
    CHECK(a.indices == b.indices);
    CHECK(a.offsets == b.offsets);
    CHECK(a.texts == b.texts);
    REQUIRE(a.numbers.size() == b.numbers.size());
    for (std::size_t i = 0; i < a.numbers.size(); ++i) numbers(a.numbers[i], b.numbers[i]);
    for (std::size_t i = 0; i < a.children.size(); ++i) columns(a.children[i], b.children[i]);
  }
  void beliefs(const std::vector<tc::leaf_belief>& a, const std::vector<tc::leaf_belief>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(a[i].node == b[i].node);
      REQUIRE(a[i].probabilities.size() == b[i].probabilities.size());
      for (Eigen::Index j = 0; j < a[i].probabilities.size(); ++j)
        numbers(a[i].probabilities(j), b[i].probabilities(j));
      for (std::size_t j = 0; j < a[i].mean.size(); ++j) {
        numbers(a[i].mean[j], b[i].mean[j]);
        numbers(a[i].deviation[j], b[i].deviation[j]);
        numbers(a[i].presence[j], b[i].presence[j]);
      }
    }
  }
};

template <class In>
double largest_difference(const tc::network& net, const tc::plugin& plugin, const std::string& name,
                          const std::vector<In>& objects, tc::columns* all = nullptr) {
  const auto function = plugin.get<void(const void*, void*)>(name);
  const auto exact = net.parameters().cast<double>();
  comparison compared;
  for (const auto& object : objects) {
    tc::columns in(net.input());
    tc::codec<In>::append(object, in);
    tc::columns expected(net.output()), got(net.output());
    std::vector<tc::leaf_belief> expected_beliefs, got_beliefs;
    {
      tc::recording<double> scratch;
      const tc::bound_parameters<double> p(exact, false);
      run_decoder(net.output(), net.decoder(), p, net.encode(p, in), expected, &expected_beliefs);
    }
    const tc::detail::plugin_input arguments(net.input(), in);
    // A canary behind the result: the plugin writes no more than the layout says.
    std::vector<tc::plugin_slot> result(tc::detail::output_slots(net.output()) + 1);
    result.back().integer = 0x5ca1ab1e;
    function(arguments.address(), result.data());
    CHECK(result.back().integer == 0x5ca1ab1e);
    tc::detail::read_plugin_output(net.output(), result.data(), got, &got_beliefs);
    compared.columns(expected, got);
    compared.beliefs(expected_beliefs, got_beliefs);
    if (all) *all = expected;
  }
  return compared.worst;
}

std::string plain_program(const std::string& header) {
  return "#include <cstdio>\n#include \"" + header + R"("
int main() {
  Order in{};
  in.amount = 2.5;
  in.rush = -1;
  in.note = "red box";
  in.note_length = 7;
  Order_lines lines[2] = {{3, 1}, {0.5, 0}};
  in.lines = lines;
  in.lines_count = 2;
  in.has_address = 0;
  Answer out;
  predict_Answer(&in, &out);
  std::printf("%.17g %.17g %lld %.17g %s|", out.price, out.price_deviation, out.color,
              out.color_probability[1], out.reply);
}
)";
}

}  // namespace test_emit

enum class Urgency { low, high };
struct Line {
  double weight = 0;
  bool fragile = false;
};
struct Address {
  int zip = 0;
};
struct Order {
  double amount = 0;
  std::optional<Urgency> rush;
  std::string note;
  std::vector<Line> lines;
  std::optional<Address> address;
};
struct Answer {
  double price = 0;
  all_kinds::Color color = all_kinds::Color::red;
  std::string reply;
};
// Members whose derived names collide if they are taken as they are.
struct Knots {
  double x = 0;
  double x_mean = 0, x_deviation = 0;
  double value = 0, value_ = 0;
  bool c = false;
  double c_probability = 0;
  std::string t;
  int t_length = 0;
  std::optional<Line> o;
  int has_o = 0;
  Line a_b;
  struct {
    Line b;
  } a;
  std::optional<std::optional<std::string>> twice;
  bool operator==(const Knots&) const { return true; }
};
struct Celsius {
  double degrees = 0;
};
template <>
struct tc::codec<Celsius> {
  static codec_node describe(const std::string& path) {
    codec_node node;  // without a range
    node.path = path;
    node.kind = node_kind::number;
    return node;
  }
  static void append(const Celsius& c, columns& to) { codec<double>::append(c.degrees, to); }
  static void take(columns& from, Celsius& c) { codec<double>::take(from, c.degrees); }
};

namespace test_emit {

TEST_SUITE("codec/emit") {
  TEST_CASE("plugin and network agree to 1e-9 on a struct with all kinds on both sides") {
    const temporary_folder folder;
    const auto objects = all_kinds::random_objects(60, 1);
    const auto net = network_for(objects, objects);
    const auto emitted = tc::emit_network(net, "Everything", "Everything", 42);
    const auto plugin = tc::compile_source(emitted.source, {.symbols = {emitted.function},
                                                            .flags = {"-O1", "-Wall", "-Wextra"},
                                                            .cache = folder.path});
    CHECK(plugin.constant<unsigned long long>("tc_plugin_schema") == 42);
    auto others = all_kinds::random_objects(60, 2);
    others[1].name = "bad \xff\xc3 \xed\xa0\x80 \xc0\x80 bytes";
    others[2].name = "all words unknown here " + std::string(5000, 'x');
    others[3].color = all_kinds::Color(77);
    others[4].point.x = std::numeric_limits<double>::infinity();
    others[5].big = std::numeric_limits<std::int64_t>::min();
    others[6].path.resize(500);
    others[7].nested = {{}, {}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
    others[8].point.x = std::numeric_limits<double>::quiet_NaN();
    others[9].name = std::string("zero\0inside", 11);
    CHECK(largest_difference(net, plugin, emitted.function, objects) < 1e-9);
    CHECK(largest_difference(net, plugin, emitted.function, others) < 1e-9);
  }
  TEST_CASE("the source is readable: names of fields, nothing of TensaCode, code before numbers") {
    const auto objects = all_kinds::random_objects(60, 1);
    const auto net = network_for(objects, objects);
    const auto emitted = tc::emit_network(net, "ns::Everything", "ns::Everything<int>", 42);
    CHECK(emitted.function == "predict_ns_Everything_int");
    for (const auto& text : {emitted.source, emitted.header}) {
      CHECK(text.find("tensacode/") == std::string::npos);
      CHECK(text.find("#include") == std::string::npos);
      for (const auto* name : {"maybe_point", "prices_count", "long long color;", "has_nick",
                               "struct ns_Everything {", "0 red, 1 green, 2 blue"}) {
        INFO(name);
        CHECK(text.find(name) != std::string::npos);
      }
    }
    CHECK(emitted.source.find("in_big_encoder_weight[") < emitted.source.find("predict_"));
    CHECK(emitted.source.find("const float in_big_encoder_weight[",
                              emitted.source.find("rectify(x1")) != std::string::npos);
  }
  TEST_CASE(
      "a program without TensaCode's headers links with the plugin and gets the same numbers") {
    const temporary_folder folder;
    std::vector<Order> orders(2);
    orders[0] = {2.5, {}, "red box", {{3, true}, {0.5, false}}, {}};
    orders[1] = {-1, Urgency::high, "red ball box", {}, Address{12345}};
    const std::vector<Answer> answers{{1, all_kinds::Color::blue, "yes"},
                                      {20, all_kinds::Color::red, "no"}};
    const auto net = network_for(orders, answers);
    const auto emitted = tc::emit_network(net, "Order", "Answer", 1);
    const std::string compiler = std::getenv("CXX") ? std::getenv("CXX") : "c++";
    const std::string base = folder.path + "/plugin";
    tc::write_file(base + ".cpp", emitted.source);
    tc::write_file(base + ".h", emitted.header);
    tc::write_file(folder.path + "/main.cpp", plain_program("plugin.h"));
    REQUIRE(
        std::system(("cd " + folder.path + " && " + compiler +
                     " -std=c++11 -Wall -Wextra -Wpedantic -Werror -shared -fPIC plugin.cpp -o "
                     "plugin.so && " +
                     compiler +
                     " -std=c++11 -Wall -Wextra -Wpedantic -Werror main.cpp ./plugin.so -o main && "
                     "./main > output")
                        .c_str()) == 0);
    tc::columns in(net.input()), decoded(net.output());
    tc::codec<Order>::append(orders[0], in);
    const auto exact = net.parameters().cast<double>();
    std::vector<tc::leaf_belief> beliefs;
    tc::recording<double> scratch;
    const tc::bound_parameters<double> p(exact, false);
    run_decoder(net.output(), net.decoder(), p, net.encode(p, in), decoded, &beliefs);
    const std::string output = tc::read_file(folder.path + "/output");
    double price = 0, deviation = 0, probability = 0;
    long long color = -9;
    char reply[400] = "";
    REQUIRE(std::sscanf(output.c_str(), "%lf %lf %lld %lf %[^|]", &price, &deviation, &color,
                        &probability, reply) >= 4);
    CHECK(price == doctest::Approx(decoded.children[0].numbers[0]).epsilon(1e-9));
    CHECK(deviation == doctest::Approx(beliefs[0].deviation[0]).epsilon(1e-9));
    CHECK(color == decoded.children[1].indices[0]);
    CHECK(probability == doctest::Approx(beliefs[1].probabilities(1, 0)).epsilon(1e-9));
    CHECK(reply == decoded.children[2].texts[0]);
  }
  TEST_CASE("fields whose members or tables would collide get names of their own") {
    const temporary_folder folder;
    std::vector<Knots> objects(9);
    for (std::size_t i = 0; i < objects.size(); ++i) {
      auto& k = objects[i];
      const auto n = static_cast<double>(i);
      k.x = n, k.x_mean = 10 * n, k.x_deviation = -n, k.value = n * n, k.value_ = 3 - n;
      k.c = i % 2, k.c_probability = n / 9, k.t = std::string(i, 'a'), k.t_length = 7;
      if (i % 3) k.o = Line{n, true};
      k.has_o = static_cast<int>(i), k.a_b.weight = n, k.a.b.weight = 100 - n;
      if (i % 3) k.twice.emplace();
      if (i % 3 == 2) *k.twice = "x";
    }
    const auto net = network_for(objects, objects);
    const auto emitted = tc::emit_network(net, "Knots", "Knots", 1);
    const auto plugin = tc::compile_source(
        emitted.source, {.symbols = {emitted.function}, .flags = {"-O1"}, .cache = folder.path});
    CHECK(largest_difference(net, plugin, emitted.function, objects) < 1e-9);
  }
  TEST_CASE("types that are no structs, and numbers without a range, are emitted too") {
    const temporary_folder folder;
    const auto check = [&](const auto& in, const auto& out) {
      const auto net = network_for(in, out);
      const auto emitted = tc::emit_network(net, "in", "out", 1);
      const auto plugin = tc::compile_source(
          emitted.source, {.symbols = {emitted.function}, .flags = {"-O0"}, .cache = folder.path});
      CHECK(largest_difference(net, plugin, emitted.function, in) < 1e-9);
    };
    check(std::vector<double>{1, 2}, std::vector<Celsius>{{1}, {5}});
    check(std::vector<std::vector<std::string>>{{}, {"a b", ""}},
          std::vector<std::variant<int, std::string, std::vector<bool>>>{1, "x",
                                                                         std::vector<bool>{true}});
    check(std::vector<std::vector<int>>(2), std::vector<std::vector<std::string>>{{}, {""}});
    check(std::vector<std::optional<Line>>{Line{1, true}, {}}, std::vector<std::optional<Line>>(2));
    struct Nothing {};
    check(std::vector<Nothing>(2), std::vector<Nothing>(2));
  }
}

TEST_SUITE("codec/emit details") {
  TEST_CASE("identifiers and literals") {
    CHECK(tc::detail::identifier("std::vector<int>") == "std_vector_int");
    CHECK(tc::detail::identifier("[3]") == "_3");
    CHECK(tc::detail::identifier("") == "_");
    CHECK(tc::detail::literal(0.1) == "0.1");
    CHECK(tc::detail::literal(3.0) == "3.0");
    CHECK(tc::detail::literal(1e22F) == "1e+22");
    CHECK(tc::detail::literal(-std::numeric_limits<double>::infinity()) == "-__builtin_inf()");
    CHECK(tc::detail::literal(std::nan("")) == "__builtin_nan(\"\")");
    CHECK(tc::detail::literal(std::uint64_t{7}) == "7ULL");
  }
}

}  // namespace test_emit
