// tensacode/core/address_of.hpp -- std::addressof without <memory>.
// Layer 0. Including <memory> would cost every file that reflects a struct a tenth of a second.
// SPDX-License-Identifier: MIT
#pragma once

namespace tc::detail {

/// The address of an object, even if its class overloads `&`.
template <class T>
constexpr T* address_of(T& object) noexcept {
  return __builtin_addressof(object);
}

}  // namespace tc::detail
