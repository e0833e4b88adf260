// tensacode/autodiff/reserved_stream.hpp -- an array that grows without moving or copying elements.
// Layer 2. The constructor reserves a range of address space; the system provides pages of memory
// when they are first touched. Elements keep their addresses. Appending is a store and an
// increment.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>

#include <cstddef>
#include <type_traits>

#include <sys/mman.h>

namespace tc {

/// A tape has used up its reserved address space, or the system granted none.
struct tape_full : error {
  using error::error;
};

namespace detail {

void* reserve_address_space(std::size_t bytes, int protection);

/// How many times `bytes` must be halved until the system grants twice that address space. The
/// second half is left to the rest of the program, since a process may have a limit. Throws
/// `tape_full` if the system grants none.
unsigned address_space_share(std::size_t bytes);

/// Reserves `capacity` elements of `T` at fixed addresses. Elements are zero until they are
/// written. This class only owns the memory: the user keeps the cursors and must not pass `end()`.
/// The memory page after the end is inaccessible, so a write there crashes.
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
