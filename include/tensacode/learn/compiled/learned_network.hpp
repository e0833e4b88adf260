// tensacode/learn/compiled/learned_network.hpp -- the functions that learn/learned_network.hpp
// declares.
// Layer 5. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/codec/emit.hpp>
#include <tensacode/codec/network_file.hpp>
#include <tensacode/codec/statistics.hpp>
#include <tensacode/core/config.hpp>
#include <tensacode/core/file.hpp>
#include <tensacode/learn/compiled_model.hpp>
#include <tensacode/learn/learned_network.hpp>
#include <tensacode/learn/progress_bar.hpp>

#include <algorithm>
#include <utility>

namespace tc::detail {

/// Rows that are run at once; a bound on memory.
inline constexpr std::size_t rows_of_a_batch = 256;

TC_INLINE fit_result learned_network::fit(codec_node input, codec_node output, std::size_t rows,
                                          const append_row& append, const network_options& network,
                                          const fit_options& options, std::uint64_t seed) {
  TC_CHECK(rows > 0, argument_error, "fit: no rows");
  TC_CHECK(options.validation >= 0 && options.validation < 1, argument_error,
           "fit: validation must be in [0, 1), got {}", options.validation);
  const double started = clock_seconds(CLOCK_MONOTONIC);
  std::vector<std::size_t> order(rows);
  for (std::size_t i = 0; i < rows; ++i) order[i] = i;
  shuffle(order, random_key(seed).split(0x73706c69));
  auto held_out = static_cast<std::size_t>(options.validation * static_cast<double>(rows));
  if (held_out >= rows) held_out = 0;
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(held_out);
  const std::vector<std::size_t> validation(order.begin(), middle);
  std::vector<std::size_t> training(middle, order.end());
  {
    columns in(input), out(output);
    // A sample bounds the memory that measuring takes; the rows are shuffled already.
    constexpr std::size_t sample = 50000;
    for (std::size_t i = 0; i < training.size() && i < sample; ++i) append(training[i], in, out);
    measure(input, in);
    measure(output, out);
  }
  network_ = tc::network(std::move(input), std::move(output), network, seed);

  fit_result result;
  result.rows = rows;
  progress_bar bar(options.progress);
  result.loss = tc::train(network_, std::move(training), validation, append, options.training, seed,
                          [&](const fit_progress& p) {
                            bar.draw(p);
                            result.epochs = p.epoch;
                            result.rows_per_cpu_second = p.rows_per_cpu_second;
                            return true;
                          });
  exact_ = network_.parameters().cast<double>();
  result.seconds = clock_seconds(CLOCK_MONOTONIC) - started;
  return result;
}

TC_INLINE void learned_network::lay_out(codec_node input, codec_node output,
                                        const network_options& options, std::uint64_t seed) {
  network_ = network(std::move(input), std::move(output), options, seed);
  exact_ = network_.parameters().cast<double>();
}

TC_INLINE fit_result learned_network::train(const std::vector<std::size_t>& rows,
                                            const append_row& append, const fit_options& options,
                                            std::uint64_t seed) {
  fit_result result;
  result.rows = rows.size();
  progress_bar bar(options.progress);
  result.loss =
      tc::train(network_, rows, {}, append, options.training, seed, [&](const fit_progress& p) {
        bar.draw(p);
        result.epochs = p.epoch;
        result.rows_per_cpu_second = p.rows_per_cpu_second;
        return true;
      });
  exact_ = network_.parameters().cast<double>();
  return result;
}

TC_INLINE const network& learned_network::trained_network() const {
  TC_CHECK(trained(), tc::error, "model: not trained; call fit or load first");
  return network_;
}

TC_INLINE void learned_network::run(const columns& in, columns& decoded,
                                    std::vector<leaf_belief>* beliefs) const {
  const auto& net = trained_network();
  const recording<double> scratch;
  const bound_parameters<double> p(exact_, false);
  run_decoder(net.output(), net.decoder(), p, net.encode(p, in), decoded, beliefs);
}

TC_INLINE void learned_network::run_batches(
    std::size_t rows, const std::function<void(std::size_t, columns&)>& append,
    const std::function<void(std::size_t, columns&, const std::vector<leaf_belief>&)>& take) const {
  for (std::size_t begin = 0; begin < rows; begin += rows_of_a_batch) {
    columns in(trained_network().input()), decoded(trained_network().output());
    for (std::size_t i = begin; i < std::min(begin + rows_of_a_batch, rows); ++i) append(i, in);
    std::vector<leaf_belief> beliefs;
    run(in, decoded, &beliefs);
    take(begin, decoded, beliefs);
  }
}

TC_INLINE Eigen::VectorXd learned_network::encode(const columns& in) const {
  const recording<double> scratch;
  const bound_parameters<double> p(exact_, false);
  return network_.encode(p, in).value().col(0);
}

TC_INLINE void learned_network::decode(const Eigen::VectorXd& latent, columns& decoded) const {
  const recording<double> scratch;
  const bound_parameters<double> p(exact_, false);
  run_decoder(network_.output(), network_.decoder(), p, basic_tensor_var<double>(latent), decoded);
}

/// The columns of the leaf `wanted` in the columns `c` of `node`.
inline const columns& columns_at(const codec_node& node, const columns& c,
                                 const codec_node* wanted) {
  const columns* found = nullptr;
  const auto search = [&](const auto& self, const codec_node& n, const columns& at) -> void {
    if (&n == wanted) found = &at;
    for (std::size_t i = 0; i < n.children.size(); ++i) self(self, n.children[i], at.children[i]);
  };
  search(search, node, c);
  return *found;
}

TC_INLINE report learned_network::evaluate(std::size_t rows, const append_row& append) const {
  report result;
  result.rows = rows;
  std::vector<field_meter> meters;
  columns truth(trained_network().output());
  run_batches(
      rows,
      [&](std::size_t i, columns& in) {
        if (i % rows_of_a_batch == 0) truth.clear();
        append(i, in, truth);
      },
      [&](std::size_t, columns&, const std::vector<leaf_belief>& beliefs) {
        meters.resize(beliefs.size());
        for (std::size_t i = 0; i < beliefs.size(); ++i)
          meters[i].add(beliefs[i], columns_at(network_.output(), truth, beliefs[i].node));
      });
  for (const auto& meter : meters) result.fields.push_back(meter.summary());
  return result;
}

TC_INLINE void learned_network::save(const std::string& path, std::uint64_t schema) const {
  write_safetensors(path, network_to_file(trained_network(), schema));
}

TC_INLINE learned_network learned_network::load(const std::string& path, codec_node input,
                                                codec_node output, std::uint64_t schema) {
  learned_network loaded;
  loaded.network_ = network_from_file<float>(read_safetensors(path), std::move(input),
                                             std::move(output), schema, path);
  loaded.exact_ = loaded.network_.parameters().cast<double>();
  return loaded;
}

TC_INLINE compiled_network learned_network::compile(const std::string& path,
                                                    std::string_view input_name,
                                                    std::string_view output_name,
                                                    std::uint64_t schema,
                                                    compile_options options) const {
  const auto emitted = emit_network(trained_network(), input_name, output_name, schema);
  options.symbols = {emitted.function, "tc_plugin_schema"};
  const plugin built = compile_source(emitted.source, options);
  write_file(with_extension(path, ".cpp"), emitted.source);
  write_file(with_extension(path, ".h"), emitted.header);
  write_file(path, read_file(built.path()));
  return {plugin(path), emitted.function};
}

}  // namespace tc::detail
