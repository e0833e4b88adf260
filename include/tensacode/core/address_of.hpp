// tensacode/core/address_of.hpp -- std::addressof without <memory>, which costs every file that
// reflects a struct a tenth of a second. Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

namespace tc::detail {

/// The address of an object, also of one whose class overloads `&`.
template <class T>
constexpr T* address_of(T& object) noexcept {
  return __builtin_addressof(object);
}

}  // namespace tc::detail
