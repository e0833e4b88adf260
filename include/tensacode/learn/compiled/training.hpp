// tensacode/learn/compiled/training.hpp -- the functions that learn/training.hpp declares.
// Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/learn/training.hpp>

namespace tc::detail {

inline constexpr std::size_t shard_rows = 128;

TC_INLINE double clock_seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Scalar>
struct shard {
  columns input, output;
  std::vector<Scalar> gradient;
  double loss = 0;

  explicit shard(const basic_network<Scalar>& net) : input(net.input()), output(net.output()) {}

  void fill(const append_row& append, const std::size_t* begin, const std::size_t* end) {
    input.clear();
    output.clear();
    for (const auto* row = begin; row != end; ++row) append(*row, input, output);
  }

  void differentiate(const basic_network<Scalar>& net, std::size_t batch, random_key dropout_key) {
    recording<Scalar> recorded;
    const bound_parameters<Scalar> p(net.parameters(), true);
    const auto y = net.loss(p, input, output, batch, &dropout_key);
    loss = static_cast<double>(y.value());
    recorded.differentiate(y.slot());
    gradient.resize(net.parameters().number_count());
    Scalar* next = gradient.data();
    for (std::size_t i = 0; i < p.size(); ++i)
      next = std::copy_n(recorded.tape().adjoints(p[i].first_slot()), p[i].size(), next);
  }

  void measure(const basic_network<Scalar>& net, std::size_t batch) {
    const recording<Scalar> recorded;
    const bound_parameters<Scalar> p(net.parameters(), false);
    loss = static_cast<double>(net.loss(p, input, output, batch).value());
  }
};

}  // namespace tc::detail

namespace tc {

template <class Scalar>
double mean_loss(const basic_network<Scalar>& net, const std::vector<std::size_t>& rows,
                 const append_row& append) {
  const std::size_t shards = (rows.size() + detail::shard_rows - 1) / detail::shard_rows;
  std::vector<double> losses(shards);
  parallel_for(shards, [&](std::size_t s) {
    detail::shard<Scalar> work(net);
    const std::size_t begin = s * detail::shard_rows;
    const std::size_t end = std::min(begin + detail::shard_rows, rows.size());
    work.fill(append, rows.data() + begin, rows.data() + end);
    work.measure(net, rows.size());
    losses[s] = work.loss;
  });
  double total = 0;
  for (const double loss : losses) total += loss;
  return total;
}

template <class Scalar>
double train(basic_network<Scalar>& net, std::vector<std::size_t> training,
             const std::vector<std::size_t>& validation, const append_row& append,
             const training_options& options, std::uint64_t seed,
             const std::function<bool(const fit_progress&)>& report) {
  if (training.empty()) throw argument_error("fit: no rows to train on");
  const std::size_t wanted =
      options.batch ? options.batch : std::clamp<std::size_t>(training.size() / 32, 32, 256);
  const std::size_t batch = std::min(wanted, training.size());
  const std::size_t steps_an_epoch = (training.size() + batch - 1) / batch;
  const std::size_t epochs = std::clamp((options.steps + steps_an_epoch - 1) / steps_an_epoch,
                                        options.least_epochs, options.most_epochs);
  const random_key key = random_key(seed).split(0x66697420);
  adamw<Scalar> optimizer(net.parameters(), options.optimizer);
  std::vector<detail::shard<Scalar>> shards((batch + detail::shard_rows - 1) / detail::shard_rows,
                                            detail::shard<Scalar>(net));
  parameter_set<Scalar> best = net.parameters();
  double best_loss = std::numeric_limits<double>::infinity();
  std::size_t step = 0;
  double seconds = 0;
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    const double started = detail::clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    shuffle(training, key.split(2 * epoch));
    double epoch_loss = 0;
    for (std::size_t begin = 0; begin < training.size(); begin += batch, ++step) {
      const std::size_t rows = std::min(batch, training.size() - begin);
      const std::size_t count = (rows + detail::shard_rows - 1) / detail::shard_rows;
      const random_key dropout_key = key.split(2 * step + 1);
      parallel_for(count, [&](std::size_t s) {
        const std::size_t* first = training.data() + begin + s * detail::shard_rows;
        const std::size_t* last =
            training.data() + begin + std::min(rows, (s + 1) * detail::shard_rows);
        shards[s].fill(append, first, last);
        shards[s].differentiate(net, rows, dropout_key.split(s));
      });
      auto& gradient = shards[0].gradient;
      for (std::size_t s = 0; s < count; ++s) {
        epoch_loss += shards[s].loss * static_cast<double>(rows);
        if (s > 0)
          for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += shards[s].gradient[i];
      }
      optimizer.step(net.parameters(), gradient, cosine_schedule(step, epochs * steps_an_epoch));
    }
    seconds += detail::clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - started;
    fit_progress progress;
    progress.epoch = epoch + 1;
    progress.epochs = epochs;
    progress.training_loss = epoch_loss / static_cast<double>(training.size());
    progress.validation_loss =
        validation.empty() ? progress.training_loss : mean_loss(net, validation, append);
    progress.rows_per_cpu_second =
        static_cast<double>(training.size() * (epoch + 1)) / std::max(seconds, 1e-9);
    if (validation.empty() || progress.validation_loss < best_loss) {
      best_loss = progress.validation_loss;
      best = net.parameters();
    }
    if (!report(progress)) break;
  }
  net.parameters() = std::move(best);
  return best_loss;
}

}  // namespace tc
