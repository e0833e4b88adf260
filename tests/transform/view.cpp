// tests/transform/view.cpp -- gradients by plain structs, through views addressed by member
// pointer.
#include <tensacode/transform/transform.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_view {

struct Spin {
  double rate = 0;
  float phase = 0;
};
struct Engine {
  double power = 0;
  std::vector<double> gears;
};
struct Car {
  std::string name;
  double mass = 0;
  int seats = 0;
  double drag = 0;
  Engine engine;
  Eigen::Vector2d position;
  double unused = 5;
};

TEST_SUITE("transform/view") {
  TEST_CASE("a plain struct: numbers, nested structs, containers, matrices, other fields") {
    const auto f = [](const auto& car) {
      const auto& engine = car[&Car::engine];
      return car[&Car::mass] * car[&Car::drag] * car[&Car::seats] +
             engine[&Engine::power] * engine[&Engine::gears][1] + car[&Car::position].squaredNorm();
    };
    const Car car{"red", 2, 4, 3, {10, {1, 5}}, {1, 2}, 5};
    const auto [value, g] = tc::value_and_grad(f)(car);
    static_assert(std::is_same_v<decltype(g), const Car>);
    CHECK(value == 24 + 50 + 5);
    CHECK(g.name == "red");
    CHECK(g.seats == 4);
    CHECK(g.mass == 12);
    CHECK(g.drag == 8);
    CHECK(g.engine.power == 5);
    CHECK(g.engine.gears == std::vector<double>{0, 10});
    CHECK(g.position == Eigen::Vector2d(2, 4));
    CHECK(g.unused == 0);
    CHECK(tc::check_gradient(f, car) < 1e-8);
  }
  TEST_CASE("a vector of plain structs, beside a number") {
    const auto f = [](const auto& engines, auto scale) {
      auto total = scale * 0.0;
      decltype(scale) sum = total;
      for (const auto& e : engines) sum += scale * e[&Engine::power] * e[&Engine::power];
      return sum;
    };
    const auto [engines, scale] = tc::grad(f)(std::vector<Engine>{{1, {}}, {3, {7}}}, 2.0);
    CHECK(engines[0].power == 4);
    CHECK(engines[1].power == 12);
    CHECK(engines[1].gears == std::vector<double>{0});
    CHECK(scale == 10);
  }
}

}  // namespace test_view
