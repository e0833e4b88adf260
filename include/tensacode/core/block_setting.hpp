// tensacode/core/block_setting.hpp -- what a block of a program sets for all that runs in it.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace tc::detail {

/// What a room sets for a block: on its thread, on those that run items of the block's
/// `parallel_for`, and where the sweep runs a part of it again. The bytes of a value of the room's
/// own type, all 0 where nothing is set. One room has such settings; a second one needs its own.
struct block_setting {
  alignas(double) std::array<std::byte, 24> bytes{};

  friend bool operator==(const block_setting&, const block_setting&) = default;
};
inline constinit thread_local block_setting current_block_setting{};

/// While it lives, the setting is this one.
class block_setting_scope {
 public:
  explicit block_setting_scope(const block_setting& setting)
      : enclosing_(std::exchange(current_block_setting, setting)) {}
  block_setting_scope(const block_setting_scope&) = delete;
  block_setting_scope& operator=(const block_setting_scope&) = delete;
  ~block_setting_scope() { current_block_setting = enclosing_; }

 private:
  block_setting enclosing_;
};

}  // namespace tc::detail
