// tensacode/autodiff/slot_history.hpp -- which slots of a tape were given up, and when.
// Layer 2. Tapes keep this history if the program defines TC_CHECK_VARIABLES. It detects variables
// that are used after their recording has ended.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tc::detail {

class slot_history {
 public:
  std::uint64_t now() const { return now_; }

  /// Notes that every slot from `first` on has been given up.
  void give_up_from(std::uint32_t first) {
    while (!given_up_.empty() && given_up_.back().first >= first) given_up_.pop_back();
    given_up_.push_back({first, ++now_});
  }
  /// Whether the variable that took this slot at `time` still owns it.
  bool keeps(std::uint32_t slot, std::uint64_t time) const {
    // The events are sorted by slot and by time, since a new event replaces those at larger slots.
    const auto after = std::partition_point(given_up_.begin(), given_up_.end(),
                                            [slot](const event& e) { return e.first <= slot; });
    return after == given_up_.begin() || after[-1].time <= time;
  }

 private:
  struct event {
    std::uint32_t first;
    std::uint64_t time;
  };
  std::vector<event> given_up_;
  std::uint64_t now_ = 0;
};

}  // namespace tc::detail
