// tensacode/learn/training.hpp -- fitting a network to rows, on any number of threads.
// Layer 5. A batch is cut into shards of a fixed size; each shard is recorded and swept on the
// tape of the thread that took it, and the shards' gradients are added in shard order: the same
// bits at any thread count. Rows reach the network as columns, so nothing here depends on their
// type; the functions are templates over the number type, compiled only where a program trains.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/codec.hpp>
#include <tensacode/core/parallel.hpp>
#include <tensacode/core/random.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace tc {

/// Appends row `i` to columns of the input and of the output.
using append_row = std::function<void(std::size_t row, columns& input, columns& output)>;

struct fit_progress {
  std::size_t epoch = 0, epochs = 0;
  double training_loss = 0;    ///< nats a row
  double validation_loss = 0;  ///< nats a row; of the training rows if none are held out
  double rows_per_cpu_second = 0;
};

struct training_options {
  std::size_t batch = 0;         ///< rows a step; 0: a 32nd of the rows, from 32 to 256
  std::size_t steps = 2000;      ///< target number of optimizer steps
  std::size_t least_epochs = 8;  ///< whatever the number of steps
  std::size_t most_epochs = 120;
  adamw_options optimizer{.learning_rate = 1e-3, .weight_decay = 5e-2, .largest_norm = 10};
};

namespace detail {

/// Reading of a POSIX clock, in seconds: CLOCK_MONOTONIC for time spent, or
/// CLOCK_PROCESS_CPUTIME_ID for the processor time of all threads of the process.
double clock_seconds(clockid_t clock);

}  // namespace detail

/// Mean loss over the given rows, in nats a row.
template <class Scalar>
double mean_loss(const basic_network<Scalar>& net, const std::vector<std::size_t>& rows,
                 const append_row& append);

/// Trains `net` on rows `training`, and keeps the parameters of the epoch with the least loss on
/// rows `validation` (with none, the last ones). `report` is called after every epoch; returning
/// false stops. Returns the kept loss.
template <class Scalar>
double train(basic_network<Scalar>& net, std::vector<std::size_t> training,
             const std::vector<std::size_t>& validation, const append_row& append,
             const training_options& options, std::uint64_t seed,
             const std::function<bool(const fit_progress&)>& report);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/training.hpp>
#endif
