// tests/tree/partition.cpp -- some numbers of an object as a vector of their own, and back.
#include <tensacode/core/random.hpp>
#include <tensacode/transform/transform.hpp>
#include <tensacode/tree/tree.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace test_partition {

template <class Real>
struct Body {
  Real mass{};
  Eigen::Matrix<Real, 2, 1> position = Eigen::Matrix<Real, 2, 1>::Zero();
};
struct Settings {
  double rate = 0;
  double limit = 0;
};
template <class Real>
struct World {
  std::string name;
  std::vector<Body<Real>> bodies;
  std::map<std::string, Real> constants;
  std::optional<Real> drag;
  Settings settings;
  std::unique_ptr<Real> owned;
};
World<double> world() {
  World<double> made;
  made.name = "two";
  made.bodies = {{1, {2, 3}}, {4, {5, 6}}};
  made.constants = {{"big g", 7}, {"c", 8}};
  made.settings = {9, 10};
  made.owned = std::make_unique<double>(11);
  return made;
}

struct Layer {
  double weight = 1;
  double bias = 2;
};
struct Network {
  Layer first, second;
};
TC_REFLECT(Network)
TC_FIELD(Network, first, tc::frozen)

struct Hidden {
  double x = 1;
  double cached = 2;
};
TC_REFLECT(Hidden)
TC_FIELD(Hidden, cached, tc::ignore)

struct Node {
  double x = 0;
  std::shared_ptr<Node> next;
};

std::string why(const auto& f) {
  try {
    f();
  } catch (const tc::error& error) {
    return error.what();
  }
  return "nothing thrown";
}

using numbers = std::vector<double>;

numbers chosen(const auto& tree, const auto& which) { return tc::partition(tree, which).selected; }

TEST_SUITE("tree/partition") {
  TEST_CASE("a pattern chooses what it matches and all below it") {
    const auto w = world();
    CHECK(chosen(w, "bodies[*].mass") == numbers{1, 4});
    CHECK(chosen(w, "bodies[1]") == numbers{4, 5, 6});
    CHECK(chosen(w, "bodies[*].position") == numbers{2, 3, 5, 6});
    CHECK(chosen(w, "constants[\"big g\"]") == numbers{7});
    CHECK(chosen(w, tc::glob("settings")) == numbers{9, 10});
    CHECK(chosen(w, tc::path("settings.rate")) == numbers{9});
    CHECK(chosen(w, std::string("**.rate")) == numbers{9});
    CHECK(chosen(w, "owned") == numbers{11});
    CHECK(chosen(w, "") == tc::flatten(w));
    CHECK(chosen(w, "**") == tc::flatten(w));
    CHECK(chosen(w, "drag").empty());
    CHECK(chosen(w, "name").empty());
    CHECK(tc::partition<"bodies[*].mass">(w).selected == numbers{1, 4});
    CHECK_THROWS_AS(tc::partition(w, "bodies["), tc::argument_error);
  }
  TEST_CASE("a predicate is asked for the path of each number") {
    const auto w = world();
    std::vector<std::string> asked;
    const auto [selected, rest] = tc::partition(w, [&](const tc::path& where) {
      asked.push_back(where.text());
      return where.text().find("position") != std::string::npos;
    });
    CHECK(selected == numbers{2, 3, 5, 6});
    CHECK(asked[0] == "bodies[0].mass");
    CHECK(asked.size() == 9);  // a matrix is asked for once
  }
  TEST_CASE("what is parted is combined again") {
    const auto w = world();
    tc::random_stream random{tc::random_key(1)};
    for (int round = 0; round < 50; ++round) {
      const auto any = [&](const tc::path&) { return random.below(2) == 1; };
      auto [selected, rest] = tc::partition(w, any);
      CHECK(tc::equal(tc::combine(selected, rest), w));
      for (double& x : selected) x += 100;
      const auto moved = tc::combine(selected, rest);
      const auto before = tc::flatten(w), after = tc::flatten(moved);
      std::size_t changed = 0;
      for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK(after[i] == before[i] + (rest.selected[i] ? 100 : 0));
        changed += after[i] != before[i];
      }
      CHECK(changed == selected.size());
      CHECK(*w.owned == 11);
    }
  }
  TEST_CASE("numbers of another type give the tree over it") {
    const auto [selected, rest] = tc::partition(world(), "bodies[*]");
    std::vector<tc::var> variables(selected.begin(), selected.end());
    const auto lifted = tc::combine(variables, rest);
    static_assert(std::is_same_v<decltype(lifted), const World<tc::var>>);
    CHECK(tc::value(lifted.bodies[1].position[0]) == 5);
    CHECK(tc::value(lifted.constants.at("c")) == 8);
    CHECK(lifted.settings.rate == 9);
    CHECK(lifted.name == "two");
    // Of floating-point numbers the tree is what it was.
    static_assert(std::is_same_v<decltype(tc::combine(std::vector<float>{}, rest)), World<double>>);
    const std::array<double, 6> given{6, 5, 4, 3, 2, 1};
    CHECK(tc::combine(given, rest).bodies[1].mass == 3);
    CHECK(tc::combine(Eigen::VectorXd(Eigen::VectorXd::Constant(6, 2)), rest).bodies[1].mass == 2);
  }
  TEST_CASE("the gradient with respect to the chosen numbers only") {
    const auto energy = [](const auto& w) {
      std::remove_cvref_t<decltype(w.bodies[0].mass)> sum = 0;
      for (const auto& body : w.bodies) sum += body.mass * body.position.squaredNorm();
      return sum + w.constants.at("c") * w.settings.rate;
    };
    const auto parts = tc::partition(world(), "bodies[*].mass");
    const auto of_masses = [&energy, &parts](const auto& masses) {
      const auto w = tc::combine(masses, parts.rest);
      return std::remove_cvref_t<decltype(w.bodies[0].mass)>(energy(w));
    };
    const auto [value, gradient] = tc::value_and_grad(of_masses)(parts.selected);
    CHECK(value == 13 + 4 * 61 + 72);
    CHECK(gradient == numbers{13, 61});
    CHECK(tc::check_gradient(of_masses, parts.selected) < 1e-8);
    // As a matrix, too.
    const Eigen::VectorXd vector = Eigen::Map<const Eigen::VectorXd>(parts.selected.data(), 2);
    CHECK(tc::grad(of_masses)(vector) == Eigen::Vector2d(13, 61));
  }
  TEST_CASE("frozen fields and all below them are never chosen") {
    const Network network;
    CHECK(chosen(network, "**") == numbers{1, 2});
    CHECK(chosen(network, "first.weight").empty());
    const auto [selected, rest] =
        tc::partition(network, [](const tc::path& where) { return where.text() != "x"; });
    CHECK(rest.selected == std::vector<bool>{false, false, true, true});
    CHECK(tc::combine(numbers{5, 6}, rest).second.bias == 6);
    CHECK(tc::combine(numbers{5, 6}, rest).first.bias == 2);
  }
  TEST_CASE("ignored fields are passed by, and kept") {
    Hidden object;
    object.cached = 7;
    const auto [selected, rest] = tc::partition(object, "**");
    CHECK(selected == numbers{1});
    CHECK(tc::combine(numbers{3}, rest).cached == 7);
  }
  TEST_CASE("a wrong count, and a number that cannot change its type, are errors") {
    const auto rest = tc::partition(world(), "bodies[*].mass").rest;
    CHECK(why([&] { tc::combine(numbers{1}, rest); }) ==
          "combine: more numbers were chosen than the 1 given");
    CHECK(why([&] { tc::combine(numbers{1, 2, 3}, rest); }) ==
          "combine: 2 numbers were chosen, got 3");
    CHECK_THROWS_AS(tc::combine(numbers{}, rest), tc::shape_error);
    auto other = rest.selected;
    other.pop_back();
    CHECK_THROWS_AS(tc::combine(numbers{1, 2}, (tc::unselected<std::vector<double>>{{1.0}, other})),
                    tc::shape_error);
    const auto fixed = tc::partition(world(), "settings.limit").rest;
    CHECK(why([&] { tc::combine(std::vector<tc::var>{1}, fixed); }) ==
          "combine: 'settings.limit' is chosen, but is no number of a struct template and stays a "
          "double");
    auto node = std::make_shared<Node>();
    node->next = node;
    CHECK(why([&] { tc::partition(*node, "**"); }).starts_with("partition: the object contains"));
    node->next = nullptr;
  }
  TEST_CASE("objects without numbers have nothing to choose") {
    const auto [selected, rest] = tc::partition(std::vector<double>{}, "**");
    CHECK(selected.empty());
    CHECK(tc::combine(selected, rest).empty());
    CHECK(tc::combine(numbers{}, tc::partition(std::string("text"), "**").rest) == "text");
  }
}

}  // namespace test_partition
