// tensacode/reflect/detail/compiled/descent.hpp -- the error message about a cycle.
// Layer 1. Defines the function that reflect/detail/descent.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/reflect/detail/descent.hpp>

namespace tc::detail {

TC_INLINE void descent::throw_contains_itself() const {
  const descent *again = this, *first = mark_;
  for (const descent* inner = this; inner; inner = inner->above_)
    for (const descent* outer = inner->above_; outer && outer->type_; outer = outer->above_)
      if (outer->is_same(*inner)) {
        again = inner;
        first = outer;
      }
  throw argument_error(
      format("{}: the object contains itself: '{}' holds '{}' again. Fix: cut the cycle, or use "
             "a weak_ptr.",
             caller_, again->where_->text(), first->where_->text()));
}

}  // namespace tc::detail
