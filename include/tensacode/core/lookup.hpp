// tensacode/core/lookup.hpp -- unordered sets of addresses and of external texts.
// Layer 0. Including <map> and <set> would cost every program that includes the umbrella header
// 0.05 s. <unordered_map> is already included by Eigen and oneTBB.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/hash.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tc::detail {

/// Two addresses, and a number that distinguishes objects at the same addresses.
struct address_key {
  const void* first = nullptr;
  const void* second = nullptr;
  std::uint64_t other = 0;
  bool operator==(const address_key&) const = default;
};

struct address_hash {
  std::size_t operator()(const address_key& key) const {
    const auto word = [](const void* address) { return reinterpret_cast<std::uintptr_t>(address); };
    return mix64(mix64(mix64(word(key.first)) ^ word(key.second)) ^ key.other);
  }
};

/// A hash that differs from run to run, since it depends on the program's address in memory. So
/// nobody can prepare a file of texts that all have the same hash. Results never depend on it.
struct text_hash {
  std::size_t operator()(std::string_view text) const {
    static const char somewhere = 0;
    std::uint64_t state = mix64(reinterpret_cast<std::uintptr_t>(&somewhere));
    for (; text.size() >= 8; text.remove_prefix(8)) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 8; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
      state = mix64(state ^ word);
    }
    return mix64(fnv1a(text, state));
  }
};

/// An unordered set.
template <class Key, class Hash>
class lookup_set {
 public:
  /// Adds the key. Returns false if it was already there.
  bool insert(Key key) { return keys_.emplace(std::move(key), true).second; }
  template <class Sought>
  bool contains(const Sought& key) const {
    return keys_.find(key) != keys_.end();
  }
  void erase(const Key& key) { keys_.erase(key); }

 private:
  std::unordered_map<Key, bool, Hash> keys_;
};

}  // namespace tc::detail
