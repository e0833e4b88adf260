// A model that is fitted and asked.
#include <tensacode/tensacode.hpp>

#include <utility>
#include <vector>

struct Shop {
  double distance;
  bool open;
};
struct Choice {
  bool visit;
};
TC_REFLECT(Shop)
TC_REFLECT(Choice)

bool visit(const std::vector<std::pair<Shop, Choice>>& past, const Shop& shop) {
  tc::model<Shop, Choice> model;
  model.fit(past);
  return model(shop).visit;
}
