// tensacode/transform/parallel.hpp -- gradients of sums, their terms on several threads.
// Layer 3. Not part of the door: include it where you use it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/parallel.hpp>
#include <tensacode/transform/gradient.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

struct parallel_options {
  /// Parts that the terms are cut into, each with a recording of its own. The sums, and so the last
  /// bits of the result, follow from it and from the number of terms, never from the threads.
  std::size_t shards = 16;
};

namespace detail {

/// Adds results in the order of their numbers, whatever the order in which they come, and without
/// a thread waiting for another: whoever comes while one adds leaves its result to that one.
template <class Result>
class ordered_sum {
 public:
  explicit ordered_sum(std::size_t count) : waiting_(count) {}

  void add(std::size_t index, Result result) {
    std::unique_lock lock(mutex_);
    waiting_[index] = std::move(result);
    if (adding_) return;
    adding_ = true;
    while (next_ < waiting_.size() && waiting_[next_]) {
      Result term = *std::exchange(waiting_[next_], std::nullopt);
      ++next_;
      lock.unlock();  // only this thread touches the sum now
      if (sum_)
        add_into(*sum_, term);
      else
        sum_ = std::move(term);
      lock.lock();
    }
    adding_ = false;
  }
  Result take() { return std::move(*sum_); }

 private:
  static void add_into(Result& sum, const Result& term) {
    sum.value += term.value;
    rebuild(std::tie(term.gradient), sum_of(sum), [](const auto& from, auto& to) { to += from; });
  }

  std::mutex mutex_;
  std::vector<std::optional<Result>> waiting_;
  std::size_t next_ = 0;
  bool adding_ = false;
  std::optional<Result> sum_;
};

}  // namespace detail
}  // namespace tc
