// tests/fuzz/patch.cpp -- any bytes are a patch or a parse_error; a patch applies, and then its
// inverse restores the object, or it is an error of ours and the object is as it was.
// SPDX-License-Identifier: MIT
#include "types.hpp"

#include <cstdlib>
#include <memory>
#include <string_view>

namespace fuzz {

struct Part {
  int whole = 1;
  double real = 0.5;
  std::variant<int, double, std::string, Rect> any = 2.5;
  std::optional<std::string> maybe = "x";
  int ignored = 7;
  TC_REFLECT(Part, whole, real, any, maybe, ignored)
};
TC_FIELD(Part, whole, tc::range(-100, 100))
TC_FIELD(Part, ignored, tc::ignore)
struct Whole {
  Color color = Color::green;
  std::string text = "abc";
  bool flag = true;
  Part part;
  std::unique_ptr<Part> owned = std::make_unique<Part>();
  std::shared_ptr<Part> shared = std::make_shared<Part>();
  std::vector<Part> parts = std::vector<Part>(3);
  std::vector<std::vector<int>> lists = {{1, 2}, {}};
  std::map<std::string, Part> by_name = {{"a b", {}}, {"", {}}, {"\"\\]", {}}};
  std::map<Color, int> by_color = {{Color::red, 1}};
  std::map<int, std::vector<int>> by_number = {{-1, {2}}};
  std::set<int> set = {1, 2};
  std::tuple<int, std::string> tuple = {3, "t"};
  std::array<double, 2> fixed = {1, 2};
  std::variant<std::monostate, Part, std::vector<int>> any = Part{};
  std::chrono::seconds length{5};
  int key = 9;
};
TC_REFLECT(Whole)
TC_FIELD(Whole, lists, tc::length(1, 4))
TC_FIELD(Whole, key, tc::frozen)

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tc::patch change;
  try {
    change = tc::from_json<tc::patch>({reinterpret_cast<const char*>(data), size});
  } catch (const tc::parse_error&) {
    return 0;
  }
  const fuzz::Whole before;
  fuzz::Whole object;
  try {
    tc::apply(change, object);
  } catch (const tc::error&) {
    if (!tc::equal(object, before) || tc::to_text(object) != tc::to_text(before)) std::abort();
    return 0;
  }
  // What may throw from here on is a bug. An inverse needs what was there.
  bool is_complete = true;
  for (const auto& edit : change.edits)
    is_complete = is_complete && (edit.action == tc::edit_action::insert || edit.before);
  fuzz::Whole again;
  if (is_complete) {
    tc::apply(change, again);
    tc::apply(change.inverse(), again);
    if (!tc::equal(again, before)) std::abort();
  }
  const auto difference = tc::from_json<tc::patch>(tc::to_json(tc::diff(before, object)));
  fuzz::Whole third;
  tc::apply(difference, third);
  if (!tc::equal(third, object)) std::abort();
  tc::apply(difference.inverse(), third);
  if (!tc::equal(third, before)) std::abort();
  return 0;
}
