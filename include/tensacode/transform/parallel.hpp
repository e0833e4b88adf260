// tensacode/transform/parallel.hpp -- gradients of sums, with the terms on several threads.
// Layer 3. Not included by transform.hpp, since few files of a program need it.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/transform/gradient.hpp>
#include <tensacode/tree/map.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <optional>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace tc {

/// The options of `parallel_gradient`.
struct parallel_options {
  /// The number of parts into which the terms are divided. Each part has a recording and a gradient
  /// of its own. The order of additions, and so the last bits of the result, depends only on this
  /// number and the number of terms, not on the threads.
  std::size_t shards = 16;
};

namespace detail {

/// Adds results in the order of their indices, in whatever order they arrive. No thread waits for
/// another: a thread that arrives while another one adds leaves its result to that thread.
template <class Result>
class ordered_sum {
 public:
  explicit ordered_sum(std::size_t count) : waiting_(count) {}

  void add(std::size_t index, Result result) {
    std::unique_lock lock(mutex_);
    waiting_[index] = std::move(result);
    if (std::exchange(is_adding_, true)) return;
    while (next_ < waiting_.size() && waiting_[next_]) {
      const Result term = *std::exchange(waiting_[next_++], std::nullopt);
      lock.unlock();
      if (sum_)
        sum_ = Result{sum_->value + term.value,
                      tc::zip(sum_->gradient, term.gradient, [](auto a, auto b) { return a + b; })};
      else
        sum_ = term;
      lock.lock();
    }
    is_adding_ = false;
  }

  const std::optional<Result>& sum() const { return sum_; }

 private:
  std::mutex mutex_;
  std::vector<std::optional<Result>> waiting_;
  std::size_t next_ = 0;
  bool is_adding_ = false;
  std::optional<Result> sum_;  ///< only the adding thread uses it
};

}  // namespace detail

/// Returns a function that computes, on the threads of oneTBB, the value of
///
///   sum over all `item` of `range` of f(arguments..., item)
///
/// and its gradient, as `value_and_grad` does. The result has the same bits on any number of
/// threads. `f` is called on several threads at once, on each with variables of its own. Variables
/// that it captures count as constants, as in every gradient inside another one. A range passed as
/// an lvalue is referred to, not copied, and must outlive the function. It needs random access and
/// a size, like a vector, a span or `std::views::iota(0, n)`.
///
/// Errors   argument_error if `shards` is 0; what `f` throws; and as `value_and_grad`
/// Cost     that of the sum, and a copy of the arguments and of the gradient for each shard
template <std::ranges::random_access_range Range, class F>
auto parallel_gradient(Range&& range, F f, parallel_options options = {}) {
  TC_CHECK(options.shards > 0, argument_error, "parallel_gradient: 0 shards; at least 1 is needed");
  return [terms = std::tuple<Range>(std::forward<Range>(range)), f = std::move(f),
          options](const auto&... arguments) {
    const auto& items = std::get<0>(terms);
    const auto count = static_cast<std::size_t>(std::ranges::size(items));
    const std::size_t shards = std::clamp(count, std::size_t{1}, options.shards);
    using Scalar = detail::scalar_in<std::remove_cvref_t<decltype(arguments)>...>;
    const adjoint_slot first_slot = detail::next_slot_of_thread<Scalar>();
    const auto shard_gradient = [&](std::size_t shard) {
      const std::size_t begin = count * shard / shards, end = count * (shard + 1) / shards;
      const recording<Scalar> behind_captured(first_slot);
      return detail::differentiate(
          [&](const auto&... variables) {
            basic_var<Scalar> sum = 0;
            for (std::size_t i = begin; i < end; ++i)
              sum += basic_var<Scalar>(f(variables..., std::ranges::begin(items)[i]));
            return sum;
          },
          arguments...);
    };
    detail::ordered_sum<decltype(shard_gradient(0))> sum(shards);
    parallel_for(shards, [&](std::size_t shard) { sum.add(shard, shard_gradient(shard)); });
    return *sum.sum();
  };
}

}  // namespace tc
