// tests/io/round_trip.cpp -- for generated values of generated types, what is written is read back
// equal; what is cut or changed is an error or another object, and never a crash.
// SPDX-License-Identifier: MIT
#include "../support/generated.hpp"

#include <tensacode/io/json.hpp>
#include <tensacode/io/json_schema.hpp>
#include <tensacode/io/patch.hpp>
#include <tensacode/io/text.hpp>
#include <tensacode/tree/compare.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace {

using generated::Record;
using generated::values;

/// Reads the text; true if that is an error of ours.
template <class T, class Read>
bool is_refused(const std::string& text, const Read& read) {
  try {
    static_cast<void>(read(text));
    return false;
  } catch (const tc::parse_error&) {
    return true;
  }
}

template <class T>
void check_json(std::uint64_t seed) {
  values source{{tc::random_key(seed)}};
  const auto read = [](const std::string& text) { return tc::from_json<T>(text); };
  for (int round = 0; round < 60; ++round) {
    const T object = source.make<T>();
    const std::string text = tc::to_json(object);
    CAPTURE(text);
    const T again = read(text);
    CHECK(tc::equal(again, object));
    CHECK(tc::hash(again) == tc::hash(object));
    CHECK(tc::equal(tc::from_json<T>(tc::to_json(object, {.indent = 3})), object));
    if (round >= 3) continue;
    for (std::size_t end = 0; end < text.size(); ++end)
      CHECK(is_refused<T>(text.substr(0, end), read));
    for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 50) {
      std::string changed = text;
      changed[at] = static_cast<char>(source.random.below(256));
      is_refused<T>(changed, read);  // or it is another object
    }
  }
}

template <class T>
void check_text(std::uint64_t seed) {
  values source{{tc::random_key(seed)}};
  source.finite = false;
  const auto read = [](const std::string& text) { return tc::from_text<T>(text); };
  for (int round = 0; round < 60; ++round) {
    const T object = source.make<T>();
    const std::string text = tc::to_text(object);
    CAPTURE(text);
    CHECK(tc::equal(read(text), object));
    if (round >= 3) continue;
    for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 50) {
      is_refused<T>(text.substr(0, at), read);
      std::string changed = text;
      changed[at] = static_cast<char>(source.random.below(256));
      is_refused<T>(changed, read);
    }
  }
}

/// A patch makes one object the other, and its inverse undoes that, after a way through JSON.
template <class T>
void check_patch(std::uint64_t seed) {
  values source{{tc::random_key(seed)}};
  for (int round = 0; round < 40; ++round) {
    const T a = source.make<T>(), b = source.make<T>();
    const tc::patch forth = tc::from_json<tc::patch>(tc::to_json(tc::diff(a, b)));
    CAPTURE(tc::to_json(forth));
    T object = tc::from_json<T>(tc::to_json(a));
    tc::apply(forth, object);
    CHECK(tc::equal(object, b));
    tc::apply(forth.inverse(), object);
    CHECK(tc::equal(object, a));
    CHECK(tc::diff(b, b).edits.empty());
  }
}

template <std::uint64_t... Seeds>
void check_types(std::integer_sequence<std::uint64_t, Seeds...>) {
  (check_json<Record<Seeds, 3>>(Seeds), ...);
  (check_text<Record<Seeds, 3>>(Seeds), ...);
  (check_patch<Record<Seeds, 3>>(Seeds), ...);
}

/// Alternatives that JSON does not tell apart, and optionals in each other: texts do.
struct Ambiguous {
  std::variant<int, double, float, std::string, std::vector<int>, std::set<int>> one_of;
  std::optional<std::optional<int>> twice;
  std::optional<std::unique_ptr<std::string>> held;
};

}  // namespace

TEST_SUITE("io/round_trip") {
  TEST_CASE("the seeds give types of every kind") {
    std::set<tc::kind> kinds;
    const auto look = [&](auto&& self, const tc::type_schema& node) -> void {
      kinds.insert(node.node);
      for (const auto& child : node.children) self(self, child);
    };
    [&]<std::uint64_t... Seeds>(std::integer_sequence<std::uint64_t, Seeds...>) {
      (look(look, tc::schema<Record<Seeds, 3>>()), ...);
    }(std::make_integer_sequence<std::uint64_t, 8>{});
    CHECK(kinds.size() == 17);  // all but opaque
  }
  TEST_CASE("JSON, text and patches") {
    check_types(std::make_integer_sequence<std::uint64_t, 8>{});
  }
  TEST_CASE("texts tell alternatives apart that JSON does not") { check_text<Ambiguous>(1); }
}
