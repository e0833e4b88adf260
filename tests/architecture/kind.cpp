// tests/architecture/kind.cpp -- uses the kind of type that kind.patch adds: the optional of
// another library.
#include <cstdio>
#include <optional>
#include <tensacode/tensacode.hpp>
#include <utility>

namespace other {
template <class T>
class maybe {
 public:
  using value_type = T;
  maybe() = default;
  maybe(T value) : held_(std::move(value)) {}
  bool has_value() const { return held_.has_value(); }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *held_; }
  const T& operator*() const { return *held_; }
  template <class... A>
  T& emplace(A&&... a) {
    return held_.emplace(std::forward<A>(a)...);
  }
  void reset() { held_.reset(); }

 private:
  std::optional<T> held_;
};
}  // namespace other

struct Visitor {
  double age;
  other::maybe<double> height;
};
struct Answer {
  bool yes;
};
TC_REFLECT(Visitor)
TC_REFLECT(Answer)

int main() {
  const Visitor tall{30, 1.9}, unknown{40, {}};
  const std::string text = tc::to_json(tall) + tc::to_json(unknown);
  const auto again = tc::from_json<Visitor>(tc::to_json(unknown));
  std::printf("%s\n", text.c_str());
  const bool files = text == R"({"age":30,"height":1.9}{"age":40})" && !again.height &&
                     tc::flatten(tall).size() == 2;
  std::vector<std::pair<Visitor, Answer>> rows;
  for (int i = 0; i < 64; ++i) rows.push_back({i % 2 ? tall : unknown, {i % 2 == 1}});
  tc::model<Visitor, Answer> model;
  model.fit(rows);
  return files && model(tall).yes && !model(unknown).yes ? 0 : 1;
}
