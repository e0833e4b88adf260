// tensacode/tree/compiled/trail.hpp -- paths and messages of a walk.
// Layer 2. Defines the functions that tree/trail.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/tree/trail.hpp>

namespace tc::detail {

TC_INLINE trail::trail(const trail& above, const std::string_view& name, bool frozen)
    : above_(&above),
      what_(&name),
      extend_(&by_name),
      held_(above.held_),
      frozen_(above.frozen_ || frozen) {}

TC_INLINE trail::trail(const trail& above, std::size_t position)
    : above_(&above),
      position_(position),
      extend_(&by_position),
      held_(above.held_),
      frozen_(above.frozen_) {}

TC_INLINE path trail::to_path() const {
  if (!extend_) return {};
  return extend_(*above_, what_, position_);
}

TC_INLINE std::string trail::quoted() const {
  const auto where = to_path();
  return where.empty() ? the_object() : format("'{}'", where.text());
}

TC_INLINE const char* trail::caller() const {
  const trail* root = this;
  while (root->extend_) root = root->above_;
  return static_cast<const char*>(root->what_);
}

TC_INLINE void trail::throw_contains_itself(const held_object& last) {
  const held_object* again = &last;
  const held_object* first = last.mark;
  for (const held_object* object = &last; object; object = object->above)
    for (const held_object* outer = object->above; outer; outer = outer->above)
      if (outer->is_same(*object)) {
        again = object;
        first = outer;
      }
  throw argument_error(format(
      "{}: the object contains itself: {} holds {} again. Fix: cut the cycle, or use a weak_ptr.",
      again->at->caller(), again->at->quoted(), first->at ? first->at->quoted() : the_object()));
}

}  // namespace tc::detail
