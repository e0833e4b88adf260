// tensacode/core/block_setting.hpp -- a setting that applies to a block of a program.
// Layer 0.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace tc::detail {

/// A setting that applies while a block runs: on the thread of the block, on threads that run items
/// of its `parallel_for`, and in the reverse sweep when parts of the block run again. It holds the
/// bytes of a value of the owner's own type; all bytes are 0 if nothing is set. Only control stores
/// values in it; core and transform pass them on. A second owner would need a setting of its own.
struct block_setting {
  alignas(double) std::array<std::byte, 24> bytes{};

  friend bool operator==(const block_setting&, const block_setting&) = default;
};
inline constinit thread_local block_setting current_block_setting{};

/// Sets the setting while an object of this class lives.
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
