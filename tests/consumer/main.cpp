// tests/consumer/main.cpp -- the program of a user who knows TensaCode's umbrella header only.
#include <tensacode/tensacode.hpp>

#include <cstdio>
#include <optional>
#include <string>
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

int main() {
  const person original{.age = 41.5, .nick = "Ann", .home = {"Elm Street", 1234}, .scores = {3, 1}};
  const std::string text = tc::to_json(original);
  const person again = tc::from_json<person>(text);
  const bool same = again.age == original.age && again.nick == original.nick &&
                    again.home.street == original.home.street &&
                    again.home.zip == original.home.zip && again.scores == original.scores;
  std::printf("%s %s\n", text.c_str(), same ? "same" : "different");
  return same ? 0 : 1;
}
