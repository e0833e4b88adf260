// examples/02_monsters.cpp -- nested records as they come: lists, maps, optionals, variants.
// Predicts the challenge rating of a D&D monster from everything else that is known of it, with no
// code about features. Run from the project's root: 02_monsters [folder of the data set]
#include "monster.hpp"

#include <cstdio>
#include <sstream>

using namespace monster;
using Row = std::pair<Monster, Rating>;

int main(int argc, char** argv) try {
  const std::string folder = argc > 1 ? argv[1] : "examples/data/monsters5e";
  const auto monsters = tc::read_jsonl<Monster>(folder + "/data.jsonl");
  const auto ratings = tc::read_jsonl<Rating>(folder + "/data.jsonl");

  std::vector<Row> train, test;
  std::istringstream split(tc::read_file(folder + "/split.txt"));
  for (std::size_t i = 0; i < monsters.size(); ++i) {
    std::string part;
    split >> part;
    (part == "test" ? test : train).emplace_back(monsters[i], ratings[i]);
  }

  std::printf("One record, as JSON: %s...\n\n", tc::to_json(monsters[0]).substr(0, 300).c_str());

  tc::model<Monster, Rating> model{{.seed = 1}};
  const auto fitted = model.fit(train, {.validation = 0.15, .progress = true});
  std::printf("trained on %zu monsters in %.1f s\n\n%s\n", fitted.rows, fitted.seconds,
              model.evaluate(test).to_text().c_str());

  std::printf("%-24s  true  predicted\n", "monster");
  for (std::size_t i = 0; i < 8; ++i) {
    const auto belief = model.predict(test[i].first);
    std::printf("%-24s %5.2f  %5.2f +- %.2f\n", test[i].first.name.c_str(),
                test[i].second.challenge_rating, belief.most_likely.challenge_rating,
                belief["challenge_rating"].deviation());
  }

  // An engine learns the same records from themselves; similarity compares what it encodes.
  tc::engine engine;
  tc::engine_scope scope(engine);
  engine.fit(monsters, {.training = {.steps = 200}});
  std::size_t nearest = 1;
  for (std::size_t i = 2; i < monsters.size(); ++i)
    if (tc::similarity(monsters[0], monsters[i]) > tc::similarity(monsters[0], monsters[nearest]))
      nearest = i;
  std::printf("\nmost similar to the %s: the %s (%.3f)\n", monsters[0].name.c_str(),
              monsters[nearest].name.c_str(), tc::similarity(monsters[0], monsters[nearest]));
  return 0;
} catch (const tc::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
