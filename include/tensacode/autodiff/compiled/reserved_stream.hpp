// tensacode/autodiff/compiled/reserved_stream.hpp -- reserving address space.
// Layer 2. Defines the functions that autodiff/reserved_stream.hpp declares.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/autodiff/reserved_stream.hpp>
#include <tensacode/core/config.hpp>

namespace tc::detail {

TC_INLINE void* reserve_address_space(std::size_t bytes, int protection) {
  void* const range =
      mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return range == MAP_FAILED ? nullptr : range;
}

TC_INLINE unsigned address_space_share(std::size_t bytes) {
  constexpr std::size_t least = std::size_t{1} << 24;
  for (unsigned share = 0; bytes >> share >= least; ++share) {
    const std::size_t wanted = 2 * (bytes >> share);
    if (void* const range = reserve_address_space(wanted, PROT_NONE)) {
      munmap(range, wanted);
      return share;
    }
  }
  throw tape_full("tape: the system grants no address space for recording");
}

}  // namespace tc::detail
