// tensacode/tree/detail/type_tag.hpp -- an address for each type.
// Layer 2. An address of an object alone does not say which object: a struct and its first field
// share theirs. Data, not functions: linkers may fold equal functions into one.
// SPDX-License-Identifier: MIT
#pragma once

namespace tc::detail {

template <class T>
inline constexpr char type_tag = 0;

}  // namespace tc::detail
