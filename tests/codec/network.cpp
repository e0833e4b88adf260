#include <tensacode/codec/network.hpp>

#include <support/all_kinds.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace test_network {

using all_kinds::Everything;

template <class T>
struct batch {
  tc::codec_node node = tc::codec<T>::describe("");
  tc::columns columns{node};
  explicit batch(const std::vector<T>& objects) {
    for (const auto& object : objects) tc::codec<T>::append(object, columns);
    tc::measure(node, columns, {.knots = 4});
  }
};

constexpr tc::network_options small{
    .width = 10, .depth = 2, .dropout = 0, .sizes = {.leaf = 3, .text = 4, .element = 5}};

/// Calls `f(block, entry, derivative, difference)` for all entries of small blocks and some of
/// the others; `value(parameters)` is the loss.
template <class Value, class F>
void compare(const tc::network& net, tc::parameter_set<double> parameters, const tc::columns& in,
             const tc::columns& out, const Value& value, const F& f) {
  std::vector<Eigen::MatrixXd> derivatives;
  {
    tc::recording<double> recorded;
    const tc::bound_parameters<double> p(parameters, true);
    const auto y = net.loss(p, in, out, in.instances);
    recorded.differentiate(y.slot());
    for (std::size_t i = 0; i < p.size(); ++i)
      derivatives.push_back(Eigen::Map<const Eigen::MatrixXd>(
          recorded.tape().adjoints(p[i].first_slot()), p[i].rows(), p[i].cols()));
  }
  for (std::size_t b = 0; b < parameters.blocks.size(); ++b) {
    auto& numbers = parameters.blocks[b].value;
    const Eigen::Index step = std::max<Eigen::Index>(1, numbers.size() / 40);
    for (Eigen::Index i = 0; i < numbers.size(); i += step) {
      const double kept = numbers.data()[i], h = 1e-6;
      numbers.data()[i] = kept + h;
      const double up = value(parameters);
      numbers.data()[i] = kept - h;
      const double down = value(parameters);
      numbers.data()[i] = kept;
      f(b, i, derivatives[b].data()[i], (up - down) / (2 * h));
    }
  }
}

struct loss_of {
  const tc::network& net;
  const tc::columns &in, &out;
  double operator()(const tc::parameter_set<double>& parameters) const {
    tc::recording<double> scratch;
    return net.loss(tc::bound_parameters<double>(parameters, false), in, out, in.instances).value();
  }
};

/// Heads of numbers: blocks named by a number node of the output.
std::set<std::string> number_heads(const tc::codec_node& output) {
  std::set<std::string> names;
  tc::for_each_node(output, [&](const tc::codec_node& node) {
    if (node.kind == tc::node_kind::number)
      for (const auto* part : {".weight", ".bias"})
        names.insert("out:" + node.path + "/decoder" + part);
  });
  return names;
}

TEST_SUITE("codec/network") {
  TEST_CASE("the gradient of every parameter block agrees with finite differences to 1e-6") {
    const batch<Everything> rows(all_kinds::random_objects(16, 3));
    tc::network net(rows.node, rows.node, small, 1);
    auto parameters = net.parameters().cast<double>();
    const auto heads = number_heads(net.output());
    // The loss of a number does not pull at the mean by the deviation, which no finite difference
    // of it sees. Large constant deviations weaken that part below 1e-6.
    for (auto& block : parameters.blocks)
      if (heads.count(block.name) && block.name.ends_with(".bias")) block.value(1) = 8;
    double worst = 0;
    std::string at;
    std::set<std::size_t> moved;
    const loss_of loss{net, rows.columns, rows.columns};
    compare(net, parameters, rows.columns, rows.columns, loss,
            [&](std::size_t block, Eigen::Index, double derivative, double difference) {
              const double error = std::abs(derivative - difference);
              if (error > worst) worst = error, at = net.parameters().blocks[block].name;
              if (derivative != 0) moved.insert(block);
            });
    INFO("worst block: " << at << ", loss " << loss(parameters));
    CHECK(worst < 1e-6);
    for (std::size_t b = 0; b < parameters.blocks.size(); ++b) {
      INFO(parameters.blocks[b].name << " has no derivative");
      CHECK((moved.count(b) == 1 || parameters.blocks[b].value.size() == 0));
    }
  }
  TEST_CASE("so does that of the deviations of numbers") {
    const batch<Everything> rows(all_kinds::random_objects(16, 4));
    tc::network net(rows.node, rows.node, small, 2);
    const auto heads = number_heads(net.output());
    double worst = 0;
    int checked = 0;
    compare(net, net.parameters().cast<double>(), rows.columns, rows.columns,
            loss_of{net, rows.columns, rows.columns},
            [&](std::size_t b, Eigen::Index i, double derivative, double difference) {
              const auto& block = net.parameters().blocks[b];
              if (!heads.count(block.name) || i % block.value.rows() != 1) return;
              worst = std::max(worst, std::abs(derivative - difference));
              ++checked;
            });
    CHECK(checked > 50);
    CHECK(worst < 1e-6);
  }

  struct Reading {
    double a = 0;
    std::optional<double> b;
  };
  TEST_CASE("and that of all blocks, once the held mean is held in the finite difference too") {
    tc::random_stream random{tc::random_key(9)};
    std::vector<Reading> objects;
    for (int i = 0; i < 20; ++i) {
      objects.push_back({random.normal(), {}});
      if (i % 3) objects.back().b = random.normal();
    }
    const batch<Reading> rows(objects);
    tc::network net(rows.node, rows.node, small, 3);
    const auto parameters = net.parameters().cast<double>();
    const auto beliefs = [&](const tc::parameter_set<double>& p) {
      tc::recording<double> scratch;
      const tc::bound_parameters<double> bound(p, false);
      tc::columns decoded(net.output());
      std::vector<tc::leaf_belief> found;
      run_decoder(net.output(), net.decoder(), bound, net.encode(bound, rows.columns), decoded,
                  &found);
      return found;
    };
    const auto fixed = beliefs(parameters);
    const auto value = [&](const tc::parameter_set<double>& p) {
      double loss = loss_of{net, rows.columns, rows.columns}(p);
      const auto moving = beliefs(p);
      for (std::size_t f = 0; f < 2; ++f)
        for (std::size_t i = 0; i < objects.size(); ++i) {
          const double y = rows.columns.children[f].numbers[i];
          if (std::isnan(y)) continue;
          const double s = moving[f].deviation[i];
          const double now = y - moving[f].mean[i], held = y - fixed[f].mean[i];
          loss += (held * held - now * now) / (2 * s * s) / static_cast<double>(objects.size());
        }
      return loss;
    };
    double worst = 0;
    compare(net, parameters, rows.columns, rows.columns, value,
            [&](std::size_t, Eigen::Index, double derivative, double difference) {
              worst = std::max(worst, std::abs(derivative - difference));
            });
    CHECK(worst < 1e-6);
  }

  TEST_CASE("block names are unique, and say side, path and role") {
    const batch<Everything> rows(all_kinds::random_objects(16, 3));
    const tc::network net(rows.node, rows.node, small, 1);
    std::set<std::string> names;
    for (const auto& block : net.parameters().blocks) names.insert(block.name);
    CHECK(names.size() == net.parameters().blocks.size());
    for (const auto* name : {"in:big/encoder.weight", "out:point.x/decoder.bias", "trunk[0].weight",
                             "in:path[].y/encoder.weight", "out:name/decoder.position",
                             "in:shape/encoder.table", "out:maybe_point/decoder.presence.weight"}) {
      INFO(name);
      CHECK(names.count(name) == 1);
    }
  }
  TEST_CASE("a network depends on its seed alone; dropout on its key alone") {
    const batch<Everything> rows(all_kinds::random_objects(8, 5));
    tc::network_options options = small;
    options.dropout = 0.5;
    const tc::network a(rows.node, rows.node, options, 7), b(rows.node, rows.node, options, 7),
        c(rows.node, rows.node, options, 8);
    CHECK(a.parameters().blocks[0].value == b.parameters().blocks[0].value);
    CHECK(a.parameters().blocks[0].value != c.parameters().blocks[0].value);
    const auto p = a.parameters().cast<double>();
    const auto loss = [&](const tc::random_key* key) {
      tc::recording<double> scratch;
      return a.loss(tc::bound_parameters<double>(p, false), rows.columns, rows.columns, 8, key)
          .value();
    };
    const tc::random_key one(1), two(2);
    CHECK(loss(&one) == loss(&one));
    CHECK(loss(&one) != loss(&two));
    CHECK(loss(nullptr) == loss(nullptr));
    CHECK(loss(nullptr) != loss(&one));
  }
  TEST_CASE("an empty batch has loss 0, and a latent of no columns") {
    const batch<Everything> rows(all_kinds::random_objects(8, 5));
    const tc::network net(rows.node, rows.node, small, 7);
    const auto p = net.parameters().cast<double>();
    tc::recording<double> scratch;
    const tc::bound_parameters<double> bound(p, false);
    const tc::columns none(rows.node);
    CHECK(net.encode(bound, none).cols() == 0);
    CHECK(net.loss(bound, none, none, 1).value() == 0);
  }
  TEST_CASE("a linear bottleneck may have another width") {
    const batch<Everything> rows(all_kinds::random_objects(8, 5));
    tc::network_options options = small;
    options.latent = 3;
    const tc::network net(rows.node, rows.node, options, 7);
    const auto p = net.parameters().cast<double>();
    tc::recording<double> scratch;
    const Eigen::MatrixXd latent =
        net.encode(tc::bound_parameters<double>(p, false), rows.columns).value();
    CHECK(latent.rows() == 3);
    CHECK(latent.minCoeff() < 0);
  }
}

}  // namespace test_network
