// tensacode/core/block_setting.hpp -- what a block of a program sets for all that runs in it.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace tc::detail {

/// Base of what a room sets for a block, on its thread and on those that run items of the block's
/// `parallel_for`. One room has such settings; a second one needs a list of them.
struct block_setting {};
inline constinit thread_local const block_setting* current_block_setting = nullptr;

/// While it lives, the setting is this one; null: none.
class block_setting_scope {
 public:
  explicit block_setting_scope(const block_setting* setting)
      : enclosing_(std::exchange(current_block_setting, setting)) {}
  block_setting_scope(const block_setting_scope&) = delete;
  block_setting_scope& operator=(const block_setting_scope&) = delete;
  ~block_setting_scope() { current_block_setting = enclosing_; }

 private:
  const block_setting* enclosing_;
};

}  // namespace tc::detail
