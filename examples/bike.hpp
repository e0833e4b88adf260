// examples/bike.hpp -- an hour of UCI Bike Sharing (Fanaee-T & Gama 2013, CC BY 4.0).
#pragma once

#include <tensacode/tensacode.hpp>

#include <chrono>

namespace bike {

enum class Season { winter, spring, summer, fall };
enum class Weather { clear, mist, light_precip, heavy_precip };

struct Hour {
  std::chrono::local_time<std::chrono::minutes> time;
  Season season;
  bool holiday, workingday;
  Weather weather;
  double temp, atemp, humidity, windspeed;
};
struct Rentals {
  int casual, registered, count;
};

TC_REFLECT(Hour)
TC_REFLECT(Rentals)
TC_FIELD(Hour, weather, tc::ordinal)

}  // namespace bike
