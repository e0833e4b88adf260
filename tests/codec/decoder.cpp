#include <tensacode/codec/network.hpp>

#include <support/all_kinds.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace test_decoder {

using all_kinds::Everything;

bool valid_utf8(const std::string& text) {
  const auto points = tc::code_points(text);
  std::string again;
  for (const auto point : points) tc::append_code_point(again, point);
  return again == text;
}

void check_valid(const Everything& e) {
  CHECK(tc::enum_index(e.color).has_value());
  if (e.maybe_color) CHECK(tc::enum_index(*e.maybe_color).has_value());
  for (const auto* text : {&e.name, &std::get<1>(e.mixed)}) CHECK(valid_utf8(*text));
  if (e.nick) CHECK(valid_utf8(*e.nick));
  if (e.shape.index() == 1) CHECK(valid_utf8(std::get<1>(e.shape)));
  CHECK(std::isfinite(e.point.x));
  CHECK(std::isfinite(e.single));
}

TEST_SUITE("codec/decoder") {
  TEST_CASE("whatever the latent, the decoded object is a valid one") {
    auto objects = all_kinds::random_objects(40, 1);
    objects[3].name = "bad \xff\xc3 \xed\xa0\x80 bytes";
    auto node = tc::codec<Everything>::describe("");
    tc::columns c(node);
    for (const auto& object : objects) tc::codec<Everything>::append(object, c);
    tc::measure(node, c, {.longest_text = 5, .longest_sequence = 2});
    const tc::network net(node, node, {.width = 16, .dropout = 0}, 1);
    const auto exact = net.parameters().cast<double>();
    std::size_t longest_path = 0, longest_name = 0;
    for (const double scale : {0.0, 1.0, 100.0, 1e6, 1e300}) {
      tc::recording<double> scratch;
      const tc::bound_parameters<double> p(exact, false);
      const Eigen::MatrixXd latents = tc::normal_matrix<double>(16, 100, scale, tc::random_key(5));
      tc::columns decoded(net.output());
      std::vector<tc::leaf_belief> beliefs;
      run_decoder(net.output(), net.decoder(), p, tc::basic_tensor_var<double>(latents), decoded,
                  &beliefs);
      REQUIRE(decoded.instances == 100);
      for (int i = 0; i < 100; ++i) {
        Everything e;
        tc::codec<Everything>::take(decoded, e);
        check_valid(e);
        longest_path = std::max(longest_path, e.path.size());
        longest_name = std::max(longest_name, tc::code_points(e.name).size());
      }
      for (const auto& belief : beliefs)
        if (belief.node->kind == tc::node_kind::category) {
          for (Eigen::Index i = 0; i < 100; ++i)
            CHECK(belief.probabilities.col(i).sum() == doctest::Approx(1));
        } else {
          for (const double s : belief.deviation) CHECK(s > 0);
          for (const double q : belief.presence) CHECK((q >= 0 && q <= 1));
        }
    }
    CHECK(longest_path > 0);
    CHECK(longest_path <= 2);
    CHECK(longest_name > 0);
    CHECK(longest_name <= 5);
  }
  TEST_CASE("sequences longer than any that can be decoded still have a finite loss") {
    using Row = std::vector<std::string>;
    auto node = tc::codec<Row>::describe("");
    tc::columns c(node);
    tc::codec<Row>::append({"abc"}, c);
    tc::measure(node, c);
    const tc::network net(node, node, {.width = 8, .dropout = 0}, 1);
    tc::codec<Row>::append(Row(100, "another text, longer"), c);
    const auto exact = net.parameters().cast<double>();
    tc::recording<double> scratch;
    const tc::bound_parameters<double> p(exact, false);
    CHECK(std::isfinite(net.loss(p, c, c, 2).value()));
  }
}

}  // namespace test_decoder
