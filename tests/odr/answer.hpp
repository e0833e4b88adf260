// tests/odr/answer.hpp -- what each of the three compiles: the umbrella and some of its use.
#pragma once

#include <tensacode/tensacode.hpp>

#include "shared.hpp"

TC_REFLECT(odr_point)

inline std::string answer() {
  return tc::to_json(odr_point{}) + " " + std::to_string(tc::schema_hash<odr_point>());
}
