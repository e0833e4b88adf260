// examples/09_traffic_signals.cpp -- when do the lights along a street turn green?
// Vehicles drive from light to light; at each there is one parameter, the offset of its cycle. How
// many pass does not change at all for small changes that turn no light at another step, so an
// ordinary derivative is 0. Under `tc::gate` a light is green in part while it changes, and the
// gradient finds the green wave.
#include <tensacode/tensacode.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

constexpr std::size_t lights = 8, steps = 120, travel_steps = 3;
constexpr double cycle = 16, capacity = 5;  // in steps, and in vehicles between two lights

// How often a vehicle passes a light. Written once; runs on double and on tc::var.
template <class Real>
Real vehicles_passed(const std::vector<Real>& offset) {
  using std::cos, std::min, tc::min;
  std::vector<Real> queue(lights, Real(0)), load(lights, Real(0));
  std::vector<std::vector<Real>> arriving(travel_steps, queue);  // at the queue, in so many steps
  Real passed = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    auto& now = arriving[step % travel_steps];
    for (std::size_t i = lights; i-- > 0;) {
      queue[i] += now[i];
      const Real swing = cos(3.14159265 * (2.0 * static_cast<double>(step) / cycle - offset[i]));
      const auto go = [&] {
        const Real one = min(queue[i], Real(1));
        return i + 1 == lights ? one : Real(min(one, Real(capacity - load[i + 1])));
      };
      const Real moved = tc::if_(swing > 0, go, [] { return Real(0); }, "light");
      queue[i] -= moved, load[i] -= moved, passed += moved;
      if (i + 1 < lights) load[i + 1] += moved;
      now[i] = i > 0 ? Real(0) : min(Real(step % 2), Real(capacity - load[0]));
      if (i == 0) load[0] += now[0];
      if (i + 1 < lights) now[i + 1] = moved;
    }
  }
  return passed;
}

int main() {
  std::vector<double> offset(lights);
  for (std::size_t i = 0; i < lights; ++i) offset[i] = 1 + std::sin(static_cast<double>(5 * i + 2));
  const double before = vehicles_passed(offset);
  double best = before;
  for (int step = 0; step <= 200; ++step) {
    const tc::control_scope scope{tc::gate{.temperature = 0.1}};
    const auto gradient = tc::grad([](const auto& q) { return vehicles_passed(q); })(offset);
    for (std::size_t i = 0; i < lights; ++i) offset[i] += 0.0003 * gradient[i];
    if (const double passed = vehicles_passed(offset); passed > best) best = passed;
    if (step % 20 == 0) std::printf("step %3d  passed %4.0f\n", step, vehicles_passed(offset));
  }
  return best > 1.1 * before ? 0 : 1;
}
