// tests/transform/trace.cpp -- recordings drawn as graphs, and searched for what went wrong.
#include <tensacode/transform/checkpoint.hpp>
#include <tensacode/transform/custom.hpp>
#include <tensacode/transform/trace.hpp>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include <cmath>
#include <string>
#include <vector>

namespace test_trace {

template <class Real>
struct Body {
  Real mass;
  std::vector<Real> position;
};

const tc::traced_node& named(const tc::trace_graph& graph, const std::string& name) {
  for (const auto& node : graph.nodes)
    if (node.name == name) return node;
  FAIL("no node ", name);
  return graph.nodes.front();
}

TEST_SUITE("transform/trace") {
  TEST_CASE("scalar statements with their texts, values, partial derivatives and adjoints") {
    const auto graph = tc::trace([](const auto& x, const auto& y) {
      using std::sin;
      const std::remove_cvref_t<decltype(x)> product = x * y;
      return product * (product - 2) + sin(x) / (y + 1);
    })(2.0, 3.0);
    REQUIRE(graph.nodes.size() == 4);
    CHECK(graph.nodes[0].name == "x1");
    CHECK(graph.nodes[1].name == "x2");
    CHECK(graph.nodes[2].text == "x1 * x2");
    CHECK(graph.nodes[2].value == 6);
    CHECK(graph.nodes[2].adjoint == 10);
    CHECK(graph.nodes[3].text == "s1 * (s1 - 2) + sin(x1) / (x2 + 1)");
    CHECK(graph.value == doctest::Approx(24 + std::sin(2.0) / 4));
    CHECK(graph.result == 3);
    REQUIRE(graph.nodes[3].operands.size() == 3);
    CHECK(graph.nodes[3].operands[0].node == 2);
    CHECK(graph.nodes[3].operands[0].partial == 10);
    CHECK(graph.nodes[0].adjoint == doctest::Approx(30 + std::cos(2.0) / 4));
    for (const auto& node : graph.nodes) {
      CHECK(node.reached);
      CHECK(node.finite);
    }
    CHECK(graph.first_not_finite().empty());
  }
  TEST_CASE("sums that grow are statements of their own") {
    const auto graph = tc::trace([](const auto& x) {
      std::remove_cvref_t<decltype(x[0])> sum = 0;
      for (const auto& v : x) sum += v * v;
      sum -= 3 * x[0];
      return sum;
    })(std::vector<double>{1, 2, 3});
    REQUIRE(graph.nodes.size() == 7);
    CHECK(graph.nodes[0].name == "x[0]");
    CHECK(graph.nodes[4].text == "s1 + x[1] * x[1]");
    CHECK(graph.nodes[6].text == "s3 - 3 * x[0]");
    CHECK(graph.nodes[6].value == 11);
    CHECK(graph.result == 6);
    REQUIRE(graph.nodes[5].operands.size() == 2);
    CHECK(graph.nodes[5].operands[0].node == 4);
    CHECK(graph.nodes[5].operands[1].node == 2);
    CHECK(graph.nodes[5].operands[1].partial == 6);
    CHECK(graph.nodes[6].operands[1].partial == -3);
    CHECK(graph.nodes[0].adjoint == -1);
  }
  TEST_CASE("whole-matrix statements, and scalars made of their elements") {
    const Eigen::MatrixXd w = (Eigen::MatrixXd(2, 2) << 1, 2, 3, 4).finished();
    const Eigen::VectorXd x = Eigen::Vector2d(5, 6);
    const auto graph = tc::trace([](const auto& a, const auto& b) {
      const auto y = (a * b).eval();
      return y(0) * y.sum();
    })(w, x);
    CHECK(named(graph, "x1(0, 1)").value == 2);
    CHECK(named(graph, "x2(1)").value == 6);
    const auto& product = named(graph, "s1");
    CHECK(product.what == tc::traced_node::kind::tensor);
    CHECK(product.elements == 2);
    CHECK(product.text.find("product") != std::string::npos);
    CHECK(product.operands.size() == 6);
    CHECK(graph.value == 17 * 56);
    const auto& sum = named(graph, "s2");
    REQUIRE(sum.operands.size() == 1);
    CHECK(graph.nodes[sum.operands[0].node].name == "s1");
    CHECK(sum.value == 56);
    CHECK(graph.nodes[graph.result].operands.size() == 2);
  }
  TEST_CASE("Graphviz") {
    const auto text = tc::trace([](const auto& body) {
                        using std::log;
                        return log(body.mass - body.position[0]);
                      })(Body<double>{1, {2, 7}})
                          .graphviz();
    CHECK(text.starts_with("digraph trace {\n"));
    CHECK(text.ends_with("}\n"));
    CHECK(text.find("n0 [label=\"x.mass\\nvalue 1\\nadjoint -1\", shape=box];") !=
          std::string::npos);
    CHECK(text.find("n2 [label=\"x.position[1]\\nvalue 7\\nadjoint 0\", shape=box, style=dashed, "
                    "color=grey];") != std::string::npos);
    CHECK(text.find("n3 [label=\"s1 = log(x.mass - x.position[0])\\nvalue nan\\nadjoint 1\", "
                    "color=red, fontcolor=red];") != std::string::npos);
    CHECK(text.find("n1 -> n3 [label=\"1\"];") != std::string::npos);
  }
  TEST_CASE("the first statement that is not finite is named with what it was given") {
    const auto f = [](const auto& x, const auto& y) {
      using std::log, std::sqrt;
      using Real = std::remove_cvref_t<decltype(x)>;
      const Real difference = x - y;
      const Real root = sqrt(difference);
      return root * 2 + x;
    };
    CHECK(tc::trace(f)(3.0, 2.0).first_not_finite().empty());
    CHECK(tc::trace(f)(1.0, 2.0).first_not_finite() ==
          "s2 = sqrt(s1) is nan, where s1 = -1 (derivative nan)");
    CHECK(
        tc::trace(f)(2.0, 2.0).first_not_finite() ==
        "s2 = sqrt(s1) is 0, but a derivative of it is not finite, where s1 = 0 (derivative inf)");
    CHECK(tc::trace(f)(std::nan(""), 2.0).first_not_finite() == "x1 is nan");
    const Eigen::VectorXd v = Eigen::Vector3d(1, 0, 2);
    CHECK(tc::trace([](const auto& x) { return x.array().log().sum(); })(v).first_not_finite().find(
              "-inf") != std::string::npos);
  }
  TEST_CASE("inputs without influence, and lost ones") {
    const auto f = [](const auto& body) {
      const double weight = tc::value(body.position[0]);                     // lost
      const int steps = body.position[1] > 2 ? 3 : 4;                        // a hard branch
      return body.mass * body.mass * weight + steps + 0 * body.position[2];  // without influence
    };
    const Body<double> body{0, {2, 2.5, 1, 5}};
    CHECK(tc::trace(f)(body).unreached_inputs() ==
          std::vector<std::string>{"x.position[0]", "x.position[1]", "x.position[3]"});
    // x.mass is 0, so that a change of the weight shows only where the mass is not.
    CHECK(tc::find_lost_inputs(f)(body) == std::vector<std::string>{"x.position[1]"});
    CHECK(tc::find_lost_inputs(f)(Body<double>{1, {2, 2.5, 1, 5}}) ==
          std::vector<std::string>{"x.position[0]", "x.position[1]"});
    CHECK(tc::find_lost_inputs([](const auto& x) { return x * x; })(0.0).empty());
  }
  TEST_CASE("what a checkpoint records in the sweep is not logged") {
    const auto graph = tc::trace([](const auto& x) {
      std::remove_cvref_t<decltype(x)> y = x * 2;
      for (int i = 0; i < 20; ++i)
        y = tc::checkpoint(
            [](const auto& z) {
              using std::sin;
              std::remove_cvref_t<decltype(z)> w = sin(z);
              return w * z + 1;
            },
            y);
      return y;
    })(0.5);
    CHECK(graph.nodes.size() == 22);  // the input, the product, a node a checkpoint
  }
  TEST_CASE("blocks are nodes of their own, with the inputs they take as operands") {
    const auto square_of = [](const auto& z) {
      std::remove_cvref_t<decltype(z)> w = z * z;
      return w;
    };
    const auto operands_of = [](const tc::trace_graph& graph, const tc::traced_node& node) {
      std::string names;
      for (const auto& operand : node.operands) names += graph.nodes[operand.node].name + " ";
      return names;
    };
    SUBCASE("a checkpoint, and one in another") {
      const auto graph = tc::trace([square_of](const auto& x, const auto& y) {
        const auto outer = [square_of](const auto& z) { return tc::checkpoint(square_of, z) * z; };
        const auto first = tc::checkpoint(outer, x);
        const auto second = tc::checkpoint(square_of, y);
        return first * y + second;
      })(2.0, 3.0);
      REQUIRE(graph.nodes.size() == 5);
      CHECK(graph.value == 33);
      CHECK(graph.nodes[0].adjoint == 36);
      CHECK(graph.nodes[2].value == 8);
      CHECK(graph.nodes[2].adjoint == 3);
      CHECK(operands_of(graph, graph.nodes[2]) == "x1 ");
      CHECK(operands_of(graph, graph.nodes[3]) == "x2 ");
      CHECK(operands_of(graph, graph.nodes[4]) == "s1 x2 s2 ");
      CHECK(graph.unreached_inputs().empty());
    }
    SUBCASE("a captured variable is an operand too") {
      const auto graph = tc::trace([](const auto& x, const auto& y) {
        return tc::checkpoint([x](const auto& z) { return z * x; }, y) + 1;
      })(2.0, 3.0);
      CHECK(operands_of(graph, graph.nodes[2]) == "x1 x2 ");
      CHECK(graph.unreached_inputs().empty());
    }
    SUBCASE("preaccumulated, several results") {
      const auto graph = tc::trace([](const auto& x, const auto& y) {
        const auto both = tc::preaccumulate(
            [](const auto& a, const auto& b) {
              using Real = std::remove_cvref_t<decltype(a)>;
              return std::vector<Real>{a * b, a + b};
            },
            x, y);
        return both[0] * 10 + both[1];
      })(2.0, 3.0);
      REQUIRE(graph.nodes.size() == 4);
      CHECK(graph.nodes[2].elements == 2);
      CHECK(graph.nodes[2].value == 6);
      CHECK(operands_of(graph, graph.nodes[2]) == "x1 x2 ");
      CHECK(operands_of(graph, graph.nodes[3]) == "s1 ");
      CHECK(graph.nodes[0].adjoint == 31);
    }
    SUBCASE("a derivative of one's own") {
      const auto graph = tc::trace([](const auto& x) {
        const auto cube =
            tc::custom_vjp([](const auto& z) { return z * z * z; },
                           [](const auto& z, const auto& c) { return 3 * z * z * c; });
        return cube(x) + x;
      })(2.0);
      CHECK(graph.nodes[0].adjoint == 13);
      CHECK(operands_of(graph, graph.nodes[1]) == "x ");
    }
    SUBCASE("not finite inside of a block") {
      const auto graph = tc::trace([](const auto& x) {
        return tc::checkpoint(
            [](const auto& z) {
              using std::log;
              return log(z) * 2;
            },
            x);
      })(-1.0);
      CHECK(graph.first_not_finite().find("is nan, where x = -1") != std::string::npos);
    }
    SUBCASE("lost inputs") {
      const auto f = [](const auto& x, const auto& y) {
        return tc::checkpoint([](const auto& a, const auto& b) { return a * tc::value(b); }, x, y);
      };
      CHECK(tc::find_lost_inputs(f)(2.0, 3.0) == std::vector<std::string>{"x2"});
    }
  }
  TEST_CASE("a sum that grows by a plain number") {
    const auto graph = tc::trace([](const auto& x) {
      std::remove_cvref_t<decltype(x)> y = x * x;
      y += 3;
      ++y;
      return y * x;
    })(2.0);
    CHECK(graph.value == 16);
    CHECK(named(graph, "s2").value == 7);
    CHECK(named(graph, "s3").value == 8);
    CHECK(named(graph, "s3").text == "s2 + 1");
  }
  TEST_CASE("a constant result, and no inputs") {
    const auto graph =
        tc::trace([](const auto& x) { return x.empty() ? 1.0 : 2.0; })(std::vector<double>{});
    CHECK(graph.nodes.empty());
    CHECK(graph.result == 0);
    CHECK(graph.value == 1);
    CHECK(graph.graphviz().ends_with("}\n"));
  }
}

}  // namespace test_trace
