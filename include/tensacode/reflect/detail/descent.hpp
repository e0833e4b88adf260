// tensacode/reflect/detail/descent.hpp -- notices a walk through pointers that has no end.
// Layer 1. A walk that builds paths passes one down; it costs a few words a pointer.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/address_of.hpp>
#include <tensacode/core/error.hpp>
#include <tensacode/reflect/path.hpp>

#include <bit>
#include <cstddef>
#include <string>
#include <typeinfo>

namespace tc::detail {

/// An object on the way down that is held by a pointer, and those above it.
class descent {
 public:
  /// Pointers in each other: each takes stack, and paths that are longer by a name.
  static constexpr std::size_t most = 1000;

  /// Where a walk begins. `caller` is the function that messages name.
  explicit descent(const char* caller) : caller_(caller) {}
  /// In `object`, which a pointer at `where` holds. Throws `argument_error` if the walk is inside
  /// of that object already, or too deep.
  template <class T>
  descent(const descent& above, const path& where, const T& object)
      : caller_(above.caller_),
        above_(&above),
        // Brent 1980: on a way without end the objects repeat, so that comparing each with one
        // mark, moved at every power of two, finds out in constant time a step.
        mark_(std::has_single_bit(above.depth_) ? &above : above.mark_),
        where_(&where),
        address_(address_of(object)),
        type_(&typeid(T)),
        depth_(above.depth_ + 1) {
    if (mark_->is_same(*this)) throw_contains_itself();
    TC_CHECK(depth_ <= most, argument_error,
             "{}: more than {} pointers in each other, the last one at '{}...'", caller_, most,
             where.text().substr(0, 40));
  }

 private:
  bool is_same(const descent& other) const {
    return address_ == other.address_ && type_ && *type_ == *other.type_;
  }
  /// Names the first place on the way at which an object is met again.
  [[noreturn]] void throw_contains_itself() const;

  const char* caller_;
  const descent* above_ = nullptr;
  const descent* mark_ = nullptr;
  const path* where_ = nullptr;
  const void* address_ = nullptr;
  const std::type_info* type_ = nullptr;
  std::size_t depth_ = 1;
};

}  // namespace tc::detail

#ifndef TC_COMPILED
#include <tensacode/reflect/detail/compiled/descent.hpp>
#endif
