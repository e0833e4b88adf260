// tests/fuzz/path.cpp -- any two lines are a path and a pattern or an argument_error; a pattern
// matches what a slow matcher says, and the parts that the same pattern visits.
// SPDX-License-Identifier: MIT
#include "types.hpp"

#include <tensacode/reflect/reflect.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace fuzz {

struct Place {
  int value = 1;
  std::optional<Rect> rect = Rect{};
  std::map<std::string, int> by_name;
  std::vector<Place> places;
  std::map<Color, Rect> by_color = {{Color::light_blue, {}}};
  std::map<std::int8_t, std::tuple<int, Rect>> by_number = {{-7, {}}};
  std::variant<int, std::vector<Circle>> any = std::vector<Circle>(2);
  std::shared_ptr<Place> next;
};
TC_REFLECT(Place)

/// Whether the last `steps - i` steps of the path match those of the pattern from `j` on, all of
/// them, of which there are few.
bool matches(const std::vector<tc::detail::step_text>& steps, std::size_t i,
             const std::vector<tc::detail::glob_step>& pattern, std::size_t j) {
  std::vector<std::vector<char>> known(steps.size() + 1, std::vector<char>(pattern.size() + 1));
  for (std::size_t a = steps.size() + 1; a-- > i;)
    for (std::size_t b = pattern.size() + 1; b-- > j;) {
      if (b == pattern.size())
        known[a][b] = a == steps.size();
      else if (pattern[b].kind == tc::detail::glob_kind::deep)
        known[a][b] = known[a][b + 1] || (a < steps.size() && known[a + 1][b]);
      else
        known[a][b] = a < steps.size() && known[a + 1][b + 1] &&
                      tc::detail::matches_step(pattern[b], steps[a]);
    }
  return known[i][j];
}

template <tc::fixed_string Pattern>
void check_pattern(const Place& object, const std::vector<tc::path>& all) {
  std::vector<std::string> visited, matched;
  tc::for_each_match<Pattern>(object, [&](const tc::path& where, const auto&) {
    visited.push_back(where.text());
    tc::at(object, where);
  });
  const tc::glob pattern(Pattern.view());
  for (const auto& where : all)
    if (pattern.matches(where)) matched.push_back(where.text());
  std::sort(visited.begin(), visited.end());
  std::sort(matched.begin(), matched.end());
  visited.erase(std::unique(visited.begin(), visited.end()), visited.end());
  if (visited != matched) std::abort();
}

template <class Step, class Take>
std::vector<Step> split(std::string_view text, const Take& take) {
  std::vector<Step> steps;
  for (std::string_view rest = text; !rest.empty();) {
    const bool first = rest.size() == text.size();
    if (!take(rest, first, steps.emplace_back())) std::abort();
  }
  return steps;
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view path_text = input.substr(0, end);
  const std::string_view glob_text = input.substr(std::min(end + 1, input.size()));
  fuzz::Place object;
  object.places.resize(2);
  object.next = std::make_shared<fuzz::Place>();
  // Any text is a key, and has a path.
  object.by_name[std::string(path_text)] = 2;
  object.next->by_name[std::string(glob_text)] = 3;
  const tc::path named = tc::path("by_name") / path_text;
  if (tc::at<int>(object, named) != 2 || tc::path(named.text()) != named) std::abort();
  std::vector<tc::path> all = tc::paths(object);
  for (const auto& leaf : all) {
    tc::at(object, leaf);
    if (tc::path(leaf.text()) != leaf) std::abort();
  }
  // `**` passes over pointers that hold nothing, which are leaves.
  tc::for_each_match<"**">(object,
                           [&](const tc::path& where, const auto&) { all.push_back(where); });
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  fuzz::check_pattern<"**.width">(object, all);
  fuzz::check_pattern<"**.by_name.*">(object, all);
  fuzz::check_pattern<"*.*">(object, all);
  fuzz::check_pattern<"**[*].**.height">(object, all);
  fuzz::check_pattern<"next.**.places[1].value">(object, all);
  fuzz::check_pattern<"by_name[\"a b\"]">(object, all);

  std::optional<tc::path> path;
  std::optional<tc::glob> glob;
  try {
    path.emplace(path_text);
  } catch (const tc::argument_error&) {
  }
  try {
    glob.emplace(glob_text);
  } catch (const tc::argument_error&) {
  }
  using tc::detail::glob_step, tc::detail::step_text;
  if (path) {
    if (path->text() != path_text || !tc::glob(path_text).matches(*path)) std::abort();
    try {
      tc::at(object, *path);
    } catch (const tc::argument_error&) {
    }
    // Step by step it is a path that a pattern takes for the same.
    tc::path again;
    for (const auto& step : fuzz::split<step_text>(path_text, tc::detail::take_step)) {
      if (step.kind == tc::detail::step_kind::index)
        again = again[step.index];
      else
        again = again / tc::detail::key_of(step.text);
    }
    if (!tc::glob(path_text).matches(again)) std::abort();
  }
  if (path && glob) {
    const auto steps = fuzz::split<step_text>(path_text, tc::detail::take_step);
    const auto pattern = fuzz::split<glob_step>(glob_text, tc::detail::take_glob_step);
    if (glob->matches(*path) != fuzz::matches(steps, 0, pattern, 0)) std::abort();
  }
  return 0;
}
