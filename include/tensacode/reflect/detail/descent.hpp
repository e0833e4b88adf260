// tensacode/reflect/detail/descent.hpp -- detects a walk through pointers that never ends.
// Layer 1. Walks that build paths pass a `descent` down. It costs a few words for each pointer.
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

/// An object that a walk has entered through a pointer, and the objects above it.
class descent {
 public:
  /// The largest number of nested pointers. Each uses stack, and makes the path longer.
  static constexpr std::size_t most = 1000;

  /// The start of a walk. `caller` is the name of the function in messages.
  explicit descent(const char* caller) : caller_(caller) {}
  /// Enters `object`, which a pointer at `where` holds. Throws `argument_error` if the walk is
  /// already inside this object, or if more than `most` pointers are nested.
  template <class T>
  descent(const descent& above, const path& where, const T& object)
      : caller_(above.caller_),
        above_(&above),
        // Brent 1980: in an endless walk the objects repeat. So it is enough to compare each object
        // with one mark, which moves at every power of two. This takes constant time for each step.
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
  /// Throws the error, with the first path at which an object is met again.
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
