// tests/consumer/main.cpp -- the program of a user who knows TensaCode's umbrella header only.
#include <tensacode/tensacode.hpp>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct address {
  std::string street;
  int zip;
};

struct person {
  double age;
  std::optional<std::string> nick;
  address home;
  std::vector<int> scores;
};

TC_REFLECT(address)
TC_REFLECT(person)

struct verdict {
  bool young;
};
TC_REFLECT(verdict)

bool operator==(const address& a, const address& b) {
  return a.street == b.street && a.zip == b.zip;
}
bool operator==(const person& a, const person& b) {
  return a.age == b.age && a.nick == b.nick && a.home == b.home && a.scores == b.scores;
}

int main() {
  std::vector<person> people;
  std::vector<std::pair<person, verdict>> judged;
  for (int i = 0; i < 200; ++i) {
    person p{.age = 20.0 + i % 50,
             .nick = {},
             .home = {i % 2 ? "Elm" : "Oak", 1000 + i % 4},
             .scores = {}};
    if (i % 3 == 0) p.nick = "Ann";
    for (int j = 0; j < i % 3; ++j) p.scores.push_back(j);
    judged.emplace_back(p, verdict{p.age < 45});
    people.push_back(std::move(p));
  }

  // JSON.
  std::size_t same = 0;
  for (const person& p : people) same += tc::from_json<person>(tc::to_json(p)) == p;

  // Encode, decode, compare.
  tc::engine engine{{.width = 16, .seed = 1}};
  engine.fit(people);
  const tc::engine_scope scope(engine);
  const person decoded = tc::decode<person>(tc::encode(people[7]));
  const bool close = std::abs(decoded.age - people[7].age) < 3 && decoded.nick == people[7].nick &&
                     decoded.home.street == people[7].home.street &&
                     decoded.scores.size() == people[7].scores.size();
  const double itself = tc::similarity(people[7], people[7]);

  // Train.
  tc::model<person, verdict> model;
  model.fit(judged);
  std::size_t right = 0;
  for (const auto& [who, truth] : judged) right += model(who).young == truth.young;

  std::printf("%s\njson %zu of 200, decoded %s, itself %g, right %zu of 200\n",
              tc::to_json(decoded).c_str(), same, close ? "close" : "far", itself, right);
  return same == 200 && close && itself == 1 && right >= 195 ? 0 : 1;
}
