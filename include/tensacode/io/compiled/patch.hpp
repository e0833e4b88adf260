// tensacode/io/compiled/patch.hpp -- the functions that io/patch.hpp declares.
// Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/patch.hpp>

namespace tc {

TC_INLINE patch patch::inverse() const {
  const patch& self = *this;
  patch undone;
  for (std::size_t i = self.edits.size(); i > 0; --i) {
    const auto& change = self.edits[i - 1];
    undone.edits.push_back({change.action, change.path, change.after, change.before});
    auto& action = undone.edits.back().action;
    if (change.action == edit_action::insert) action = edit_action::remove;
    if (change.action == edit_action::remove) action = edit_action::insert;
  }
  return undone;
}

}  // namespace tc

namespace tc::detail {

TC_INLINE std::pair<std::string_view, step_text> split_last_step(std::string_view text) {
  step_text step;
  std::string_view rest = text, before = text;
  while (!rest.empty()) {
    before = rest;
    TC_CHECK(take_step(rest, rest.size() == text.size(), step), argument_error,
             "patch: '{}' is not a path", text);
  }
  return {text.substr(0, text.size() - before.size()), step};
}

}  // namespace tc::detail
