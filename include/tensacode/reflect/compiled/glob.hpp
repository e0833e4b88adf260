// tensacode/reflect/compiled/glob.hpp -- matching paths with patterns.
// Layer 1. Defines the functions that reflect/glob.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/reflect/glob.hpp>

namespace tc::detail {

TC_INLINE bool matches_step(const glob_step& wanted, const step_text& step) {
  switch (wanted.kind) {
    case glob_kind::any_name:
      return step.kind != step_kind::index;
    case glob_kind::any_index:
      return step.kind == step_kind::index;
    case glob_kind::index:
      return step.kind == step_kind::index && step.index == wanted.index;
    default:
      return step.kind != step_kind::index && key_of(step.text) == key_of(wanted.text);
  }
}

TC_INLINE bool matches_steps(std::string_view pattern, std::string_view path) {
  std::string_view wanted = pattern, rest = path;
  std::string_view behind_deep, after_deep;  // the pattern and the path after the last `**`
  bool met_deep = false;
  while (true) {
    glob_step want;
    step_text step;
    if (wanted.empty()) {
      if (rest.empty()) return true;
    } else {
      std::string_view next_wanted = wanted, next_rest = rest;
      take_glob_step(next_wanted, wanted.size() == pattern.size(), want);
      if (want.kind == glob_kind::deep) {
        met_deep = true;
        behind_deep = wanted = next_wanted;
        after_deep = rest;
        continue;
      }
      if (!rest.empty()) {
        take_step(next_rest, rest.size() == path.size(), step);
        if (matches_step(want, step)) {
          wanted = next_wanted;
          rest = next_rest;
          continue;
        }
      }
    }
    if (!met_deep || after_deep.empty()) return false;
    take_step(after_deep, after_deep.size() == path.size(), step);
    wanted = behind_deep;
    rest = after_deep;
  }
}

}  // namespace tc::detail

namespace tc {

TC_INLINE glob::glob(std::string_view text) : text_(text) {
  detail::glob_step step;
  for (std::string_view rest = text; !rest.empty();)
    TC_CHECK(detail::take_glob_step(rest, rest.size() == text.size(), step), argument_error,
             "glob '{}': expected '.name', '[index]', '[\"key\"]', '*', '[*]' or '**' at byte {}",
             text, text.size() - rest.size());
}

}  // namespace tc
