// One struct to JSON and back.
#include <tensacode/io/json.hpp>

#include <string>
#include <vector>

struct Shop {
  double distance;
  bool open;
  std::vector<std::string> names;
};
TC_REFLECT(Shop)

std::string write(const Shop& shop) { return tc::to_json(shop); }
Shop read(const std::string& text) { return tc::from_json<Shop>(text); }
