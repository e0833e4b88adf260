// tensacode/core/deferred.hpp -- code that is compiled only in programs that call it.
// Layer 0.
//
// Throughout the library, `template <class Lazy = void>` before a function or class that needs no
// parameter says: check and compile this only in programs that call it. Without it every file that
// includes the umbrella header would pay for what training, saving and emitting instantiate. Even
// in a template, though, the compiler looks at once at each expression whose type does not depend
// on a parameter, and instantiates the classes it finds there; `deferred<Type, Lazy>` is `Type`
// under a name that does depend, for the variables and members that start such expressions.
// SPDX-License-Identifier: MIT
#pragma once

namespace tc::detail {

template <class Type, class Lazy>
struct deferred_type {
  using type = Type;
};

template <class Type, class Lazy>
using deferred = typename deferred_type<Type, Lazy>::type;

}  // namespace tc::detail
