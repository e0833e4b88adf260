// tensacode/tree/detail/type_tag.hpp -- an address for each type.
// Layer 2. The address of an object alone does not identify it, since a struct and its first field
// have the same address. The tags are data, not functions, since linkers may merge equal functions.
// SPDX-License-Identifier: MIT
#pragma once

namespace tc::detail {

template <class T>
inline constexpr char type_tag = 0;

}  // namespace tc::detail
