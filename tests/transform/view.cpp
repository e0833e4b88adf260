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

struct Wheel {
  double rate = 0, phase = 0;
};
struct Atom {
  double mass = 0;
  double position[3] = {};
  double tilt[2][2] = {};
  int number[2] = {};
  Wheel wheels[2] = {};
  double charges[2] = {};
};
TC_FIELD(Atom, charges, tc::ignore)

TEST_SUITE("transform/view") {
  TEST_CASE("C arrays of numbers, of arrays, of structs, of integers; an ignored one") {
    const auto f = [](const auto& atom) {
      const auto& x = atom[&Atom::position];
      const auto& tilt = atom[&Atom::tilt];
      return atom[&Atom::mass] * x[0] * x[2] * atom[&Atom::number][1] * atom.value().charges[1] +
             atom[&Atom::wheels][1][&Wheel::rate] * x[1] + tilt[1][0] * tilt[0][1];
    };
    const Atom atom{2, {3, 4, 5}, {{1, 6}, {7, 2}}, {8, 9}, {{1, 2}, {10, 3}}, {1, 0.5}};
    const auto check = [](const Atom& g) {
      CHECK(g.mass == 3 * 5 * 9 * 0.5);
      CHECK(g.position[0] == 2 * 5 * 9 * 0.5);
      CHECK(g.position[1] == 10);
      CHECK(g.position[2] == 2 * 3 * 9 * 0.5);
      CHECK(g.tilt[1][0] == 6);
      CHECK(g.tilt[0][1] == 7);
      CHECK(g.tilt[0][0] == 0);
      CHECK(g.number[1] == 9);
      CHECK(g.wheels[0].rate == 0);
      CHECK(g.wheels[1].rate == 4);
    };
    const auto [value, g] = tc::value_and_grad(f)(atom);
    CHECK(value == 135 + 40 + 42);
    check(g);
    CHECK_THROWS_AS(tc::grad([](const auto& a) { return a[&Atom::charges][0]; })(atom),
                    tc::argument_error);
    check(tc::vjp(f)(atom).pullback(1.0));
    Atom direction{};
    direction.position[1] = 1;
    direction.tilt[1][0] = 1;
    CHECK(tc::jvp(f)(atom, direction).tangent == 16);
    CHECK(tc::hvp(f)(atom, direction).wheels[1].rate == 1);
    CHECK(tc::jacobian(f)(atom).cols() == 12);
    CHECK(tc::check_gradient(f, atom) < 1e-8);
  }
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
