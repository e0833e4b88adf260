// tensacode/tree/trail.hpp -- the current position of a walk over an object.
// Layer 2. A walk passes a list of steps down from each node to its children. The list is on the
// stack and costs a few words for each node. It is converted to a path only if one is needed, for a
// message or for a function that takes paths. It also detects an object that contains itself.
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

/// An object that a walk has entered through a pointer, or the object at which it began.
struct held_object {
  const held_object* above;
  const held_object* mark;  ///< an earlier object, with which later ones are compared
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
  /// Steps to a field. `name` must be in a table that outlives the trail.
  trail(const trail& above, const std::string_view& name, bool frozen);
  /// Steps to an element.
  trail(const trail& above, std::size_t position);
  /// Steps to the value of a map's entry.
  template <class Key>
  trail(const trail& above, const Key& key, std::size_t position)
      : above_(&above),
        what_(std::addressof(key)),
        position_(position),
        extend_(&by_key<Key>),
        held_(above.held_),
        frozen_(above.frozen_) {}
  /// The same path, after entering the object that a pointer there holds.
  trail(const trail& place, const held_object& object) : trail(place) { held_ = &object; }
  /// The start of a walk. `caller` is the name of the function in messages.
  trail(const char* caller, const held_object& object) : what_(caller), held_(&object) {}

  /// The entry for the object at which a walk begins.
  template <class T>
  static held_object root(const T& object) {
    return {nullptr, nullptr, nullptr, std::addressof(object), &type_tag<T>, 1};
  }

  /// The entry for an object that a pointer at this path holds. Throws `argument_error` if the walk
  /// is already inside this object. An endless walk is detected after at most a few rounds.
  template <class T>
  held_object enter(const T& object) const {
    // Brent 1980: in an endless walk the objects repeat. So it is enough to compare each object
    // with one mark, which moves to the current object at every power of two. This takes constant
    // time for each step.
    held_object entered{held_,        std::has_single_bit(held_->depth) ? held_ : held_->mark,
                        this,         std::addressof(object),
                        &type_tag<T>, held_->depth + 1};
    if (entered.mark->is_same(entered)) throw_contains_itself(entered);
    return entered;
  }

  bool frozen() const { return frozen_; }

  path to_path() const;
  /// The path in quotes, "'home.street'"; "the object" at the root.
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

  /// Throws the error, with the first path at which an object is met again.
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
