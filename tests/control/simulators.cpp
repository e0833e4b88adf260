// tests/control/simulators.cpp -- the programs that benchmarks/control_tasks trains: their
// gradients agree with differences, and training improves the crisp program.
#include <doctest/doctest.h>

#include "../../benchmarks/workloads/air_conditioning.hpp"
#include "../../benchmarks/workloads/control_training.hpp"
#include "../../benchmarks/workloads/epidemic.hpp"
#include "../../benchmarks/workloads/hotel_booking.hpp"
#include "../../benchmarks/workloads/learning_curve.hpp"
#include "../../benchmarks/workloads/path_supervision.hpp"
#include "../../benchmarks/workloads/signal_plans.hpp"
#include "../../benchmarks/workloads/sorting_supervision.hpp"
#include "../../benchmarks/workloads/traffic_signals.hpp"

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace test_simulators {

using namespace workloads;

/// The crisp loss before and after some steps of 20 evaluations.
template <class Crisp>
std::pair<double, double> trained(const Crisp& crisp, Eigen::VectorXd p,
                                  const gradient_function& gradient, double rate, int steps) {
  const auto loss = [&] {
    double sum = 0;
    for (std::uint64_t i = 0; i < 20; ++i) sum += crisp(p, (1ULL << 40) + i);
    return sum / 20;
  };
  const double before = loss();
  adam<> optimizer(p.size(), rate);
  for (int step = 0; step < steps; ++step)
    optimizer.step(p, gradient(p, {.done = 20 * static_cast<std::uint64_t>(step), .count = 20}));
  return {before, loss()};
}

TEST_SUITE("control/simulators") {
  TEST_CASE("air conditioning: the gate's gradient is that of its value") {
    const tc::control_scope scope{tc::gate{0.5}};
    const hot_day day(3);
    CHECK(tc::check_gradient([&](const auto& p) { return air_conditioning::cost(p, day); },
                             air_conditioning::start(2)) < 1e-7);
  }
  TEST_CASE("air conditioning: straight through has the value of the crisp program") {
    const tc::control_scope scope{tc::straight_through{0.3}};
    const Eigen::VectorXd p = air_conditioning::start(6);
    const hot_day day(1);
    const auto [value, gradient] =
        tc::value_and_grad([&](const auto& q) { return air_conditioning::cost(q, day); })(p);
    CHECK(value == doctest::Approx(air_conditioning::cost(p, day)).epsilon(1e-12));
    CHECK(gradient.norm() > 0);
  }
  TEST_CASE("air conditioning: every estimator improves the crisp loss in a few steps") {
    const auto cost = [](const Eigen::VectorXd& p, std::uint64_t i) {
      return air_conditioning::cost(p, hot_day(i));
    };
    for (const auto& [gradient, rate, factor] :
         {std::tuple(air_conditioning_gradient(tc::straight_through{1}), 0.05, 0.7),
          std::tuple(air_conditioning_gradient(tc::gate{0.3}), 0.05, 0.7),
          std::tuple(air_conditioning_score(tc::score_function{0.3}), 0.01, 0.95),
          std::tuple(smoothing_gradient(cost, 0.2, false), 0.05, 0.95),
          std::tuple(smoothing_gradient(cost, 0.2, true), 0.05, 0.95)}) {
      const auto [before, after] = trained(cost, air_conditioning::start(3), gradient, rate, 60);
      CHECK(after < factor * before);
    }
  }
  TEST_CASE("traffic signals: values and gradients of the relaxed program") {
    const traffic_signals city{.side = 3, .steps = 32};
    const traffic_signals::drivers who(city, 5);
    const Eigen::VectorXd start = city.start(2);
    const std::vector<double> offset(start.begin(), start.end());
    const auto relaxed = [&](const auto& p) {
      return city.cost(std::span(p.data(), p.size()), who);
    };
    CHECK(city(start, 5) < 0);
    CHECK(std::floor(city(start, 5)) == city(start, 5));
    {
      const tc::control_scope scope{tc::straight_through{0.2}};
      CHECK(tc::value_and_grad(relaxed)(offset).value == city(start, 5));
    }
    const tc::control_scope scope{tc::gate{0.3}};
    CHECK(tc::check_gradient(relaxed, offset) < 1e-6);
  }
  TEST_CASE("traffic signals: every estimator improves the crisp loss in a few steps") {
    const traffic_signals city{.side = 3, .steps = 60};
    const auto relaxed = [city](std::span<const tc::var> offset, std::uint64_t seed) {
      return city.cost(offset, traffic_signals::drivers(city, seed));
    };
    // Smoothing 9 parameters by 20 evaluations a step gets less far.
    for (const auto& [gradient, factor] :
         {std::pair(relaxed_gradient(relaxed, tc::gate{0.2}), 1.03),
          std::pair(relaxed_gradient(relaxed, tc::straight_through{0.2}), 1.03),
          std::pair(paired_smoothing_gradient(city, 0.2), 1.005),
          std::pair(smoothing_gradient(city, 0.2, false), 1.005)}) {
      const auto [before, after] = trained(city, city.start(1), gradient, 0.1, 15);
      CHECK(after < factor * before);
    }
  }
  TEST_CASE("signal plans: lanes lead where a driver would expect") {
    const signal_plans city{.side = 4};
    using city_type = signal_plans;
    // Straight on around the grid and back; left and then right, which is one lane aside.
    for (std::size_t from = 0; from < city.lanes(); ++from) {
      std::size_t around = from;
      for (std::size_t i = 0; i < city.side; ++i) around = city.next_lane(around, city_type::none);
      CHECK(around == from);
      std::size_t circle = from;
      for (int i = 0; i < 4; ++i) circle = city.next_lane(circle, city_type::left);
      CHECK(circle == from);
      for (int i = 0; i < 4; ++i) circle = city.next_lane(circle, city_type::right);
      CHECK(circle == from);
    }
    CHECK(city.next_lane(city.lane(1, 1, city_type::east), city_type::none) ==
          city.lane(1, 2, city_type::east));
    CHECK(city.next_lane(city.lane(1, 1, city_type::south), city_type::right) ==
          city.lane(1, 1, city_type::west));
  }
  TEST_CASE("signal plans: values and gradients of the relaxed program") {
    const signal_plans city{.side = 4};
    const signal_plans::vehicles who(city, 5);
    const Eigen::VectorXd start = city.start(2);
    const std::vector<double> signal(start.begin(), start.end());
    const auto relaxed = [&](const auto& p) {
      return city.cost(std::span(p.data(), p.size()), who);
    };
    CHECK(city(start, 5) < 0);
    CHECK(city(city.green_wave(), 5) < city(start, 5));
    {
      const tc::control_scope scope{tc::straight_through{0.3}};
      CHECK(tc::value_and_grad(relaxed)(signal).value == city(start, 5));
    }
    const tc::control_scope scope{tc::gate{0.3}};
    CHECK(tc::check_gradient(relaxed, signal) < 1e-6);
  }
  TEST_CASE("signal plans: every estimator improves the crisp loss in a few steps") {
    const signal_plans city{.side = 4};
    const auto relaxed = [city](std::span<const tc::var> signal, std::uint64_t seed) {
      return city.cost(signal, signal_plans::vehicles(city, seed));
    };
    for (const auto& [gradient, factor] :
         {std::pair(relaxed_gradient(relaxed, tc::gate{0.3}), 1.2),
          std::pair(relaxed_gradient(relaxed, tc::straight_through{0.3}), 1.2),
          std::pair(paired_smoothing_gradient(city, 0.5), 1.05),
          std::pair(smoothing_gradient(city, 0.5, false), 1.05)}) {
      const auto [before, after] = trained(city, city.start(1), gradient, 0.1, 20);
      CHECK(after < factor * before);
    }
  }
  TEST_CASE("hotel booking: requests lower the limits of stays that share a night") {
    // Two nights from Monday at the rack rate, from Tuesday at a discount, one from Wednesday.
    const auto& offered = hotel_booking::offered();
    const auto find = [&](std::size_t arrival, std::size_t departure, double price) {
      for (std::size_t i = 0; i < offered.size(); ++i)
        if (offered[i].arrival == arrival && offered[i].departure == departure &&
            offered[i].price == price)
          return i;
      return offered.size();
    };
    const std::size_t monday = find(0, 2, 400), tuesday = find(1, 3, 200),
                      wednesday = find(2, 3, 200);
    std::vector<double> limit(hotel_booking::products, 0);
    limit[monday] = 2, limit[tuesday] = 2, limit[wednesday] = 1;
    const auto revenue = [&](const std::vector<std::size_t>& asked) {
      return -hotel_booking::cost(std::span<const double>(limit), asked);
    };
    CHECK(revenue({monday, monday, monday}) == 800);
    CHECK(revenue({monday, monday, tuesday}) == 800);
    CHECK(revenue({monday, wednesday}) == 600);  // they share none
    CHECK(revenue({tuesday, wednesday}) == 200);
    CHECK(revenue({tuesday, monday, tuesday, monday}) == 600);
  }
  TEST_CASE("hotel booking: values and gradients of the relaxed program") {
    const Eigen::VectorXd start = hotel_booking::start(3);
    const std::vector<double> limit(start.begin(), start.end());
    const auto asked = hotel_booking::requests(4);
    const auto relaxed = [&](const auto& p) {
      return hotel_booking::cost(std::span(p.data(), p.size()), asked);
    };
    {
      const tc::control_scope scope{tc::straight_through{8}};
      CHECK(tc::value_and_grad(relaxed)(limit).value == hotel_booking::crisp(start, 4));
    }
    const tc::control_scope scope{tc::gate{8}};
    CHECK(tc::check_gradient(relaxed, limit) < 1e-6);
  }
  TEST_CASE("hotel booking: every estimator improves the crisp loss in a few steps") {
    const auto relaxed = [](std::span<const tc::var> limit, std::uint64_t seed) {
      return hotel_booking::cost(limit, hotel_booking::requests(seed));
    };
    const auto crisp = hotel_booking::crisp;
    for (const auto& [gradient, factor] :
         {std::pair(relaxed_gradient(relaxed, tc::straight_through{8}), 1.7),
          std::pair(relaxed_gradient(relaxed, tc::gate{8}), 1.7),
          std::pair(paired_smoothing_gradient(crisp, 6), 1.3),
          std::pair(smoothing_gradient(crisp, 6, false), 1.3)}) {
      const auto [before, after] = trained(crisp, hotel_booking::start(1), gradient, 2, 10);
      CHECK(after < factor * before);
    }
  }
  TEST_CASE("epidemic: values and gradients of the relaxed program") {
    const epidemic region(4, 10, 6);
    const Eigen::VectorXd start = region.start(2);
    const std::vector<double> rates(start.begin(), start.end());
    const epidemic::walk who(region, 3);
    const auto relaxed = [&](const auto& p) {
      return region.cost(std::span(p.data(), p.size()), who);
    };
    {
      const tc::control_scope scope{tc::straight_through{0.1}};
      CHECK(tc::value_and_grad(relaxed)(rates).value ==
            doctest::Approx(region(start, 3)).epsilon(1e-12));
    }
    const tc::control_scope scope{tc::gate{0.5}};
    CHECK(tc::check_gradient(relaxed, rates) < 1e-6);
  }
  TEST_CASE("epidemic: draws have the crisp program's mean, and their scores its gradient") {
    const epidemic region(1, 2, 2);  // where they meet all the time
    const std::vector<double> rates{0.3, 0.4, 0.5};
    const epidemic::walk who(region, 1);
    const auto drawn = [&](const auto& p) {
      return region.cost(std::span(p.data(), p.size()), who, epidemic::by_draw{});
    };
    // All paths, of which there are some hundreds, against their differences.
    const auto mean = [&](const std::vector<double>& p) { return tc::enumerate(drawn)(p).value; };
    const auto exact = tc::enumerate(drawn)(rates);
    for (std::size_t i = 0; i < rates.size(); ++i) {
      auto above = rates, below = rates;
      above[i] += 1e-5, below[i] -= 1e-5;
      CHECK(exact.gradient[i] == doctest::Approx((mean(above) - mean(below)) / 2e-5).epsilon(1e-6));
    }
    const auto sampled = tc::estimate(drawn, {.samples = 2000, .enumerated_paths = 0})(rates);
    CHECK(std::abs(sampled.value - exact.value) < 4 * sampled.value_error);
    for (std::size_t i = 0; i < rates.size(); ++i)
      CHECK(std::abs(sampled.gradient[i] - exact.gradient[i]) < 4 * sampled.gradient_error[i]);
    // The crisp program of many seeds, of which only the noise counts: the agents stay on one walk.
    double sum = 0, squares = 0;
    constexpr int runs = 2000;
    for (int run = 0; run < runs; ++run) {
      epidemic::walk noise(region, 100 + static_cast<std::uint64_t>(run));
      noise.location = who.location;
      const double cost = region.cost(std::span<const double>(rates), noise);
      sum += cost, squares += cost * cost;
    }
    const double deviation = std::sqrt((squares / runs - sum / runs * sum / runs) / runs);
    CHECK(std::abs(sum / runs - exact.value) < 4 * deviation);
  }
  TEST_CASE("epidemic: every estimator improves the crisp loss in a few steps") {
    const epidemic region(10, 60, 20);
    const auto noisy = [&](std::span<const tc::var> p, std::uint64_t seed) {
      return region.cost(p, epidemic::walk(region, seed));
    };
    const auto drawn = [&](const auto& p, std::uint64_t seed) {
      return region.cost(p, epidemic::walk(region, seed), epidemic::by_draw{});
    };
    const auto crisp = [&](const Eigen::VectorXd& p, std::uint64_t seed) {
      return region(p, seed);
    };
    for (const auto& gradient :
         {relaxed_gradient(noisy, tc::straight_through{0.1}), drawn_gradient(drawn),
          paired_smoothing_gradient(crisp, 0.1), smoothing_gradient(crisp, 0.1, false)}) {
      const auto [before, after] = trained(crisp, region.start(1), gradient, 0.06, 10);
      CHECK(after < 0.85 * before);
    }
  }
  TEST_CASE("learning curves: a table of every point and a picture of every run") {
    const std::vector<learning_curve> curves{{"gate", 1, {{0, 0, 3}, {20, 0.5, 2}}},
                                             {"gate", 2, {{0, 0, 4}, {20, 0.25, 1}}}};
    CHECK(curves_as_csv(curves) ==
          "estimator,seed,evaluations,seconds,loss\n\"gate\",1,0,0,3\n\"gate\",1,20,0.5,2\n"
          "\"gate\",2,0,0,4\n\"gate\",2,20,0.25,1\n");
    const std::string picture = curves_as_svg(curves, "title");
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = picture.find("<polyline", at)) != std::string::npos; ++at)
      ++lines;
    CHECK(lines == 4);
    CHECK(picture.find("nan") == std::string::npos);
  }
  TEST_CASE("sorting: statements over a batch do what branches do list by list") {
    const Eigen::Index length = 4, lists = 3;
    const Eigen::VectorXd values = Eigen::VectorXd::NullaryExpr(
        length * lists, [](Eigen::Index i) { return std::sin(2.3 * static_cast<double>(i)); });
    const auto statements = [&](const auto& v) {
      using Matrix = typename types_of<std::remove_cvref_t<decltype(v)>>::Matrix;
      return sorting_supervision::swaps(Matrix(v.reshaped(1, length * lists)), length, 3);
    };
    CHECK(tc::check_gradient(statements, values) < 1e-8);
    const auto [value, gradient] = tc::value_and_grad(statements)(values);
    double sum = 0;
    for (Eigen::Index b = 0; b < lists; ++b) {
      std::vector<double> list;
      for (Eigen::Index i = 0; i < length; ++i) list.push_back(values(i * lists + b));
      const auto one = tc::value_and_grad([](const std::vector<tc::var>& a) {
        return sorting_supervision::swaps_by_branches(a, 3);
      })(list);
      sum += one.value;
      for (Eigen::Index i = 0; i < length; ++i)
        CHECK(one.gradient[static_cast<std::size_t>(i)] / lists ==
              doctest::Approx(gradient(i * lists + b)).epsilon(1e-10));
    }
    CHECK(value == doctest::Approx(sum / lists).epsilon(1e-12));
  }
  TEST_CASE("sorting: a few steps rank more elements rightly") {
    const sorted_signals<float> test(5, 100, 1000);
    Eigen::VectorXf p = sorting_supervision::start<float>(1);
    const double before = sorting_supervision::accuracy(p, test).second;
    adam<float> optimizer(p.size(), 1e-2);
    for (std::uint64_t step = 0; step < 30; ++step) {
      const sorted_signals<float> batch(5, 50, step);
      optimizer.step(p, tc::grad(sorting_supervision::loss(batch))(p));
    }
    CHECK(sorting_supervision::accuracy(p, test).second > before + 0.1);
  }
  TEST_CASE("shortest paths: the relaxed loss has the gradient of its differences") {
    const terrain_maps maps(2, 3);
    // By the costs, since differences would cross the network's kinks.
    const auto loss = [&](const auto& cost) { return path_supervision::loss_of_costs(cost, maps); };
    CHECK(tc::check_gradient(loss, maps.cost) < 1e-7);
    // The visits of the shown path less those of the relaxed one, in the mean over two maps.
    const Eigen::MatrixXd gradient = tc::grad(loss)(maps.cost);
    CHECK(((2 * gradient - maps.path).array() < 1e-9).all());
  }
  TEST_CASE("shortest paths: a few steps find cheaper paths") {
    const terrain_maps train(20, 1), test(20, 2);
    Eigen::VectorXd p = path_supervision::start(1);
    const double before = path_supervision::accuracy(p, test).second;
    CHECK(before > 1);
    adam<> optimizer(p.size(), 1e-2);
    for (int step = 0; step < 20; ++step)
      optimizer.step(p, tc::grad(path_supervision::loss(train))(p));
    CHECK(path_supervision::accuracy(p, test).second < 1 + 0.6 * (before - 1));
  }
}

}  // namespace test_simulators
