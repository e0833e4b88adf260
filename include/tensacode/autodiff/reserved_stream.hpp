// tensacode/autodiff/reserved_stream.hpp -- a growing array that never moves and never copies.
// Layer 2. A range of address space is reserved once; the system hands out pages as they are
// touched. Elements keep their addresses, and appending is a store and an increment.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cstddef>
#include <type_traits>

#include <sys/mman.h>

namespace tc {

/// The address space reserved for a tape is used up, or none could be reserved.
struct tape_full : error {
  using error::error;
};

namespace detail {

void* reserve_address_space(std::size_t bytes, int protection);

/// How often `bytes` are to be halved so that the system grants them, and as many again for the
/// rest of the program: a process may have a limit on its address space.
unsigned address_space_share(std::size_t bytes);

/// `capacity` elements of `T` at fixed addresses, zero where never written. Owner only: cursors
/// are kept by the user, who must not pass `end()`; one inaccessible page lies behind it.
template <class T>
class reserved_stream {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit reserved_stream(std::size_t capacity) : capacity_(capacity) {
    constexpr std::size_t page = 4096;
    const std::size_t bytes = (capacity * sizeof(T) + page - 1) / page * page;
    mapped_ = bytes + page;
    begin_ = static_cast<T*>(reserve_address_space(mapped_, PROT_READ | PROT_WRITE));
    if (!begin_) throw tape_full("tape: the system grants no address space for recording");
    mprotect(reinterpret_cast<char*>(begin_) + bytes, page, PROT_NONE);
  }
  reserved_stream(const reserved_stream&) = delete;
  reserved_stream& operator=(const reserved_stream&) = delete;
  ~reserved_stream() { munmap(begin_, mapped_); }

  T* begin() const { return begin_; }
  T* end() const { return begin_ + capacity_; }
  std::size_t capacity() const { return capacity_; }

 private:
  T* begin_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t mapped_ = 0;
};

}  // namespace detail
}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/autodiff/compiled/reserved_stream.hpp>
#endif
