// tensacode/learn/model.hpp -- `model<In, Out>`: any struct to any struct, learned from rows.
// Layer 5. Only the conversion between objects and columns is a template; the rest is a network.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/codec.hpp>
#include <tensacode/learn/compiled_model.hpp>
#include <tensacode/learn/metrics.hpp>
#include <tensacode/learn/prediction.hpp>
#include <tensacode/learn/training.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace tc {

struct model_options {
  std::uint64_t seed = 1;
  network_options network = {};
};

struct fit_options {
  double validation = 0.1;  ///< part of the rows held out to choose the best epoch, in [0, 1)
  bool progress = false;    ///< a progress bar on standard error
  training_options training = {};
};

/// What `fit` did.
struct fit_result {
  std::size_t rows = 0;
  std::size_t epochs = 0;
  double loss = 0;  ///< least validation loss, nats a row
  double seconds = 0;
  double rows_per_cpu_second = 0;
};

namespace detail {

/// A bar on standard error, redrawn in place on a terminal, one line an epoch elsewhere.
class progress_bar {
 public:
  explicit progress_bar(bool shown) : shown_(shown), terminal_(isatty(STDERR_FILENO) != 0) {}
  ~progress_bar() {
    if (shown_ && drawn_ && terminal_) std::fputc('\n', stderr);
  }
  void draw(const fit_progress& p) {
    if (!shown_) return;
    drawn_ = true;
    constexpr std::size_t width = 30;
    const std::size_t done = width * p.epoch / p.epochs;
    const std::string bar = std::string(done, '#') + std::string(width - done, '.');
    std::fprintf(stderr, "%sepoch %3zu/%zu [%s] loss %.4f  validation %.4f  %.0f rows/s/core%s",
                 terminal_ ? "\r" : "", p.epoch, p.epochs, bar.c_str(), p.training_loss,
                 p.validation_loss, p.rows_per_cpu_second, terminal_ ? "" : "\n");
    std::fflush(stderr);
  }

 private:
  bool shown_, terminal_, drawn_ = false;
};

}  // namespace detail

/// A learned function from `In` to `Out`. Both are any types with a codec.
template <class In, class Out>
class model {
  using leaf_beliefs = std::vector<leaf_belief>;
  using row_numbers = std::vector<std::size_t>;

 public:
  using row = std::pair<In, Out>;

  explicit model(model_options options = {}) : options_(options) {}

  /// Measures the rows, trains a network on them, and keeps the epoch that did best on held-out
  /// rows. Fitting again starts afresh. Throws `argument_error` without rows.
  fit_result fit(std::span<const row> rows, const fit_options& options = {}) {
    TC_CHECK(!rows.empty(), argument_error, "fit: no rows");
    TC_CHECK(options.validation >= 0 && options.validation < 1, argument_error,
             "fit: validation must be in [0, 1), got {}", options.validation);
    const double started = detail::clock_seconds(CLOCK_MONOTONIC);
    row_numbers order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    shuffle(order, random_key(options_.seed).split(0x73706c69));
    auto held_out = static_cast<std::size_t>(options.validation * static_cast<double>(rows.size()));
    if (held_out >= rows.size()) held_out = 0;
    const row_numbers validation(order.begin(),
                                 order.begin() + static_cast<std::ptrdiff_t>(held_out));
    row_numbers training(order.begin() + static_cast<std::ptrdiff_t>(held_out), order.end());

    const append_row append = [&rows](std::size_t i, columns& in, columns& out) {
      codec<In>::append(rows[i].first, in);
      codec<Out>::append(rows[i].second, out);
    };
    codec_node input = codec<In>::describe(""), output = codec<Out>::describe("");
    {
      columns in(input), out(output);
      // A sample bounds the memory that measuring takes; the rows are shuffled already.
      constexpr std::size_t sample = 50000;
      for (std::size_t i = 0; i < training.size() && i < sample; ++i) append(training[i], in, out);
      measure(input, in);
      measure(output, out);
    }
    network_ = network(std::move(input), std::move(output), options_.network, options_.seed);

    fit_result result;
    result.rows = rows.size();
    detail::progress_bar bar(options.progress);
    result.loss = train(network_, std::move(training), validation, append, options.training,
                        options_.seed, [&](const fit_progress& p) {
                          bar.draw(p);
                          result.epochs = p.epoch;
                          result.rows_per_cpu_second = p.rows_per_cpu_second;
                          return true;
                        });
    exact_ = network_.parameters().template cast<double>();
    result.seconds = detail::clock_seconds(CLOCK_MONOTONIC) - started;
    return result;
  }
  fit_result fit(const std::vector<row>& rows, const fit_options& options = {}) {
    return fit(std::span<const row>(rows), options);
  }

  /// The most likely output.
  Out operator()(const In& in) const {
    Out out{};
    run(std::span<const In>(&in, 1),
        [&](std::size_t, columns& decoded, const auto&) { codec<Out>::take(decoded, out); });
    return out;
  }

  /// The most likely output and the belief about its fields.
  prediction<Out> predict(const In& in) const {
    return std::move(predict(std::span<const In>(&in, 1))[0]);
  }
  std::vector<prediction<Out>> predict(std::span<const In> inputs) const {
    std::vector<prediction<Out>> predictions(inputs.size());
    run(inputs, [&](std::size_t begin, columns& decoded, const leaf_beliefs& beliefs) {
      for (std::size_t i = 0; i < decoded.instances; ++i) {
        auto& prediction = predictions[begin + i];
        codec<Out>::take(decoded, prediction.most_likely);
        for (const auto& belief : beliefs)
          prediction.fields.emplace_back(belief, static_cast<Eigen::Index>(i));
      }
    });
    return predictions;
  }

  /// Metrics of every output field on rows that were not trained on.
  report evaluate(std::span<const row> rows) const {
    report result;
    result.rows = rows.size();
    std::vector<detail::field_meter> meters;
    for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
      const std::size_t end = std::min(begin + batch, rows.size());
      columns in(trained().input()), truth(trained().output());
      for (std::size_t i = begin; i < end; ++i) {
        codec<In>::append(rows[i].first, in);
        codec<Out>::append(rows[i].second, truth);
      }
      leaf_beliefs beliefs;
      columns decoded(trained().output());
      run_columns(in, decoded, beliefs);
      meters.resize(beliefs.size());
      for (std::size_t i = 0; i < beliefs.size(); ++i)
        meters[i].add(beliefs[i], columns_at(trained().output(), truth, beliefs[i].node));
    }
    for (const auto& meter : meters) result.fields.push_back(meter.summary());
    return result;
  }
  report evaluate(const std::vector<row>& rows) const {
    return evaluate(std::span<const row>(rows));
  }

  /// Writes the model to a safetensors file, all at once. Throws `file_error`.
  void save(const std::string& path) const {
    write_safetensors(path, network_to_file(trained(), model_schema<In, Out>()));
  }
  /// The model in a file that `save` wrote. Throws `file_error`, or `parse_error` naming what does
  /// not fit these types.
  static model load(const std::string& path) {
    model loaded;
    loaded.network_ =
        network_from_file<float>(read_safetensors(path), codec<In>::describe(""),
                                 codec<Out>::describe(""), model_schema<In, Out>(), path);
    loaded.options_.network = loaded.network_.options();
    loaded.exact_ = loaded.network_.parameters().template cast<double>();
    return loaded;
  }

  /// Writes the model as C++ and compiles it to the plugin `path`, which any program can load or
  /// link with; the source and its header are written beside it, `m.cpp` and `m.h` for `m.so`.
  /// Throws `compiler_error`, `file_error`.
  compiled_model<In, Out> compile(const std::string& path, compile_options options = {}) const {
    const auto emitted =
        emit_network(trained(), type_name<In>(), type_name<Out>(), model_schema<In, Out>());
    options.symbols = {emitted.function, "tc_plugin_schema"};
    const plugin built = compile_source(emitted.source, options);
    write_file(detail::with_extension(path, ".cpp"), emitted.source);
    write_file(detail::with_extension(path, ".h"), emitted.header);
    write_file(path, read_file(built.path()));
    return compiled_model<In, Out>(plugin(path), emitted.function, network_.input(),
                                   network_.output());
  }

  const network& trained() const {
    TC_CHECK(!network_.parameters().blocks.empty(), error,
             "model: not trained; call fit or load first");
    return network_;
  }

 private:
  static constexpr std::size_t batch = 256;

  /// The columns of the leaf `wanted` in columns `c` of `node`.
  static const columns& columns_at(const codec_node& node, const columns& c,
                                   const codec_node* wanted) {
    const columns* found = nullptr;
    const auto search = [&](const auto& self, const codec_node& n, const columns& at) -> void {
      if (&n == wanted) found = &at;
      for (std::size_t i = 0; i < n.children.size(); ++i) self(self, n.children[i], at.children[i]);
    };
    search(search, node, c);
    return *found;
  }

  void run_columns(const columns& in, columns& decoded, leaf_beliefs& beliefs) const {
    const recording<double> scratch;
    const bound_parameters<double> p(exact_, false);
    run_decoder(trained().output(), trained().decoder(), p, trained().encode(p, in), decoded,
                &beliefs);
  }

  /// Calls `f(first row, decoded columns, beliefs)` for each batch of inputs.
  template <class F>
  void run(std::span<const In> inputs, const F& f) const {
    for (std::size_t begin = 0; begin < inputs.size(); begin += batch) {
      columns in(trained().input()), decoded(trained().output());
      for (std::size_t i = begin; i < std::min(begin + batch, inputs.size()); ++i)
        codec<In>::append(inputs[i], in);
      leaf_beliefs beliefs;
      run_columns(in, decoded, beliefs);
      f(begin, decoded, beliefs);
    }
  }

  model_options options_;
  network network_;
  parameter_set<double> exact_;  ///< the same parameters; predictions are computed in double
};

}  // namespace tc
