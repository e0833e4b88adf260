// tensacode/tree/trail.hpp -- where a walk over an object is.
// Layer 2. A walk passes down, from each node to its children, a list of steps that lies on the
// stack. It costs a few words a node and becomes a path only where one is wanted: for a message, or
// for a function that takes paths. It also notices an object that contains itself.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/reflect/at.hpp>
#include <tensacode/reflect/path.hpp>
#include <tensacode/tree/detail/type_tag.hpp>

#include <bit>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace tc::detail {

class trail;

/// An object on the way down that is held by a pointer, or the one the walk began at.
struct held_object {
  const held_object* above;
  const held_object* mark;  ///< an earlier one, with which those below are compared
  const trail* at;
  const void* address;
  const void* type;
  std::size_t depth;

  bool is_same(const held_object& other) const {
    return address == other.address && type == other.type;
  }
};

class trail {
 public:
  /// The way to a field whose name is in a table.
  trail(const trail& above, const std::string_view& name, bool frozen);
  /// To an element.
  trail(const trail& above, std::size_t position);
  /// To the value of a map's entry.
  template <class Key>
  trail(const trail& above, const Key& key, std::size_t position)
      : above_(&above),
        what_(std::addressof(key)),
        position_(position),
        extend_(&by_key<Key>),
        held_(above.held_),
        frozen_(above.frozen_) {}
  /// The same place, in the object that a pointer there holds.
  trail(const trail& place, const held_object& object) : trail(place) { held_ = &object; }
  /// Where a walk begins. `caller` is the function that messages name.
  trail(const char* caller, const held_object& object) : what_(caller), held_(&object) {}

  /// A record of the object that a walk begins at.
  template <class T>
  static held_object root(const T& object) {
    return {nullptr, nullptr, nullptr, std::addressof(object), &type_tag<T>, 1};
  }

  /// A record of what a pointer at this place holds. Throws `argument_error` if that is an object
  /// the walk is inside of; an endless way down is noticed after at most a few rounds.
  template <class T>
  held_object enter(const T& object) const {
    // Brent 1980: on a way without end the objects repeat, so that comparing each with one mark,
    // moved to the current object at every power of two, finds out in constant time a step.
    held_object entered{held_,        std::has_single_bit(held_->depth) ? held_ : held_->mark,
                        this,         std::addressof(object),
                        &type_tag<T>, held_->depth + 1};
    if (entered.mark->is_same(entered)) throw_contains_itself(entered);
    return entered;
  }

  bool frozen() const { return frozen_; }

  path to_path() const;
  /// "'home.street'", or "the object" at its root.
  std::string quoted() const;
  const char* caller() const;
  /// Calls `f` with this trail and those above it, up to the root, until it returns true.
  template <class F>
  bool any_up(const F& f) const {
    for (const trail* step = this;; step = step->above_) {
      if (f(*step)) return true;
      if (!step->extend_) return false;
    }
  }

 private:
  static std::string the_object() { return "the object"; }

  using extension = path (*)(const trail& above, const void* what, std::size_t position);

  static path by_name(const trail& above, const void* what, std::size_t) {
    return above.to_path() / *static_cast<const std::string_view*>(what);
  }
  static path by_position(const trail& above, const void*, std::size_t position) {
    return above.to_path()[position];
  }
  template <class Key>
  static path by_key(const trail& above, const void* what, std::size_t position) {
    return path_of_key(above.to_path(), *static_cast<const Key*>(what), position);
  }

  /// Names the first place on the way at which an object is met again.
  [[noreturn]] static void throw_contains_itself(const held_object& last);

  const trail* above_ = nullptr;
  const void* what_ = nullptr;
  std::size_t position_ = 0;
  extension extend_ = nullptr;
  const held_object* held_ = nullptr;
  bool frozen_ = false;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/tree/compiled/trail.hpp>
#endif
