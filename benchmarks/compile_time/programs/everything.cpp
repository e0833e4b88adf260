// What the umbrella header offers, each once: files, a model's whole life, an engine, gradients and
// a branch.
#include <tensacode/tensacode.hpp>

#include <string>
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
using Row = std::pair<Shop, Choice>;

double everything(const std::string& folder) {
  const auto rows = tc::read_csv<Row>(folder + "/rows.csv");
  tc::model<Shop, Choice> model;
  model.fit(rows);
  const auto report = model.evaluate(rows);
  model.save(folder + "/m.safetensors");
  const auto again = tc::model<Shop, Choice>::load(folder + "/m.safetensors");
  const auto plugin = again.compile(folder + "/m.so");
  const Shop shop = tc::from_json<Shop>(tc::to_json(rows[0].first));
  const double belief = plugin.predict(shop)["visit"].probability("true");

  tc::engine engine{{.width = 8, .seed = 1}};
  const tc::engine_scope scope(engine);
  const std::vector<Shop> shops{shop, rows[1].first};
  engine.fit(shops);
  const double near = tc::similarity(shops[0], shops[1]);
  const Shop decoded = tc::decode<Shop>(tc::encode(shop));
  const auto decision = tc::decide(shop, "go");
  engine.feedback(decision, 1.0);
  engine.improve();

  const tc::control_scope gated{tc::gate{.temperature = 0.1}};
  auto f = [](auto x) { return tc::if_(x < 0.5, [&] { return x * x; }, [&] { return 2 * x; }); };
  const auto [value, gradient] = tc::value_and_grad(f)(near);
  return value + gradient + belief + decoded.distance + report["visit"].accuracy;
}
