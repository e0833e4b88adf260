#include <tensacode/ops/ops.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace test_ops {

enum class Breed { poodle, beagle, husky };
struct Dog {
  Breed breed = Breed::poodle;
  std::optional<int> chip;
  std::string name;
  std::vector<int> walks;
  bool operator==(const Dog&) const = default;
};
struct Cat {
  double weight = 0;
};

std::vector<Dog> dogs(std::size_t count, std::uint64_t seed = 1) {
  static const std::vector<std::string> names{"Rex", "Bella", "Fido", "Luna", "Max"};
  tc::random_stream random{tc::random_key(seed)};
  std::vector<Dog> result(count);
  for (auto& dog : result) {
    dog.breed = Breed(random.below(3));
    if (random.below(2)) dog.chip = static_cast<int>(random.below(5));
    dog.name = names[random.below(5)];
    dog.walks.resize(random.below(4));
    for (auto& walk : dog.walks) walk = static_cast<int>(random.below(3));
    // The encoder pools elements, and does not see their order.
    std::sort(dog.walks.begin(), dog.walks.end());
  }
  return result;
}

TEST_SUITE("ops/ops") {
  TEST_CASE("equal objects have similarity exactly 1; it is symmetric and within [0, 1]") {
    tc::engine engine;
    const tc::engine_scope scope(engine);
    const auto some = dogs(20);
    for (const auto& a : some) {
      CHECK(tc::similarity(a, Dog(a)) == 1);
      for (const auto& b : some) {
        const double s = tc::similarity(a, b);
        CHECK((s >= 0 && s <= 1));
        CHECK(s == tc::similarity(b, a));
      }
    }
    CHECK(tc::similarity(Cat{3}, Cat{3}) == 1);  // has no ==
    CHECK(tc::similarity(Cat{3}, Cat{4}) < 1);
  }
  TEST_CASE("objects of two types compare, symmetrically") {
    tc::engine engine;
    const tc::engine_scope scope(engine);
    const double s = tc::similarity(Cat{3}, dogs(1)[0]);
    CHECK((s >= 0 && s <= 1));
    CHECK(s == tc::similarity(dogs(1)[0], Cat{3}));
  }
  TEST_CASE("latents have the engine's width, and others are refused") {
    tc::engine engine({.width = 12});
    const tc::engine_scope scope(engine);
    const tc::vector latent = tc::encode(dogs(1)[0]);
    CHECK(latent.values.size() == 12);
    CHECK(tc::enum_index(tc::decode<Dog>(latent).breed).has_value());
    CHECK_THROWS_WITH_AS(tc::decode<Dog>(tc::vector{Eigen::VectorXd::Zero(5)}),
                         "decode: the latent has 5 numbers, this engine's have 12",
                         tc::shape_error);
    CHECK_THROWS_AS(tc::decode<Dog>(tc::vector{}), tc::shape_error);
    CHECK_THROWS_AS(tc::engine({.width = 0}), tc::argument_error);
  }
  TEST_CASE("scopes nest, and the default engine is back behind them") {
    const auto width = [] { return tc::encode(Cat{1}).values.size(); };
    tc::engine outer({.width = 3}), inner({.width = 5});
    CHECK(width() == 64);
    {
      const tc::engine_scope first(outer);
      CHECK(width() == 3);
      {
        const tc::engine_scope second(inner);
        CHECK(width() == 5);
      }
      CHECK(width() == 3);
    }
    CHECK(width() == 64);
    CHECK(&tc::current_engine() != &outer);
  }
  TEST_CASE("decisions go to the engine in scope") {
    tc::engine engine;
    const tc::engine_scope scope(engine);
    const auto taken = tc::decide(Cat{1}, "feed");
    CHECK(taken.probabilities.size() == 2);
    engine.feedback(taken, 1);
    CHECK(tc::choose(Cat{1}, 3, "toy").probabilities.size() == 3);
    CHECK(engine.improve().size() == 2);
  }
  TEST_CASE("after a fit, most objects come back from their latents") {
    tc::engine engine;
    const tc::engine_scope scope(engine);
    const auto seen = dogs(400);
    const auto result = engine.fit(seen);
    MESSAGE("fit: " << result.epochs << " epochs");
    std::size_t breed = 0, chip = 0, name = 0, walks = 0, all = 0;
    for (const auto& dog : seen) {
      const Dog back = tc::decode<Dog>(tc::encode(dog));
      breed += back.breed == dog.breed;
      chip += back.chip == dog.chip;
      name += back.name == dog.name;
      walks += back.walks == dog.walks;
      all += back == dog;
    }
    MESSAGE("of 400: breed " << breed << ", chip " << chip << ", name " << name << ", walks "
                             << walks << ", all " << all);
    CHECK(breed >= 396);
    CHECK(chip >= 380);
    CHECK(name >= 380);
    CHECK(walks >= 380);
    CHECK(all >= 360);
    CHECK_THROWS_AS(engine.fit(std::vector<Dog>{}), tc::argument_error);
  }
}

}  // namespace test_ops
