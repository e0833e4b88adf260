// tensacode/learn/training.hpp -- fitting a network to rows, on any number of threads.
// Layer 5. A batch is divided into shards of a fixed size. A thread records each of its shards
// on its own tape and sweeps it. The gradients of the shards are added in the order of the shards,
// so the result has the same bits at any number of threads. The rows are columns, so nothing here
// depends on their type; the functions are templates over the scalar type.
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

/// The time of a POSIX clock, in seconds: CLOCK_MONOTONIC for the time on the wall,
/// CLOCK_PROCESS_CPUTIME_ID for the processor time of all threads of the process.
double clock_seconds(clockid_t clock);

}  // namespace detail

/// Mean loss over the given rows, in nats a row.
template <class Scalar>
double mean_loss(const basic_network<Scalar>& net, const std::vector<std::size_t>& rows,
                 const append_row& append);

/// Trains `net` on rows `training`, and keeps the parameters of the epoch with the least loss on
/// rows `validation`, or those of the last epoch without such rows. Calls `report` after every
/// epoch and stops if it returns false. Returns the loss of the kept parameters, in nats a row.
template <class Scalar>
double train(basic_network<Scalar>& net, std::vector<std::size_t> training,
             const std::vector<std::size_t>& validation, const append_row& append,
             const training_options& options, std::uint64_t seed,
             const std::function<bool(const fit_progress&)>& report);

}  // namespace tc

#ifndef TC_COMPILED
#include <tensacode/learn/compiled/training.hpp>
#endif
