// examples/housing.hpp -- a block of California Housing (Pace & Barry 1997, StatLib).
#pragma once

#include <tensacode/tensacode.hpp>

#include <optional>
#include <string_view>

namespace housing {

enum class Proximity { near_bay, within_an_hour, inland, near_ocean, island };
constexpr std::string_view tc_spelling(Proximity p) {
  constexpr std::string_view spellings[] = {"NEAR BAY", "<1H OCEAN", "INLAND", "NEAR OCEAN",
                                            "ISLAND"};
  return spellings[static_cast<int>(p)];
}

struct Block {
  double longitude, latitude;
  int housing_median_age, total_rooms;
  std::optional<int> total_bedrooms;
  int population, households;
  double median_income;
  Proximity ocean_proximity;
};
struct Value {
  int median_house_value;
};

TC_REFLECT(Block)
TC_REFLECT(Value)
TC_FIELD(Value, median_house_value, tc::unit("USD"))

}  // namespace housing
