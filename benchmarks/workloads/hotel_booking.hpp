// benchmarks/workloads/hotel_booking.hpp -- how many rooms to sell to whom?
// The task is "Hotel Revenue Management with Booking Limits" of the SimOpt library (Pasupathy &
// Henderson 2006; Eckman, Henderson & Shashaani 2023, INFORMS Journal on Computing 35), which is
// the hotel benchmark of Kreikemeyer & Andelfinger 2023, IEEE Access 11, too. Written anew from
// SimOpt's description: 56 products for a week (day of arrival, nights up to Sunday's, rack or
// discount rate), each asked for by a stationary Poisson process from a week before until 3 at
// night after the arrival; a request is accepted if the product's booking limit is positive, and
// then lowers the limits of all products that share a night by one. Chosen here are: limits are
// numbers that need not be whole, one above the number of rooms is cut to it, and losses are minus
// the revenue. So published numbers are only loosely comparable.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/control/control.hpp>
#include <tensacode/core/random.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace workloads {

struct hotel_booking {
  static constexpr std::size_t days = 7, products = 56;
  static constexpr double rooms = 100, rack_rate = 200, discount_rate = 100;

  struct product {
    std::size_t arrival, departure;  // a stay from Monday to Tuesday is 0, 1
    double price;                    // of the stay
    double requests_an_hour, first_hour = -168, last_hour;
  };

  /// By arrival, then by length, rack rate before discount.
  static const std::array<product, products>& offered() {
    static const std::array<product, products> all = [] {
      constexpr std::array requests_a_week{1.0, 2.0, 3.0, 2.0, 1.0, 0.5, 0.25};  // by nights
      std::array<product, products> list{};
      std::size_t next = 0;
      for (std::size_t arrival = 0; arrival < days; ++arrival)
        for (std::size_t nights = 1; arrival + nights <= days; ++nights)
          for (const double rate : {rack_rate, discount_rate})
            list[next++] = {.arrival = arrival,
                            .departure = arrival + nights,
                            .price = rate * static_cast<double>(nights),
                            .requests_an_hour = requests_a_week[nights - 1] / 168,
                            .last_hour = std::min(27 + 24 * static_cast<double>(arrival), 168.0)};
      return list;
    }();
    return all;
  }

  /// The products that are asked for, in the order of the requests.
  static std::vector<std::size_t> requests(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}};
    std::vector<std::pair<double, std::size_t>> by_hour;
    for (std::size_t i = 0; i < products; ++i) {
      const product& asked = offered()[i];
      const auto wait = [&] { return -std::log1p(-random.uniform()) / asked.requests_an_hour; };
      double hour = asked.first_hour + wait();
      while (hour < asked.last_hour) {
        by_hour.emplace_back(hour, i);
        hour += wait();
      }
    }
    std::sort(by_hour.begin(), by_hour.end());
    std::vector<std::size_t> order;
    order.reserve(by_hour.size());
    for (const auto& [hour, asked] : by_hour) order.push_back(asked);
    return order;
  }

  /// Minus the revenue.
  template <class Number>
  static Number cost(std::span<const Number> limit, const std::vector<std::size_t>& asked) {
    using std::min, tc::min;
    // A limit falls by one for each guest whose stay shares a night: those are all guests but who
    // leave before this product's arrival and who arrive after its departure.
    std::array<Number, days + 1> left_by, arrive_from;
    left_by.fill(Number(0)), arrive_from.fill(Number(0));
    Number guests = 0, revenue = 0;
    for (const std::size_t i : asked) {
      const product& stay = offered()[i];
      const Number rest = min(limit[i], Number(rooms)) -
                          (guests - left_by[stay.arrival] - arrive_from[stay.departure]);
      const Number accepted =
          tc::if_(rest > 0, [] { return Number(1); }, [] { return Number(0); }, "request");
      guests += accepted;
      revenue += accepted * stay.price;
      for (std::size_t day = stay.departure; day <= days; ++day) left_by[day] += accepted;
      for (std::size_t day = 0; day <= stay.arrival; ++day) arrive_from[day] += accepted;
    }
    return Number(-revenue);
  }

  /// The crisp program.
  static double crisp(const Eigen::VectorXd& limit, std::uint64_t seed) {
    return cost<double>({limit.data(), products}, requests(seed));
  }

  /// The same start for every estimator: uniform in (0, 20).
  static Eigen::VectorXd start(std::uint64_t seed) {
    tc::random_stream random{tc::random_key{seed}.split(1)};
    return Eigen::VectorXd::NullaryExpr(products, [&] { return 20 * random.uniform(); });
  }
};

}  // namespace workloads
